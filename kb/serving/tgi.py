"""Text Generation Inference: /generate_stream for text that is continued, /v1/chat/completions for conversations.

Spoken through httpx and not through huggingface_hub's client, for the reasons in docs/decisions/model-server.md.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

from kb.serving.chat_events import PATH, chat_body, read_chat, reason_of
from kb.serving.errors import ModelServerNonsense, ModelServerRefused
from kb.serving.generation import Event, GenerationRequest, Limits, ServerInfo, Style
from kb.serving.memory import InfoMemory
from kb.serving.upstream import Upstream
from kb.serving.writing import Piece, written

DIALECT = "tgi"
BASE = "tgi"  # any other `model` on chat is taken for the name of an adapter
_MOST_STOPS = 4


class TgiServer:
    """A ModelServer (kb.serving.generation)."""

    def __init__(self, url: str, key: str = "", *, limits: Limits | None = None) -> None:
        self._upstream = Upstream(url, key, limits)
        self._memory = InfoMemory(self._asked)

    def generate(self, request: GenerationRequest) -> AsyncGenerator[Event, None]:
        """Texts as they are written, then Finished."""
        if request.messages:
            body = chat_body(request, BASE, most_stops=_MOST_STOPS)
            return written(self._upstream, PATH, body, request, read_chat)
        return written(self._upstream, "/generate_stream", _generate_body(request), request, _read_generate)

    async def count_tokens(self, text: str) -> int:
        """Tokens of a text. TGI always puts its special tokens in, so this is at most a few too many."""
        if not text:
            return 0
        answer = await self._upstream.post("/tokenize", {"inputs": text})
        if not isinstance(answer, list):
            raise ModelServerNonsense("/tokenize gave no tokens")
        return len(answer)

    async def describe(self) -> ServerInfo:
        """The base model and its context; `chat` where it has a chat template."""
        return await self._memory.info()

    async def _asked(self) -> ServerInfo:
        row = await self._upstream.get("/info")
        try:
            name, context = str(row["model_id"]), int(row["max_total_tokens"])
        except (KeyError, TypeError, ValueError) as error:
            raise ModelServerNonsense("/info does not say the model or its context") from error
        return ServerInfo(name, context, await self._style(), DIALECT)

    async def _style(self) -> Style:
        """TGI does not say whether the model has a chat template; it refuses to apply one that it lacks."""
        body = {"messages": [{"role": "user", "content": "?"}]}
        try:
            await self._upstream.post("/chat_tokenize", body)
        except ModelServerRefused:
            return "completion"
        return "chat"


def _generate_body(request: GenerationRequest) -> dict[str, Any]:
    parameters: dict[str, Any] = {
        "max_new_tokens": request.max_tokens,
        "do_sample": request.temperature > 0,
        "return_full_text": False,
        "details": True,
    }
    if request.temperature > 0:
        parameters["temperature"] = request.temperature  # 0 is refused
    if request.top_p is not None and request.top_p < 1.0:
        parameters["top_p"] = request.top_p
    if request.stop:
        parameters["stop"] = list(request.stop[:_MOST_STOPS])
    if request.seed is not None:
        parameters["seed"] = request.seed
    return {"inputs": request.prompt, "parameters": parameters, "stream": True}


def _read_generate(row: dict[str, Any]) -> Piece:
    token = row["token"]
    text = "" if token["special"] else token["text"]
    if row.get("generated_text") is None:
        return Piece(text, alive=True)
    details = row.get("details") or {}
    return Piece(
        text,
        reason=reason_of(details.get("finish_reason") or "stop"),
        prompt_tokens=int(details.get("input_length") or 0),
        completion_tokens=int(details.get("generated_tokens") or 0),
        last=True,
    )
