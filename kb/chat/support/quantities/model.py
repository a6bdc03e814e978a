"""A number with its meaning: what it counts, what bounds it, and what it is counted per."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

PartialDate = tuple[int | None, int | None, int | None]

DATE, CLOCK, AFTERNOON, WEEKDAY, EVERY, BARE = "date", "clock", "clock after noon", "weekday", "every", ""
"""Units that are none: see `Reading`."""


class Bound(StrEnum):
    """The side of a limit that a number stands for."""

    AT_LEAST = ">="
    MORE_THAN = ">"
    AT_MOST = "<="
    LESS_THAN = "<"

    @property
    def upward(self) -> bool:
        """Whether values above the number are meant."""
        return self in {Bound.AT_LEAST, Bound.MORE_THAN}


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a written number.

    `unit` is a name of `units.UNITS`, one of the constants above, or the bare noun that followed the number ("학기", "quote").
    `number` is the value in that unit: minutes since midnight for a clock, 0 (Monday) to 6 for a weekday, and unused for a
    date, whose parts (year, month, day; None where unsaid) are in `date`.
    """

    unit: str
    number: float
    date: PartialDate | None = None


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number, date, clock time or weekday at [start, end) of the text, with every reading that its writing allows."""

    text: str
    start: int
    end: int
    readings: tuple[Reading, ...]
    bound: Bound | None = None
    per: str | None = None
    per_span: tuple[int, int] | None = None
    minor: bool = field(default=False)
    """Whether it may be left out or added without a difference: "once", "per day", the "every" of a period."""

    @property
    def unit(self) -> str:
        """The unit of the first reading."""
        return self.readings[0].unit

    @property
    def number(self) -> float:
        """The number of the first reading."""
        return self.readings[0].number

    @property
    def timelike(self) -> bool:
        """Whether it says when: a date, a weekday or a clock time."""
        return self.unit in {DATE, CLOCK, WEEKDAY}
