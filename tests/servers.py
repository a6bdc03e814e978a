"""A model server's double, for tests that are about pages and streams and not about a model."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field

from kb.serving.generation import Event, Finished, GenerationRequest, ServerInfo, StopReason, Token

MODEL = "double"


@dataclass
class ScriptedServer:
    """Writes `answer` word by word, `pause` seconds apart. `gate`, where set, is waited for before the word at `gate_at`."""

    answer: str | Callable[[GenerationRequest], str]
    pause: float = 0.0
    gate: asyncio.Event | None = None
    gate_at: int = 1
    context_length: int = 4096
    asked: list[GenerationRequest] = field(default_factory=list)

    async def generate(self, request: GenerationRequest) -> AsyncGenerator[Event, None]:
        """The scripted words, then the end."""
        self.asked.append(request)
        text = self.answer(request) if callable(self.answer) else self.answer
        words = re.findall(r"\s*\S+", text)
        for place, word in enumerate(words):
            if self.gate is not None and place == self.gate_at:
                await self.gate.wait()
            await asyncio.sleep(self.pause)
            yield Token(word)
        yield Finished(StopReason.STOP, 100, len(words), MODEL)

    async def count_tokens(self, text: str) -> int:
        """Two characters a token."""
        return len(text) // 2 + 1

    async def describe(self) -> ServerInfo:
        """A small chat model."""
        return ServerInfo(MODEL, self.context_length, "chat", "double")
