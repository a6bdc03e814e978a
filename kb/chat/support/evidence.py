"""What a passage holds for and against a sentence, clause by clause."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kb.chat.support.alignment import Pair
from kb.chat.support.differences import differences, missing_numbers
from kb.chat.support.matching import best_window, coverage, weight_of
from kb.chat.support.model import Difference, Span
from kb.chat.support.passages import PreparedPassage
from kb.chat.support.quantities import Quantity, same, same_kind
from kb.chat.support.statement import Statement
from kb.chat.support.vocabulary import PRONOUNS
from kb.chat.support.weights import Idf

_QUOTABLE = 0.45
_COMPARABLE = 0.5
_WORDS, _NUMBERS = 0.7, 0.3
_COSINE = 2.0
_BOUND_UNLIKE, _SAME_KIND = 0.6, 0.3
_LENGTH_COST = 0.0002


@dataclass(frozen=True, slots=True)
class Evidence:
    """The measures of a sentence against one passage, all in [0, 1] but the counts.

    `lowest` and `highest` are the coverages of its clauses (words and numbers, in the best window), `words` and `nouns` the
    shares of its words and nouns in the best window, `numbers` the share of its quantities there, and `missing` the number
    of quantities without any counterpart.
    """

    lowest: float
    highest: float
    clauses: int
    words: float
    nouns: float
    numbers: float
    missing: int
    flags: tuple[Difference, ...]
    quotes: tuple[Span, ...]


SentenceCosine = Callable[[int], float]


def gather(sentence: Statement, passage: PreparedPassage, idf: Idf, cosine: SentenceCosine | None = None) -> Evidence:
    """All evidence of a passage for a sentence; `cosine` gives that of the sentence to each statement of the passage."""
    window = best_window(sentence, passage, idf)
    covered: list[float] = []
    quoted: set[int] = set()
    flags: list[Difference] = []
    missing = 0
    for clause in sentence.clauses:
        if not clause.words:
            continue
        if len(clause.words) + len(clause.quantities) >= 2 or len(sentence.clauses) == 1:
            covered.append(_clause_coverage(clause, passage, idf))
        pair, number = _pair(sentence, clause, passage, idf, cosine)
        if pair.likeness < _QUOTABLE:
            missing += _unknown_numbers(clause, passage) if pair.covered >= 0.3 else 0
            continue
        quoted.add(number + 1 if pair.following is not None and _needs_following(pair) else number)
        if pair.likeness >= _COMPARABLE or window.words >= _COMPARABLE:
            flags += differences(pair)
        missing += missing_numbers(pair)
    quoted = quoted or {quote_for(sentence, passage, idf, cosine)}
    nouns = [word for word in sentence.words if word.noun]
    return Evidence(
        lowest=min(covered, default=1.0),
        highest=max(covered, default=1.0),
        clauses=len(covered),
        words=window.words,
        nouns=coverage(nouns, lambda form: max(passage.presence(form)[window.first : window.last], default=0.0), idf),
        numbers=window.numbers,
        missing=missing,
        flags=tuple(dict.fromkeys(flags)),
        quotes=tuple((passage.statements[n].start, passage.statements[n].end) for n in sorted(quoted)),
    )


def quote_for(clause: Statement, passage: PreparedPassage, idf: Idf, cosine: SentenceCosine | None) -> int:
    """The number of the one statement of the passage that a clause is best shown with."""
    rows = [(weight_of(word, idf), passage.presence(word.form)) for word in clause.words]
    weight = sum(value for value, _ in rows) or 1.0

    def rank(number: int) -> float:
        source = passage.statements[number]
        words = sum(value * row[number] for value, row in rows) / weight
        near = _COSINE * cosine(number) if cosine else 0.0
        return (
            _WORDS * words
            + _NUMBERS * _agreement(clause.quantities, source.quantities)
            + near
            - _LENGTH_COST * (source.end - source.start)
        )

    return max(range(len(passage.statements)), key=rank)


def _agreement(quantities: Sequence[Quantity], others: Sequence[Quantity]) -> float:
    """How far the quantities stand among the others.

    One with a bound and one without agree less (30일 이내, 30일분), another number of the same kind still a little.
    """
    if not quantities:
        return 1.0
    return sum(max((_alike(q, other) for other in others), default=0.0) for q in quantities) / len(quantities)


def _alike(one: Quantity, other: Quantity) -> float:
    if same(one, other):
        return 1.0 if (one.bound is None) == (other.bound is None) else _BOUND_UNLIKE
    return _SAME_KIND if same_kind(one, other) else 0.0


def _pair(
    sentence: Statement, clause: Statement, passage: PreparedPassage, idf: Idf, cosine: SentenceCosine | None
) -> tuple[Pair, int]:
    number = quote_for(clause, passage, idf, cosine)
    following = passage.statements[number + 1] if number + 1 < len(passage.statements) else None
    if following is not None and not following.content.startswith(PRONOUNS):
        following = None
    known = lambda form: max(passage.presence(form))  # noqa: E731
    return Pair(sentence, clause, passage.statements[number], idf, following, passage.topics[number], known), number


def _needs_following(pair: Pair) -> bool:
    return any(not any(same(q, other) for other in pair.source.quantities) for q in pair.clause.quantities)


def _clause_coverage(clause: Statement, passage: PreparedPassage, idf: Idf) -> float:
    window = best_window(clause, passage, idf)
    if not clause.quantities:
        return window.words
    return _WORDS * window.words + _NUMBERS * window.numbers


def _unknown_numbers(clause: Statement, passage: PreparedPassage) -> int:
    known = [other for one in passage.statements for other in one.quantities]
    return sum(not any(same(q, other) for other in known) for q in clause.quantities)
