"""All quantities of a text, each place read once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, zip_longest

from kb.chat.support.quantities.amounts import amounts
from kb.chat.support.quantities.bounds import bound_of
from kb.chat.support.quantities.clock import clock_times
from kb.chat.support.quantities.dates import dates
from kb.chat.support.quantities.model import BARE, Quantity
from kb.chat.support.quantities.rates import rate_after, rate_before
from kb.retrieval.analysis import Token

# Digits that are names: articles of a rule, section and item numbers, product codes, citation marks.
_NAMES = re.compile(
    r"제\s?\d+\s?[조항호장절편관](?:의\s?\d+)?"
    r"|\b(?:[Ss]ection|[Aa]rticle|[Cc]hapter|[Cc]lause|[Aa]nnex|[Ff]orm|[Nn]o\.)\s?\d+(?:\.\d+)*"
    r"|^\s*(?:[-*•·#>]\s*)*(?:\d+(?:\.\d+)+\.?(?=\s+(?!시간|개월|[배년월일원만억주명개회점])[A-Z가-힣])|(?:\d+[.)]|\(\d+\))(?=\s))"
    r"|\[\d+(?:\s*,\s*\d+)*\]"
    r"|\b[A-Za-z]+-?\d[A-Za-z0-9_-]*"
    r"|\b\d+(?:[A-Z]{1,3}|-[A-Z]+)\d*\b(?<!\d[GMTK]B)(?<!\d[KkM]W)(?<!\dV)(?<!\d[MK])"
)
_RANGE = re.compile(r"\s*(?:~|-|–|에서|to|and|or|또는|내지)\s*")


def quantities(text: str, tokens: Sequence[Token] = ()) -> tuple[Quantity, ...]:
    """The quantities of a text in order.

    `tokens` are the morphemes of the text with offsets into it: they say whether a unit is a word of its own (3분 is three
    minutes, 3분기 the third quarter). Without them the longest known unit is taken.
    """
    found = _claim(text, tokens)
    found = [_with_range_unit(text, q, after) for q, after in zip_longest(found, found[1:])]
    return tuple(_without_bases(text, [_in_context(text, q) for q in found]))


def _claim(text: str, tokens: Sequence[Token]) -> list[Quantity]:
    """Each finder in turn, the surest first; a place that was read is not read again."""
    taken = bytearray(len(text) + 1)
    for match in _NAMES.finditer(text):
        taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
    found: list[Quantity] = []
    for start, end, readings, minor in chain(dates(text), clock_times(text), amounts(text, tokens)):
        if any(taken[start:end]):
            continue
        taken[start:end] = b"\1" * (end - start)
        found.append(Quantity(text[start:end].strip(), start, end, readings, minor=minor))
    return sorted(found, key=lambda quantity: quantity.start)


def _with_range_unit(text: str, quantity: Quantity, following: Quantity | None) -> Quantity:
    """The first number of "3~5일" counts what the second does."""
    if quantity.unit != BARE or following is None or not _RANGE.fullmatch(text[quantity.end : following.start]):
        return quantity
    return replace(quantity, readings=(replace(quantity.readings[0], unit=following.unit),))


def _in_context(text: str, quantity: Quantity) -> Quantity:
    bound = bound_of(text, quantity.start, quantity.end, timelike=quantity.timelike)
    if quantity.timelike:
        return replace(quantity, bound=bound)
    before, after = rate_before(text, quantity.start), rate_after(text, quantity.end)
    if before:
        return replace(quantity, bound=bound, per=before[0], per_span=(before[1], quantity.start))
    if after:
        return replace(quantity, bound=bound, per=after[0], per_span=(after[2], after[1]))
    return replace(quantity, bound=bound)


def _without_bases(text: str, found: list[Quantity]) -> Iterator[Quantity]:
    """Drops the quantity that is only the base of the next one's rate: "1인" of "1인당 5만원", "하루" of "하루 3만원"."""
    bases: set[int] = set()
    for quantity in found:
        rate = rate_before(text, quantity.start)
        if rate and not quantity.timelike:
            bases.add(rate[1])
    return (q for q in found if q.start not in bases)
