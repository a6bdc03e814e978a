"""The caller's cosines of one passage, whether given for the whole or for each sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kb.chat.support.passages import PreparedPassage


@dataclass(frozen=True)
class Nearness:
    """How near a sentence is to a passage by embedding; all None when the caller gave nothing."""

    passage: PreparedPassage
    given: float | Sequence[float] | None

    @property
    def best(self) -> float | None:
        """The highest cosine of the passage."""
        if self.given is None or isinstance(self.given, int | float):
            return self.given
        return max(self.given, default=None)

    @property
    def of_statement(self) -> Callable[[int], float] | None:
        """The cosine to each statement of the passage, when it was given by sentence."""
        given = self.given
        if given is None or isinstance(given, int | float):
            return None
        numbers = self.passage.numbers
        return lambda number: given[numbers[number]] if numbers[number] < len(given) else 0.0
