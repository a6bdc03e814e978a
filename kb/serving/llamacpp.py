"""llama.cpp's server: /completion for text that is continued, /v1/chat/completions for conversations.

It ignores the `model` of a request and answers with what it has loaded. Its context is shared out among its slots;
/props gives the share of one.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

from kb.serving.chat_events import PATH, chat_body, read_chat
from kb.serving.errors import ModelServerNonsense
from kb.serving.generation import Event, GenerationRequest, Limits, ServerInfo, StopReason, Style
from kb.serving.memory import InfoMemory
from kb.serving.upstream import Upstream
from kb.serving.writing import Piece, written

DIALECT = "llamacpp"
_MOST_STOPS = 16
_REASONS = {"eos": StopReason.STOP, "word": StopReason.STOP, "limit": StopReason.LENGTH}


class LlamaCppServer:
    """A ModelServer (kb.serving.generation). `style` says whether the model follows instructions or only continues text:
    the server invents a chat template where the model has none, so that it cannot be asked."""

    def __init__(self, url: str, key: str = "", *, style: Style = "chat", limits: Limits | None = None) -> None:
        self._upstream = Upstream(url, key, limits)
        self._style: Style = style
        self._memory = InfoMemory(self._asked)

    def generate(self, request: GenerationRequest) -> AsyncGenerator[Event, None]:
        """Texts as they are written, then Finished."""
        if request.messages:
            body = {**chat_body(request, DIALECT, most_stops=_MOST_STOPS), "cache_prompt": True}
            return written(self._upstream, PATH, body, request, read_chat)
        return written(self._upstream, "/completion", _completion_body(request), request, _read_completion)

    async def count_tokens(self, text: str) -> int:
        """Tokens of a text, without special ones."""
        answer = await self._upstream.post("/tokenize", {"content": text, "add_special": False})
        tokens = answer.get("tokens") if isinstance(answer, dict) else None
        if not isinstance(tokens, list):
            raise ModelServerNonsense("/tokenize gave no tokens")
        return len(tokens)

    async def describe(self) -> ServerInfo:
        """The loaded model and the context of one slot."""
        return await self._memory.info()

    async def _asked(self) -> ServerInfo:
        row = await self._upstream.get("/props")
        try:
            context = int(row["default_generation_settings"]["n_ctx"])
            name = str(row.get("model_alias") or row.get("model_path") or "").rpartition("/")[2]
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ModelServerNonsense("/props does not say the context") from error
        return ServerInfo(name, context, self._style, DIALECT)


def _completion_body(request: GenerationRequest) -> dict[str, Any]:
    body: dict[str, Any] = {
        "prompt": request.prompt,
        "n_predict": request.max_tokens,
        "temperature": request.temperature,
        "stream": True,
        "cache_prompt": True,
    }
    if request.stop:
        body["stop"] = list(request.stop[:_MOST_STOPS])
    if request.top_p is not None:
        body["top_p"] = request.top_p
    if request.seed is not None:
        body["seed"] = request.seed
    return body


def _read_completion(row: dict[str, Any]) -> Piece:
    if not row["stop"]:
        return Piece(row["content"])
    return Piece(
        row.get("content") or "",
        reason=_REASONS.get(str(row.get("stop_type")), StopReason.OTHER),
        prompt_tokens=int(row.get("tokens_evaluated") or 0),
        completion_tokens=int(row.get("tokens_predicted") or 0),
        model=str(row.get("model") or "").rpartition("/")[2],
        last=True,
    )
