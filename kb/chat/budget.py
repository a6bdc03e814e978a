"""What fits a model's context: counted with the model's own tokenizer, kept and dropped in a fixed order.

The question and the instructions always fit, or the question is refused. Then come passages by rank, then turns of the
conversation from the newest back, then examples; room for the answer is set aside before any of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from accounts.errors import BadRequest

SEPARATORS = 8  # tokens that joining one part to the next may add


class PromptTooLong(BadRequest):
    """Question and instructions alone fill the model's context."""

    code = "prompt_too_long"
    status = 413


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a prompt: `key` names it in the trace, `tokens` is its length."""

    key: str
    tokens: int


@dataclass(frozen=True, slots=True)
class Budget:
    """How a context was shared out, in tokens; `kept` and `dropped` hold the keys of parts."""

    context: int
    answer: int
    system: int
    question: int
    passages: int
    history: int
    examples: int
    kept: tuple[str, ...] = field(default=())
    dropped: tuple[str, ...] = field(default=())

    @property
    def left(self) -> int:
        """Tokens that nobody uses."""
        used = self.answer + self.system + self.question + self.passages + self.history + self.examples
        return self.context - used


def share_out(
    context: int,
    answer: int,
    system: Part,
    question: Part,
    passages: Sequence[Part],
    history: Sequence[Part] = (),
    examples: Sequence[Part] = (),
) -> Budget:
    """Choose what a prompt holds.

    `passages` come best first and `history` newest first; each list is cut at the first part that does not fit, so that
    nothing is kept after something better was dropped. Examples are taken as they fit.
    """
    room = context - answer - system.tokens - question.tokens - 2 * SEPARATORS
    if room < 0:
        raise PromptTooLong(
            _("The question is too long for the model: %(tokens)s tokens, and %(most)s fit. Shorten it.")
            % {"tokens": question.tokens, "most": max(0, question.tokens + room)}
        )
    kept: list[str] = []
    dropped: list[str] = []
    after_passages = _take(passages, room, kept, dropped)
    after_history = _take(history, after_passages, kept, dropped)
    after_examples = _take(examples, after_history, kept, dropped)
    return Budget(
        context,
        answer,
        system.tokens,
        question.tokens,
        passages=room - after_passages,
        history=after_passages - after_history,
        examples=after_history - after_examples,
        kept=tuple(kept),
        dropped=tuple(dropped),
    )


def _take(parts: Sequence[Part], room: int, kept: list[str], dropped: list[str]) -> int:
    for place, part in enumerate(parts):
        if part.tokens + SEPARATORS > room:
            dropped.extend(later.key for later in parts[place:])
            break
        room -= part.tokens + SEPARATORS
        kept.append(part.key)
    return room
