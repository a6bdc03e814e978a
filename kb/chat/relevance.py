"""How well single sentences of the passages answer the question: for quoting, and for judging what a model cited."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kb.chat import support
from kb.chat.evidence import Evidence
from kb.chat.expectation import asked_for, families_in, meets
from kb.retrieval import glossary, lexical
from kb.retrieval.analysis import Analysis
from kb.retrieval.centring import question_vector
from kb.retrieval.encoder.client import EncoderClient
from kb.retrieval.question import language_of
from kb.retrieval.terms import QuestionTerms

LONGEST = 1_000  # code points of a sentence that are embedded
EMBEDDED = 24  # sentences that are embedded; about 15 ms each
# Weights of a sentence's score (docs/decisions/answers.md).
PASSAGE = 2.0  # the score of its passage
DENSE = 6.0  # likeness of the question and the sentence with its title and path
WORDS = 0.5  # share of the question's information in the sentence
FOREIGN = 0.1  # for the words that two languages cannot share
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
    def in_context(self) -> str:
        """Its words with title, path and head row in front: what "from the 16th it is 20 minutes" is about."""
        return self.evidence.analysis.text[: self.evidence.shift] + self.text[:LONGEST]

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
    wanted = _Wanted.of(question, QuestionTerms.of(asked, encoder), idf)
    rough = sorted((each for one in evidence for each in _by_words(one, wanted)), key=lambda each: -each.score)
    rough = rough[:EMBEDDED]
    if not rough:
        return []
    near = encoder.embed_passages([each.in_context for each in rough]) @ question_vector(
        question, wanted.language, encoder, encoder.profile
    )
    scored = [
        Scored(each.evidence, each.span, each.number, each.score + DENSE * float(cosine))
        for each, cosine in zip(rough, near, strict=True)
    ]
    return sorted(scored, key=lambda each: -each.score)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a question wants to see in a sentence: its terms with their weights, or what says the same, and a value."""

    weights: dict[str, float]
    equivalents: tuple[glossary.Equivalent, ...]
    values: frozenset[str]
    language: str

    @classmethod
    def of(cls, question: str, terms: QuestionTerms, idf: support.DocumentFrequencies) -> _Wanted:
        weights = {term: idf(term) for term in terms.own}
        whole = sum(weights.values()) or 1.0
        shares = {term: weight / whole for term, weight in weights.items()}
        return cls(shares, terms.equivalents, asked_for(question), language_of(question))

    def share(self, own: set[str], head: set[str]) -> float:
        """The share of the question's information in a sentence; what only its heading says counts half."""
        said = own | {term for each in self.equivalents if each.terms <= own for term in each.stands_for}
        around = head | {term for each in self.equivalents if each.terms <= head for term in each.stands_for}
        return sum(w * (1.0 if t in said else _HEAD_SHARE if t in around else 0.0) for t, w in self.weights.items())

    def value(self, text: str) -> float:
        """Whether the kind of value that was asked for stands in a text: 1 or -1, and 0 when none was asked for."""
        if not self.values:
            return 0.0
        return 1.0 if meets(self.values, families_in(text)) else -1.0


def _by_words(evidence: Evidence, wanted: _Wanted) -> list[Scored]:
    """Sentences of one passage by words and values alone."""
    head = terms_in(evidence.analysis, (0, evidence.shift))
    found = []
    for number, span in enumerate(support.sentence_spans(evidence.analysis)):
        text = evidence.analysis.text[span[0] : span[1]]
        if span[0] < evidence.shift or is_heading(evidence, text) or _EMPTY.search(text):
            continue
        share = wanted.share(terms_in(evidence.analysis, span), head)
        score = PASSAGE * evidence.passage.score + WORDS * share + VALUE * wanted.value(text)
        score += FOREIGN if language_of(text) != wanted.language else 0.0
        found.append(Scored(evidence, span, number, score))
    return found


def terms_in(analysis: Analysis, span: support.Span) -> set[str]:
    """The terms of a range of an analysed text."""
    inside = tuple(token for token in analysis.tokens if span[0] <= token.start < span[1])
    return set(lexical.terms(Analysis(analysis.text[span[0] : span[1]], (), inside)))


def is_heading(evidence: Evidence, text: str) -> bool:
    """Whether a sentence is a heading of its own passage: it names the place and says nothing."""
    plain = " ".join(text.split())
    return plain in evidence.passage.path or plain == evidence.passage.title
