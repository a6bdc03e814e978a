"""What the support check takes and gives: passages, verdicts, and the differences between a sentence and its source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kb.retrieval.analysis import Analysis

Span = tuple[int, int]
"""A range [start, end) of code points."""

Cosines = Mapping[str, float | Sequence[float]]
"""By passage id: the cosine of the answer sentence to the whole passage, or one to each of its `PreparedPassage.spans`."""


class Verdict(StrEnum):
    """What the passages say of a sentence."""

    SUPPORTED = "supported"
    PARTIAL = "partial"
    UNSUPPORTED = "unsupported"
    CONTRADICTED = "contradicted"
    NOT_A_CLAIM = "not_a_claim"
    """A heading, a greeting, "다음과 같습니다:": nothing that a source could support. Not counted."""


class DifferenceKind(StrEnum):
    """In what a sentence differs from its source."""

    NUMBER = "number"
    UNIT = "unit"
    DATE = "date"
    COMPARISON = "comparison"
    POLARITY = "polarity"
    ANTONYM = "antonym"
    BINDING = "binding"
    """The value belongs to another item of the source: "팀원 200만원" where the source has "팀장 200만원, 팀원 50만원"."""
    SLOT = "slot"
    """Another name stands in the same place: 인사팀 for 보안팀."""
    CONDITION = "condition"
    """A restriction of the source is left out: "정규직에 한해"."""
    UNIVERSAL = "universal"
    """"모든 직원" where the source restricts."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference, with both sides in the words of the texts, for "answer 16일, source 15일".

    A value is empty where that side has no words for it (a dropped condition); spans are offsets into the answer and into
    the passage.
    """

    kind: DifferenceKind
    answer_value: str
    source_value: str
    answer_span: Span | None = None
    source_span: Span | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that an answer may stand on; offsets of quotes are code points of `analysis.text`.

    The first `head` characters are title and headings in front of it: what all of its sentences are about, never quoted.
    """

    id: str
    analysis: Analysis
    head: int = 0


@dataclass(frozen=True, slots=True)
class SentenceSupport:
    """The verdict on one sentence.

    `passage` is the id of the passage that it stands on best (None when none is near), `quotes` the sentences of that
    passage, in order, one for each clause, and `score` the estimated chance in [0, 1] that the sentence is faithful.
    """

    verdict: Verdict
    passage: str | None = None
    quotes: tuple[Span, ...] = ()
    score: float = 0.0
    flags: tuple[Difference, ...] = ()
