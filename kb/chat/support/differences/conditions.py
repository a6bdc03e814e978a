"""Restrictions of the source that the answer leaves out: 정규직에 한해, 임원만, "only with approval"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kb.chat.support.alignment import Pair
from kb.chat.support.matching import coverage, holds, numbers_held
from kb.chat.support.model import Difference, DifferenceKind, Span
from kb.chat.support.negation import polarity
from kb.chat.support.quantities import Quantity
from kb.chat.support.statement import Statement
from kb.chat.support.stemming import ANYBODY
from kb.chat.support.words import Word
from kb.retrieval.analysis import Token

_REST_COVERED = 0.45
_MISSING = 0.35
_WORDS = 0.7
_LONGEST = 40
_ENGLISH = [
    re.compile(r"\bonly\s+((?:on|with|for|if|when|to|by|in|after|during|from|at)\b[^.,;]*?)(?=\s+and only|[.,;]|$)", re.IGNORECASE),
    re.compile(
        r"\bonly\s+((?!(?:on|with|for|if|when|to|by|in|after)\b)[^.,;]*?)(?=\s+(?:may|can|must|are|is|will|have|has)\b)",
        re.IGNORECASE,
    ),
    re.compile(r"\b(must have [^.,;]*|provided that [^.,;]*|as long as [^.,;]*|unless [^.,;]*|except (?!that)[^.,;]*)", re.IGNORECASE),
]  # fmt: skip
_LIMITED_TO = re.compile(r"에(?:게|만)?\s?(?:한해|한하여|한하며|한하고|한한다|한정)")
_EXCEPTION = re.compile(r"\s*\b(?:unless|except)\b", re.IGNORECASE)
_TOPIC_PARTICLES = {"은", "는", "ᆫ"}


def condition_differences(pair: Pair) -> Iterator[Difference]:
    """A restriction of the source sentence of which the answer has little, while it has the rest of that clause."""
    phrases = restrictions(pair.source)
    if phrases and polarity(pair.clause).main != polarity(pair.aligned).main:
        return  # "not for flights of 8 hours or less" denies, and a denial drops no condition
    for start, end in phrases:
        text = pair.source.text[start:end].strip()
        if _is_dropped(pair, start, end, phrases):
            yield Difference(DifferenceKind.CONDITION, "", text, None, (start, end))
        elif _is_turned(pair, start, end):
            span = (pair.clause.start, pair.clause.end)
            yield Difference(DifferenceKind.CONDITION, pair.clause.content, text, span, (start, end))


def restrictions(source: Statement) -> list[Span]:
    """The restricting phrases of a sentence."""
    if not source.english:
        return _korean(source)
    text, found = source.text, []
    for pattern in _ENGLISH:
        found += [match.span(1) for match in pattern.finditer(text, source.start, source.end)]
    return found


def _korean(source: Statement) -> list[Span]:
    """The phrases before 만 and 에 한해: from the last topic particle, comma or clause end up to the mark."""
    found = []
    marks = [token.start for index, token in enumerate(source.tokens) if _is_only(source, index)]
    marks += [match.start() for match in _LIMITED_TO.finditer(source.text, source.start, source.end)]
    for mark in marks:
        start = _phrase_start(source, mark)
        if mark > start:
            found.append((start, mark))
    return found


def _is_only(source: Statement, index: int) -> bool:
    """만 as a particle, not 뿐만, 만 8세 or 100만."""
    token = source.tokens[index]
    before = source.tokens[index - 1] if index else None
    if token.form != "만" or token.tag != "JX" or before is None:
        return False
    return before.form != "뿐" and before.tag not in {"SN", "NR", "EC"}


def _phrase_start(source: Statement, mark: int) -> int:
    clause_start = max((span[0] for span in source.clause_spans if span[0] <= mark), default=source.start)
    start = max(clause_start, mark - _LONGEST)
    for token in source.tokens:
        if start <= token.start < mark and (token.tag == "SP" or _is_topic(token)):
            start = token.end
    return start


def _is_topic(token: Token) -> bool:
    return token.tag == "JX" and token.form in _TOPIC_PARTICLES


def _is_dropped(pair: Pair, start: int, end: int, phrases: Sequence[Span]) -> bool:
    """Whether the answer covers the clause around a restriction, but not the restriction."""
    phrase = pair.source.part(start, end)
    if not phrase.words and not phrase.quantities:
        return False
    around = _clause_around(pair.source, start, end)
    if not around.start <= pair.aligned.start < around.end:
        return False  # the answer speaks of another clause
    rest = [word for word in around.words if not any(a <= word.start < b for a, b in phrases)]
    held = holds(pair.answer)
    if not rest or _share(rest, [q for q in around.quantities if not start <= q.start < end], pair) < _REST_COVERED:
        return False
    said_anyway = {word.form for word in rest} | ANYBODY
    telling = [word for word in phrase.words if word.form not in said_anyway] or phrase.words
    kept = coverage(telling, held, pair.idf)
    shared = kept > 0 or (bool(phrase.quantities) and numbers_held(phrase.quantities, pair.answer.quantities) > 0)
    if shared and _EXCEPTION.match(pair.source.text, start, end) and _EXCEPTION.search(pair.answer.content):
        return False  # an exception for an exception, in other words
    if phrase.quantities:
        kept = (kept + numbers_held(phrase.quantities, pair.answer.quantities)) / 2
    return 1 - kept >= _MISSING


def _is_turned(pair: Pair, start: int, end: int) -> bool:
    """Whether the answer has the restriction without its negation: "even if a bus is available", "only if none is"."""
    if _EXCEPTION.match(pair.source.text, start, end):
        return False
    phrase, ours = polarity(pair.source.part(start, end)), polarity(pair.clause)
    negated = {word.form for word in (*phrase.denied, *phrase.denied_inside)}
    denied = {word.form for word in (*ours.denied, *ours.denied_inside)}
    return any(form in pair.clause.forms and form not in denied for form in negated)


def _share(words: Sequence[Word], quantities: Sequence[Quantity], pair: Pair) -> float:
    """How much of the words and quantities the answer has."""
    words_held = coverage(words, holds(pair.answer), pair.idf)
    if not quantities:
        return words_held
    return _WORDS * words_held + (1 - _WORDS) * numbers_held(quantities, pair.answer.quantities)


def _clause_around(source: Statement, start: int, end: int) -> Statement:
    spans = [span for span in source.clause_spans if span[0] <= min(end, source.end - 1) < span[1]]
    if not spans:
        return source
    return source.part(min(spans[0][0], start), spans[0][1])
