"""How well single sentences of the passages answer the question: for quoting, and for judging what a model cited."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kb.chat import support
from kb.chat.evidence import Evidence
from kb.chat.expectation import asked_for, families_in, meets
from kb.retrieval import lexical
from kb.retrieval.analysis import Analysis
from kb.retrieval.encoder.client import EncoderClient

LONGEST = 1_000  # code points of a sentence that are embedded
EMBEDDED = 24  # sentences that are embedded; about 15 ms each
# Weights of a sentence's score, beside its passage's own score (docs/decisions/answers.md).
DENSE = 4.0  # cosine of sentence and question
WORDS = 0.5  # share of the question's information in the sentence
VALUE = 0.1  # for a value of the kind that was asked for
_HEAD_SHARE = 0.5  # what a word of title or heading counts beside one of the sentence
_EMPTY = re.compile(
    r"^\W*(?:from|to|cc|date|subject|보낸\s?사람|받는\s?사람|제목|날짜)\s*:|안녕하세요|감사합니다|드림\W*$|regards",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Scored:
    """A sentence of a passage: revision-independent place in its evidence, and how well it answers."""

    evidence: Evidence
    span: support.Span
    number: int
    score: float

    @property
    def text(self) -> str:
        """Its words."""
        return self.evidence.analysis.text[self.span[0] : self.span[1]]

    @property
    def key(self) -> tuple[str, support.Span]:
        """Names the sentence."""
        return self.evidence.passage.key, self.span


def score_sentences(
    question: str,
    asked: Analysis,
    evidence: Sequence[Evidence],
    idf: support.DocumentFrequencies,
    encoder: EncoderClient,
) -> list[Scored]:
    """The sentences that share most with the question, each scored, best first."""
    wanted = {term: idf(term) for term in lexical.terms(asked)}
    expected = asked_for(question)
    rough = [each for one in evidence for each in _by_words(one, wanted, expected)]
    rough.sort(key=lambda each: -each.score)
    rough = rough[:EMBEDDED]
    if not rough:
        return []
    near = encoder.embed_passages([each.text[:LONGEST] for each in rough]) @ np.asarray(encoder.embed_query(question))
    scored = [
        Scored(each.evidence, each.span, each.number, each.score + DENSE * float(cosine))
        for each, cosine in zip(rough, near, strict=True)
    ]
    return sorted(scored, key=lambda each: -each.score)


def _by_words(evidence: Evidence, rank: int, wanted: dict[str, float], expected: frozenset[str]) -> list[Scored]:
    """Sentences of one passage by the share of the question's information in them."""
    whole = sum(wanted.values()) or 1.0
    head = terms_in(evidence.analysis, (0, evidence.shift))
    found = []
    for number, span in enumerate(support.sentence_spans(evidence.analysis)):
        text = evidence.analysis.text[span[0] : span[1]]
        if span[0] < evidence.shift or is_heading(evidence, text) or _EMPTY.search(text):
            continue
        own = terms_in(evidence.analysis, span)
        share = sum(w * (1.0 if t in own else _HEAD_SHARE if t in head else 0.0) for t, w in wanted.items()) / whole
        value = (VALUE if meets(expected, families_in(text)) else -VALUE) if expected else 0.0
        found.append(Scored(evidence, span, number, evidence.passage.score + WORDS * share + value))
    return found


def terms_in(analysis: Analysis, span: support.Span) -> set[str]:
    """The terms of a range of an analysed text."""
    inside = tuple(token for token in analysis.tokens if span[0] <= token.start < span[1])
    return set(lexical.terms(Analysis(analysis.text[span[0] : span[1]], (), inside)))


def is_heading(evidence: Evidence, text: str) -> bool:
    """Whether a sentence is a heading of its own passage: it names the place and says nothing."""
    plain = " ".join(text.split())
    return plain in evidence.passage.path or plain == evidence.passage.title
