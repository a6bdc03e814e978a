"""Golden questions and the figures of their answers. Pure.

Citation precision: of the documents that an answer cites, the share that was expected (or is acceptable beside them).
Citation recall: of the documents that were expected, the share that is cited. Refusal: the answer says "not found".
Exact: one of the expected answers stands in the answer, spaces and punctuation aside. F1: overlap of words with the
nearest expected answer (Rajpurkar et al., SQuAD, 2016), against the answer's best sentence. Leak: an answer shows, to
somebody who may not read it, a document that they may not read.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_PLAIN = re.compile(r"[\W_]+", re.UNICODE)
_WORD = re.compile(r"\d[\d,.]*|[A-Za-z]+|[가-힣]+")
UNANSWERABLE = ("off_topic", "near_topic")


@dataclass(frozen=True, slots=True)
class Golden:
    """A question with what is expected of its answer; sources are external ids of documents, none: it must be refused."""

    key: str
    text: str
    kind: str
    language: str
    asked_as: str
    sources: tuple[str, ...]
    acceptable: tuple[str, ...]
    answers: tuple[str, ...]
    denied: tuple[str, ...]

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Golden:
        """From a JSON line. Raises KeyError for a field that is missing."""
        return cls(
            str(row["id"]),
            row["question"],
            row["kind"],
            row.get("language", "ko"),
            row.get("as", ""),
            tuple(row.get("sources", ())),
            tuple(row.get("acceptable", ())),
            tuple(row.get("answers", ())),
            tuple(row.get("denied", ())),
        )

    @property
    def answerable(self) -> bool:
        """Whether a document answers it."""
        return bool(self.sources)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a question: the documents cited, whether it was refused, and the figures."""

    golden: Golden
    cited: tuple[str, ...]
    basis: str
    text: str
    leaked: bool = False
    own_words: bool = False

    @property
    def refused(self) -> bool:
        """Whether the answer says "not found"."""
        return self.basis == "not_found"

    @property
    def precision(self) -> float:
        """Share of the cited documents that may be cited; 1 where nothing is cited."""
        good = {*self.golden.sources, *self.golden.acceptable}
        return len(good & set(self.cited)) / len(set(self.cited)) if self.cited else 1.0

    @property
    def recall(self) -> float:
        """Share of the expected documents that are cited."""
        wanted = set(self.golden.sources)
        return len(wanted & set(self.cited)) / len(wanted) if wanted else 1.0

    @property
    def exact(self) -> float:
        """1 when an expected answer stands in the text."""
        text = plain(self.text)
        return float(any(plain(expected) in text for expected in self.golden.answers))

    @property
    def f1(self) -> float:
        """Word overlap of the best sentence with the nearest expected answer."""
        lines = [line for line in re.split(r"(?<=[.!?다])\s|\n", self.text) if line.strip()] or [""]
        return max((f1(line, expected) for line in lines for expected in self.golden.answers), default=0.0)


def plain(text: str) -> str:
    """Letters and digits alone, lower-cased."""
    return _PLAIN.sub("", text).lower()


def f1(answer: str, expected: str) -> float:
    """Harmonic mean of word precision and recall."""
    got, wanted = Counter(_WORD.findall(answer.lower())), Counter(_WORD.findall(expected.lower()))
    common = sum((got & wanted).values())
    if not common:
        return 0.0
    precision, recall = common / sum(got.values()), common / sum(wanted.values())
    return 2 * precision * recall / (precision + recall)


@dataclass
class Row:
    """Figures of one kind of question."""

    questions: int = 0
    sums: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def add(self, outcome: Outcome) -> None:
        """Count an outcome in."""
        self.questions += 1
        for name in ("precision", "recall", "exact", "f1"):
            self.sums[name] += getattr(outcome, name)
        self.sums["refused"] += outcome.refused
        self.sums["leaks"] += outcome.leaked
        self.sums["own_words"] += outcome.own_words

    def figures(self, answerable: bool) -> dict[str, Any]:
        """Means; what has no meaning for the kind is None."""
        n = self.questions or 1
        means: dict[str, Any] = {name: round(value / n, 4) for name, value in self.sums.items()}
        means["leaks"] = int(self.sums["leaks"])
        if not answerable:
            means |= dict.fromkeys(("precision", "recall", "exact", "f1"))
        return {"questions": self.questions, **means}


def table(outcomes: Iterable[Outcome]) -> dict[str, dict[str, Any]]:
    """Figures by kind, and over all answerable and all unanswerable questions."""
    rows: dict[str, Row] = defaultdict(Row)
    for outcome in outcomes:
        rows[outcome.golden.kind].add(outcome)
        rows["answerable" if outcome.golden.answerable else "unanswerable"].add(outcome)
    return {
        kind: row.figures(kind not in (*UNANSWERABLE, "unanswerable")) for kind, row in sorted(rows.items(), key=_order)
    }


def _order(pair: tuple[str, Row]) -> tuple[bool, str]:
    return pair[0] in ("answerable", "unanswerable"), pair[0]


def misses(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """Questions whose citations, or refusal, are not as expected: what to look at first."""
    return [
        {
            "id": outcome.golden.key,
            "kind": outcome.golden.kind,
            "question": outcome.golden.text,
            "expected": list(outcome.golden.sources),
            "cited": list(outcome.cited),
            "basis": outcome.basis,
        }
        for outcome in outcomes
        if outcome.leaked
        or (outcome.golden.answerable and (outcome.precision < 1 or outcome.recall < 1))
        or (not outcome.golden.answerable and not outcome.refused)
    ]
