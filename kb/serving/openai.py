"""OpenAI-style servers: vLLM, SGLang and others by /v1/chat/completions, /v1/completions and /v1/models."""

from __future__ import annotations

import math
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from kb.serving.chat_events import PATH, chat_body, read_chat, reason_of
from kb.serving.errors import ModelServerNonsense, ModelServerRefused
from kb.serving.generation import Event, GenerationRequest, Limits, ServerInfo
from kb.serving.memory import InfoMemory
from kb.serving.upstream import Upstream
from kb.serving.writing import Piece, written

UNSAID_CONTEXT = 8_192  # tokens, where a server does not say its own


class OpenAIServer:
    """A ModelServer (kb.serving.generation). `model` is asked for by name; without it, the first that the server lists.

    `tokenizes` says whether the server may have vLLM's /tokenize; without it, counts are estimates from above.
    """

    def __init__(
        self, url: str, key: str = "", *, model: str = "", dialect: str = "openai", limits: Limits | None = None
    ) -> None:
        self._upstream = Upstream(url, key, limits)
        self._model = model
        self._dialect = dialect
        self._tokenizes = dialect == "vllm"
        self._memory = InfoMemory(self._asked)

    async def generate(self, request: GenerationRequest) -> AsyncGenerator[Event, None]:
        """Texts as they are written, then Finished."""
        model = self._model or (await self.describe()).model
        body = chat_body(request, model)
        if request.messages:
            events = written(self._upstream, PATH, body, request, read_chat)
        else:
            del body["messages"]
            body["prompt"] = request.prompt
            events = written(self._upstream, "/v1/completions", body, request, _read_completion)
        async with aclosing(events):
            async for event in events:
                yield event

    async def count_tokens(self, text: str) -> int:
        """Tokens of a text, without special ones; an estimate from above where the server has no tokenizer to ask."""
        if not (await self.describe()).counts_exactly:
            return estimated_tokens(text)
        return await self._counted(text)

    async def describe(self) -> ServerInfo:
        """The model and its context."""
        return await self._memory.info()

    async def _asked(self) -> ServerInfo:
        row = await self._upstream.get("/v1/models")
        models = [each for each in row.get("data") or [] if isinstance(each, dict)] if isinstance(row, dict) else []
        if not models and not self._model:
            raise ModelServerNonsense("/v1/models lists no model")
        own = next((each for each in models if each.get("id") == self._model), None)
        if self._model and models and own is None:
            raise ModelServerRefused("the model of MARU_MODEL_NAME is not among those of /v1/models")
        chosen = own or (models[0] if models else {})
        name = self._model or str(chosen.get("id") or "")
        context = chosen.get("max_model_len")
        return ServerInfo(
            name,
            context if isinstance(context, int) else UNSAID_CONTEXT,
            "chat",
            self._dialect,
            await self._can_count(name),
        )

    async def _can_count(self, model: str) -> bool:
        if not self._tokenizes:
            return False
        try:
            await self._counted("?", model)
        except (ModelServerRefused, ModelServerNonsense):
            return False
        return True

    async def _counted(self, text: str, model: str = "") -> int:
        name = model or self._model or (await self.describe()).model
        body = {"model": name, "prompt": text, "add_special_tokens": False}
        answer = await self._upstream.post("/tokenize", body)
        count = answer.get("count") if isinstance(answer, dict) else None
        if not isinstance(count, int) or isinstance(count, bool):
            raise ModelServerNonsense("/tokenize gave no count")
        return count


def estimated_tokens(text: str) -> int:
    """Tokens that a text has at most, roughly: a token a letter outside ASCII, one for two and a half inside it."""
    ascii_letters = sum(char.isascii() for char in text)
    return len(text) - ascii_letters + math.ceil(ascii_letters / 2.5)


def _read_completion(row: dict[str, Any]) -> Piece:
    usage = row.get("usage") or {}
    counts = (int(usage.get("prompt_tokens") or 0), int(usage.get("completion_tokens") or 0))
    model = str(row.get("model") or "")
    if not row["choices"]:
        return Piece("", False, None, *counts, model)
    choice = row["choices"][0]
    return Piece(choice.get("text") or "", False, reason_of(choice.get("finish_reason")), *counts, model)
