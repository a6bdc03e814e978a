"""An encoder and a model server as small HTTP services: doubles for tests of the web process from outside."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from tests.doubles import WordEncoder

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


async def _body(receive: Callable[[], Awaitable[MutableMapping[str, Any]]]) -> dict[str, Any]:
    parts, more = b"", True
    while more:
        message = await receive()
        parts, more = parts + message.get("body", b""), message.get("more_body", False)
    return json.loads(parts or b"{}")


async def _answer(send: Send, value: Any, status: int = 200) -> None:
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(value).encode()})


async def encoder(scope: Any, receive: Any, send: Send) -> None:
    """/embed, /analyse and /info of the encoder's contract, by words."""
    words, asked = WordEncoder(), await _body(receive)
    if scope["path"] == "/embed":
        plain = [text.removeprefix("query: ").removeprefix("passage: ") for text in asked["inputs"]]
        await _answer(send, [[float(x) for x in vector] for vector in words.embed_passages(plain)])
    elif scope["path"] == "/analyse":
        rows = [
            {
                "sentences": [list(span) for span in analysis.sentences],
                "tokens": [[token.form, token.tag, token.start, token.end] for token in analysis.tokens],
            }
            for analysis in words.analyse(asked["texts"])
        ]
        await _answer(send, {"analyses": rows})
    elif scope["path"] == "/healthz":
        await _answer(send, {"status": "ok"})
    else:
        await _answer(send, {"error": scope["path"]}, 404)


@dataclass
class ModelServer:
    """An OpenAI-style server that writes `words` one by one, `pause` seconds apart, to any number of askers."""

    words: tuple[str, ...]
    pause: float
    at_once: int = 0
    most: int = 0
    left: int = 0

    async def __call__(self, scope: Any, receive: Any, send: Send) -> None:
        """/v1/models and a streaming /v1/chat/completions."""
        await _body(receive)
        if scope["path"] == "/v1/models":
            await _answer(send, {"data": [{"id": "double", "max_model_len": 8192}]})
            return
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        writing = asyncio.ensure_future(self._write(send))
        leaving = asyncio.ensure_future(receive())
        try:
            await asyncio.wait({writing, leaving}, return_when=asyncio.FIRST_COMPLETED)
            self.left += not writing.done()
        finally:
            self.at_once -= 1
            for task in (writing, leaving):
                task.cancel()
            await asyncio.gather(writing, leaving, return_exceptions=True)

    async def _write(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
        for word in self.words:
            await asyncio.sleep(self.pause)
            await self._event(send, {"delta": {"content": word}, "index": 0, "finish_reason": None})
        await self._event(send, {"delta": {}, "index": 0, "finish_reason": "stop"})
        await send({"type": "http.response.body", "body": b"data: [DONE]\n\n"})

    async def _event(self, send: Send, choice: dict[str, Any]) -> None:
        row = {"id": "x", "object": "chat.completion.chunk", "model": "double", "choices": [choice]}
        await send({"type": "http.response.body", "body": f"data: {json.dumps(row)}\n\n".encode(), "more_body": True})
