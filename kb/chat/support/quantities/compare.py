"""Whether two quantities say the same, and whether they could be expected to."""

from __future__ import annotations

from math import isclose

from kb.chat.support.quantities.model import BARE, CLOCK, DATE, EVERY, WEEKDAY, PartialDate, Quantity, Reading
from kb.chat.support.quantities.units import UNITS

_SPECIAL = {DATE, CLOCK, WEEKDAY, EVERY}
_DAYS_IN_MONTH = 365.25 / 12


def same(one: Quantity, other: Quantity) -> bool:
    """Whether some reading of one equals some reading of the other, after conversion (90 minutes and 1.5 hours)."""
    return any(_equal(a, b) for a in one.readings for b in other.readings)


def same_kind(one: Quantity, other: Quantity) -> bool:
    """Whether both measure in one dimension, so that different values contradict each other."""
    return any(_dimension(a) == _dimension(b) for a in one.readings for b in other.readings)


def same_family(one: Quantity, other: Quantity) -> bool:
    """Whether both measure the same sort of thing in other units: dollars and won, days and months."""
    a, b = UNITS.get(one.unit), UNITS.get(other.unit)
    return a is not None and b is not None and a.family == b.family and a.dimension != b.dimension


def same_number(one: Quantity, other: Quantity) -> bool:
    """Whether the bare numbers are equal, whatever they count ("16 days" and "16 weeks")."""
    return not (one.timelike or other.timelike) and EVERY not in {one.unit, other.unit} and one.number == other.number


def about_the_same(one: Quantity, other: Quantity) -> bool:
    """Whether a length of time in days and one in months come out alike ("30일" and "1개월")."""
    a, b = UNITS.get(one.unit), UNITS.get(other.unit)
    if a is None or b is None or {a.dimension, b.dimension} != {"duration", "calendar"}:
        return False
    days = [
        q.number * u.factor / 1440 if u.dimension == "duration" else q.number * u.factor * _DAYS_IN_MONTH
        for q, u in ((one, a), (other, b))
    ]
    return isclose(*days, rel_tol=0.04)


def _equal(a: Reading, b: Reading) -> bool:
    if a.date is not None or b.date is not None:
        return a.date is not None and b.date is not None and _dates_agree(a.date, b.date)
    if a.unit in _SPECIAL or b.unit in _SPECIAL or _dimension(a) == _dimension(b):
        if {a.unit, b.unit} == {CLOCK, BARE}:
            clock, bare = (a, b) if a.unit == CLOCK else (b, a)
            return clock.number == bare.number * 60
        return _dimension(a) == _dimension(b) and isclose(_amount(a), _amount(b), rel_tol=1e-6, abs_tol=1e-12)
    return a.number == b.number and _may_count_the_same(a, b)


def _amount(reading: Reading) -> float:
    """The value in the base of its dimension; midnight is both ends of a day."""
    if reading.unit == CLOCK:
        return reading.number % 1440
    return reading.number * (UNITS[reading.unit].factor if reading.unit in UNITS else 1)


def _dimension(reading: Reading) -> str:
    return UNITS[reading.unit].dimension if reading.unit in UNITS else reading.unit


def _may_count_the_same(a: Reading, b: Reading) -> bool:
    """Whether two units may be one: an unsaid one fits any, an unknown one ("quote") fits a count, 2학년 is not 2년."""
    if BARE in {a.unit, b.unit}:
        return True
    return all(reading.unit not in UNITS or UNITS[reading.unit].family == "count" for reading in (a, b))


def _dates_agree(a: PartialDate, b: PartialDate) -> bool:
    """A missing year, month or day fits any, as long as one part is there in both."""
    pairs = list(zip(a, b, strict=True))
    return all(x is None or y is None or x == y for x, y in pairs) and any(x is not None and x == y for x, y in pairs)
