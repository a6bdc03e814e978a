"""Numbers, units, dates and bounds that differ from the source sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kb.chat.support.alignment import Pair
from kb.chat.support.model import Difference, DifferenceKind
from kb.chat.support.quantities import (
    Quantity,
    about_the_same,
    opposed,
    rates_differ,
    same,
    same_family,
    same_kind,
    same_number,
)


def number_differences(pair: Pair) -> Iterator[Difference]:
    """A difference for each quantity of the clause that the source has otherwise."""
    sources = source_quantities(pair)
    for quantity in pair.clause.quantities:
        equal = [other for other in sources if same(quantity, other)]
        equal = [other for other in equal if other in pair.aligned.quantities] or equal
        difference = _bound_difference(pair, quantity, equal) if equal else _value_difference(pair, quantity, sources)
        if difference is not None:
            yield difference


def missing_numbers(pair: Pair) -> int:
    """How many quantities of the clause have no counterpart at all: neither an equal nor a different one."""
    sources = source_quantities(pair)
    return sum(
        not quantity.minor
        and not any(same(quantity, other) for other in sources)
        and _value_difference(pair, quantity, sources) is None
        for quantity in pair.clause.quantities
    )


def source_quantities(pair: Pair) -> tuple[Quantity, ...]:
    """The quantities of the source sentence, and of the next one where that goes on about it and they are needed."""
    own = pair.source.quantities
    if pair.following is None or all(any(same(q, other) for other in own) for q in pair.clause.quantities):
        return own
    return (*own, *pair.following.quantities)


def _bound_difference(pair: Pair, quantity: Quantity, equal: Sequence[Quantity]) -> Difference | None:
    """The number is there; its bound or its base may still be another one in every place where it stands."""
    if all(opposed(quantity.bound, other.bound) for other in equal):
        return _difference(DifferenceKind.COMPARISON, pair, quantity, equal[0], with_bound=True)
    if all(rates_differ(quantity.per, other.per) for other in equal):
        return _difference(DifferenceKind.UNIT, pair, quantity, equal[0], with_bound=True)
    return None


def _value_difference(pair: Pair, quantity: Quantity, sources: Sequence[Quantity]) -> Difference | None:
    """The number is not there: a free number of the source that could have been meant makes the difference."""
    free = [other for other in sources if not any(same(q, other) for q in pair.answer.quantities)]
    free.sort(key=lambda other: (other not in pair.aligned.quantities, other.bound != quantity.bound))
    if quantity.timelike:
        kin = [other for other in free if same_kind(quantity, other)] or [o for o in sources if same_kind(quantity, o)]
        return _difference(DifferenceKind.DATE, pair, quantity, kin[0]) if kin else None
    for kind, fits in (
        (DifferenceKind.UNIT, _is_other_unit),
        (DifferenceKind.NUMBER, same_kind),
        (DifferenceKind.UNIT, _is_other_measure),
    ):
        for other in free:
            if fits(quantity, other):
                return _difference(kind, pair, quantity, other)
    return None


def _is_other_unit(quantity: Quantity, other: Quantity) -> bool:
    """16 days for 16 weeks, 250유로 for 250달러."""
    return not quantity.minor and same_number(quantity, other)


def _is_other_measure(quantity: Quantity, other: Quantity) -> bool:
    """Another amount in another unit of the same family: 60일 for 3개월."""
    return (
        not quantity.minor and not other.minor and same_family(quantity, other) and not about_the_same(quantity, other)
    )


def _difference(
    kind: DifferenceKind, pair: Pair, quantity: Quantity, other: Quantity, *, with_bound: bool = False
) -> Difference:
    return Difference(
        kind,
        _shown(pair.answer.text, quantity, with_bound=with_bound),
        _shown(pair.source.text, other, with_bound=with_bound),
        (quantity.start, quantity.end),
        (other.start, other.end),
    )


_SHOWN_BEFORE, _SHOWN_AFTER = 14, 8


def _shown(text: str, quantity: Quantity, *, with_bound: bool) -> str:
    """The quantity in the words of its text; for a bound with the words around it that set the bound."""
    if not with_bound:
        return quantity.text
    before = text[max(0, quantity.start - _SHOWN_BEFORE) : quantity.start]
    after = text[quantity.end : quantity.end + _SHOWN_AFTER]
    head = before.split(". ")[-1].split(", ")[-1]
    return f"{head[head.find(' ') + 1 :] if len(before) == _SHOWN_BEFORE else head}{quantity.text}{after.split('.')[0]}".strip()
