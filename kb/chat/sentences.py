"""A sentence of an answer and what our own check says of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that the answer has otherwise than its source: both as they are written there."""

    kind: str
    answer: str
    source: str


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """answer text[start:end], its verdict (kb.chat.support), the numbers of its citations, and its differences."""

    start: int
    end: int
    verdict: str
    citations: tuple[int, ...] = ()
    differences: tuple[Difference, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As it is kept in the answer's row."""
        return asdict(self)

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> AnswerSentence:
        """From the answer's row."""
        return cls(
            row["start"],
            row["end"],
            row["verdict"],
            tuple(row.get("citations", ())),
            tuple(Difference(**each) for each in row.get("differences", ())),
        )
