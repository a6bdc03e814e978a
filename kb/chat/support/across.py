"""A sentence in another language than its passages: no shared words, so cosine, numbers and names in Latin letters decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kb.chat.support.alignment import Pair
from kb.chat.support.cosines import Nearness
from kb.chat.support.differences.numbers import number_differences
from kb.chat.support.matching import coverage
from kb.chat.support.model import Difference, SentenceSupport, Span, Verdict
from kb.chat.support.negation import polarity
from kb.chat.support.quantities import Quantity, same
from kb.chat.support.statement import Statement
from kb.chat.support.weights import Idf

_NUMBERS, _NAMES, _COSINE = 0.12, 0.12, 6.0
_SAME, _RELATED = 0.5, 0.25
_MOST_QUOTES = 2


@dataclass(frozen=True, slots=True)
class Crossing:
    """What a passage in another language has of a sentence: nearness in [0, 1] or None, matched numbers, differing ones."""

    nearness: float | None
    matched: float
    counted: int
    flags: tuple[Difference, ...]
    turned: bool
    quotes: tuple[Span, ...]


def check_across(sentence: Statement, candidates: Sequence[Nearness], idf: Idf) -> SentenceSupport:
    """The verdict over passages in another language. Without cosines it is never more than "partial": look yourself."""
    near = max(candidates, key=lambda one: _rank(sentence, one, idf))
    rest = [one.best for one in candidates if one is not near and one.best is not None]
    if rest:
        near = replace(near, others=sum(rest) / len(rest))
    crossing = _cross(sentence, near, idf)
    verdict = _verdict(crossing)
    found = verdict is not Verdict.UNSUPPORTED and (near.across is not None or bool(crossing.quotes))
    flags = crossing.flags if verdict is Verdict.CONTRADICTED else ()
    score = _score(verdict, crossing)
    return SentenceSupport(verdict, near.passage.id if found else None, crossing.quotes if found else (), score, flags)


def _rank(sentence: Statement, near: Nearness, idf: Idf) -> float:
    numbers = [_has_number(near, q) for q in sentence.quantities if not q.minor]
    shared = sum(numbers) / len(numbers) if numbers else 0.0
    return _COSINE * (near.best or 0.0) + _NUMBERS * shared + _NAMES * _names_held(sentence, near, idf)


def _has_number(near: Nearness, quantity: Quantity) -> bool:
    return any(same(quantity, other) for one in near.passage.statements for other in one.quantities)


def _names_held(sentence: Statement, near: Nearness, idf: Idf) -> float:
    """The share of names and codes in Latin letters that the passage has too."""
    names = [word for word in sentence.words if word.form.isascii() and (word.code or not sentence.english)]
    return coverage(names, lambda form: max(near.passage.presence(form)), idf) if names else 0.0


def _cross(sentence: Statement, near: Nearness, idf: Idf) -> Crossing:
    counted = [q for q in sentence.quantities if not q.minor]
    order = sorted(range(len(near.passage.statements)), key=lambda n: -_statement_rank(sentence, near, n, idf))
    chosen = order[:1]
    for number in order[1:]:
        more = [q for q in counted if not _held(near, chosen, q) and _held(near, [number], q)]
        if more and len(chosen) < _MOST_QUOTES:
            chosen.append(number)
    source = near.passage.statements[chosen[0]]
    matched = sum(_held(near, chosen, q) for q in counted) / len(counted) if counted else 1.0
    pair = Pair(sentence, sentence, source, idf)
    localised = near.of_statement is not None or (bool(counted) and matched > 0)
    return Crossing(
        nearness=near.across,
        matched=matched,
        counted=len(counted),
        flags=() if matched == 1.0 else tuple(number_differences(pair)),
        turned=len(sentence.clauses) == len(source.clauses) == 1 and polarity(sentence).opposes(polarity(source)),
        quotes=tuple((near.passage.statements[n].start, near.passage.statements[n].end) for n in sorted(chosen))
        if localised
        else (),
    )


def _statement_rank(sentence: Statement, near: Nearness, number: int, idf: Idf) -> float:
    counted = [q for q in sentence.quantities if not q.minor]
    numbers = sum(_held(near, [number], q) for q in counted) / len(counted) if counted else 0.0
    names = [word for word in sentence.words if word.form.isascii()]
    shared = coverage(names, lambda form: near.passage.presence(form)[number], idf) if names else 0.0
    cosine = near.of_statement(number) if near.of_statement else 0.0
    return _COSINE * cosine + _NUMBERS * numbers + _NAMES * shared


def _held(near: Nearness, numbers: Sequence[int], quantity: Quantity) -> bool:
    return any(same(quantity, other) for n in numbers for other in near.passage.statements[n].quantities)


def _verdict(crossing: Crossing) -> Verdict:
    near = crossing.nearness
    if near is None:
        return Verdict.PARTIAL
    if crossing.counted and crossing.matched == 1.0:
        known = near >= _RELATED
        return (Verdict.PARTIAL if crossing.turned else Verdict.SUPPORTED) if known else Verdict.UNSUPPORTED
    if crossing.counted:
        if near < _RELATED:
            return Verdict.UNSUPPORTED
        return Verdict.CONTRADICTED if crossing.flags and near >= _SAME else Verdict.PARTIAL
    if near >= _SAME:
        return Verdict.PARTIAL if crossing.turned else Verdict.SUPPORTED
    return Verdict.PARTIAL if near >= _RELATED else Verdict.UNSUPPORTED


def _score(verdict: Verdict, crossing: Crossing) -> float:
    near = crossing.nearness
    if near is None or verdict is Verdict.PARTIAL:
        return 0.5
    return 1 - near if verdict is Verdict.CONTRADICTED else near
