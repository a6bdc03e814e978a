"""The caller's cosines of one passage, whether given for the whole or for each sentence, on the scale of its encoder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kb.chat.support.passages import PreparedPassage

_USUAL_LIFT, _LIFT_WEIGHT = 0.03, 0.5


@dataclass(frozen=True, slots=True)
class CosineScale:
    """Where the cosines of an encoder lie; the defaults are those of multilingual-e5-small with its two prefixes.

    In one language, `neutral` speaks neither for nor against a passage sentence, and `on_topic` shows that both speak of the
    same thing. In another language, `unrelated` and `same` are what a sentence has to an unrelated and to its own source
    sentence, plus half of what that lies above the other candidates. A whole passage lies lower than its best sentence: by
    `passage_drop`, and by `passage_drop_across` in another language.
    """

    neutral: float = 0.90
    on_topic: float = 0.91
    unrelated: float = 0.815
    same: float = 0.86
    passage_drop: float = 0.03
    passage_drop_across: float = 0.03


@dataclass(frozen=True)
class Nearness:
    """How near a sentence is to a passage by embedding; everything is None when the caller gave nothing."""

    passage: PreparedPassage
    given: float | Sequence[float] | None
    scale: CosineScale
    others: float | None = None
    """The mean of what the other candidates have: by how much a passage stands out tells more than its cosine alone."""

    @property
    def best(self) -> float | None:
        """The highest cosine to a sentence of the passage, estimated where only the whole passage has one."""
        return self._best(self.scale.passage_drop)

    @property
    def lean(self) -> float | None:
        """How far the cosine speaks for the passage: 0 is neutral, 1 is a tenth above."""
        best = self.best
        return None if best is None else 10 * (best - self.scale.neutral)

    @property
    def on_topic(self) -> bool:
        """Whether some sentence of the passage speaks of the same thing; a whole passage is too coarse to say so."""
        best = self.best
        return self.of_statement is not None and best is not None and best >= self.scale.on_topic

    @property
    def across(self) -> float | None:
        """The nearness to a passage in another language, from 0 (unrelated) to 1 (the same statement)."""
        best = self._best(self.scale.passage_drop_across)
        if best is None:
            return None
        lift = _USUAL_LIFT if self.others is None else best - self.others
        share = (best + _LIFT_WEIGHT * lift - self.scale.unrelated) / (self.scale.same - self.scale.unrelated)
        return min(1.0, max(0.0, share))

    @property
    def of_statement(self) -> Callable[[int], float] | None:
        """The cosine to each statement of the passage, when it was given by sentence."""
        given = self.given
        if given is None or isinstance(given, int | float):
            return None
        return lambda number: given[number] if number < len(given) else 0.0

    def _best(self, drop: float) -> float | None:
        if self.given is None:
            return None
        if isinstance(self.given, int | float):
            return self.given + drop
        return max(self.given, default=None)
