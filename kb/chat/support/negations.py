"""One negation in a clause."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Negation:
    """Where a negation stands, and what it denies.

    `inner` is whether it belongs to a condition or a describing part and not to the main statement; `forward` is whether the
    denied word follows ("not covered", 안 쓴) or comes before (사용할 수 없다). `without` is whether it says that something is not
    needed or not there (승인 없이, "without approval").
    """

    start: int
    inner: bool
    forward: bool
    without: bool = False
