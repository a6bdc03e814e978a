"""generate: the model writes a draft, token by token. No database connection is held meanwhile."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from kb.chat.prompt import Prompt
from kb.chat.route import Route
from kb.serving.generation import Finished as Ended
from kb.serving.generation import Token


@dataclass(frozen=True, slots=True)
class Draft:
    """What the model wrote so far, and at its end how many tokens were read and written."""

    text: str = ""
    model: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0


async def generate(route: Route, prompt: Prompt) -> AsyncGenerator[tuple[Draft, str], None]:
    """Yield the draft so far with each new piece; the last one, with an empty piece, knows the token counts."""
    if route.server is None:
        raise ValueError("a route without a server generates nothing")
    text = ""
    async with aclosing(route.server.generate(prompt.request)) as events:
        async for event in events:
            if isinstance(event, Token):
                text += event.text
                yield Draft(text), event.text
            elif isinstance(event, Ended):
                yield Draft(text, event.model, event.prompt_tokens, event.completion_tokens), ""
