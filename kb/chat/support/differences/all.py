"""Every kind of difference, in one place."""

from __future__ import annotations

from kb.chat.support.alignment import Pair
from kb.chat.support.differences.binding import binding_differences, crossed_names
from kb.chat.support.differences.conditions import condition_differences
from kb.chat.support.differences.numbers import missing_numbers, number_differences
from kb.chat.support.differences.polarity import polarity_differences, turned_by_negation
from kb.chat.support.differences.slots import slot_differences
from kb.chat.support.differences.universals import universal_differences
from kb.chat.support.model import Difference, DifferenceKind

__all__ = ["differences", "missing_numbers"]


def differences(pair: Pair) -> tuple[Difference, ...]:
    """All differences of a clause from its source sentence."""
    numbers = list(number_differences(pair))
    if turned_by_negation(pair):
        numbers = [one for one in numbers if one.kind is not DifferenceKind.COMPARISON]
    return (
        *numbers,
        *polarity_differences(pair),
        *binding_differences(pair),
        *crossed_names(pair),
        *slot_differences(pair),
        *condition_differences(pair),
        *universal_differences(pair),
    )
