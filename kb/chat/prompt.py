"""prompt: instructions, passages, history and question, within the model's context, counted by its own tokenizer.

Passages are quoted as data between fences that their own text cannot forge; nothing inside them is an instruction.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.chat.budget import Budget, Part, share_out
from kb.chat.followup import Turn
from kb.chat.retrieve import Sought
from kb.chat.route import Route
from kb.chat.templates import ANSWER_TOKENS, PromptForm, form_for
from kb.retrieval.passages import Passage
from kb.serving.generation import GenerationRequest, ModelServer

if TYPE_CHECKING:
    from kb.chat.answer import Ask


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is sent, how the context was shared out, and the passages that the model really read, in their order."""

    request: GenerationRequest
    budget: Budget
    passages: tuple[Passage, ...]
    version: str


async def write_prompt(ask: Ask, route: Route, sought: Sought) -> Prompt:
    """Write the prompt for this server. Raises PromptTooLong when the question alone fills the context."""
    if route.server is None:
        raise ValueError("a route without a server needs no prompt")
    info = await route.server.describe()
    form = form_for(info.style, ask.question.language)
    history = [_turn_part(form, place, turn) for place, turn in enumerate(reversed(ask.turns))]
    offered = sought.passages[: form.passages_at_most]
    passages = [(passage.key, form.passage(number, passage)) for number, passage in enumerate(offered, 1)]
    texts = [form.system, form.question(ask.question.text), *(text for _, text in passages), *(t for _, t in history)]
    counts = iter(await _count(route.server, texts))
    system, question = Part("system", next(counts)), Part("question", next(counts))
    passage_parts = [Part(key, next(counts)) for key, _ in passages]
    history_parts = [Part(key, next(counts)) for key, _ in history]
    budget = share_out(
        info.context_length,
        min(ANSWER_TOKENS, info.context_length // 4),
        system,
        question,
        passage_parts,
        history_parts,
    )
    kept = tuple(passage for passage in offered if passage.key in budget.kept)
    turns = [turn for place, turn in enumerate(reversed(ask.turns)) if f"turn:{place}" in budget.kept][::-1]
    return Prompt(form.request(ask.question.text, kept, turns, budget.answer), budget, kept, form.version)


def _turn_part(form: PromptForm, place: int, turn: Turn) -> tuple[str, str]:
    return f"turn:{place}", form.turn(turn)


async def _count(server: ModelServer, texts: Sequence[str]) -> list[int]:
    return list(await asyncio.gather(*(server.count_tokens(text) for text in texts)))
