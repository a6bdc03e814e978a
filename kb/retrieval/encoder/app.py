"""The encoder over HTTP: a bare ASGI app in the shape of Text Embeddings Inference, with Korean analysis beside it.

    POST /embed     {"inputs", "normalize", "truncate"}      -> [[float, …], …]
    POST /tokenize  {"inputs", "add_special_tokens"}         -> [[{"id", "text", "special", "start", "stop"}, …], …]
    POST /count     {"inputs"}                               -> [int, …]
    POST /analyse   {"texts"}                                -> {"analyses": [{"sentences", "tokens"}, …]}
    GET  /info      -> {"model_id", "model_sha", "max_input_length", "dimensions", …}
    GET  /healthz   -> {"status": "ok" | "loading", …}

Every path but /healthz asks for `Authorization: Bearer KEY`. Errors are {"error", "error_type"}.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import asdict
from typing import Any

from kb.retrieval.analysis import Analysis
from kb.retrieval.encoder.service import BadVector, Loading, NotServed, Service, TextTooLong
from kb.retrieval.encoder.wire import MOST_TEXTS, Gone, Receive, Refused, parse, read_body
from kb.retrieval.encoder.worker import TooMuchWaiting

log = logging.getLogger(__name__)

Send = Callable[[dict[str, Any]], Awaitable[None]]
Scope = dict[str, Any]


class EncoderApp:
    """The ASGI application."""

    def __init__(self, service: Service, key: str) -> None:
        if not key:
            raise ValueError("the encoder needs a key")
        self._service = service
        self._key = f"Bearer {key}".encode()
        self._reads = {"/healthz": self._health, "/info": self._info}
        self._computes = {
            "/embed": self._embed,
            "/tokenize": self._tokenize,
            "/count": self._count,
            "/analyse": self._analyse,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        try:
            status, answer = 200, await self._answer(scope, receive)
        except Gone:
            return
        except Refused as refusal:
            status, answer = refusal.status, json.dumps(refusal.body()).encode()
        await _send(send, status, answer)

    async def _answer(self, scope: Scope, receive: Receive) -> bytes:
        path, method = scope["path"], scope["method"]
        if path not in self._reads and path not in self._computes:
            raise Refused(404, "NotFound", f"there is nothing at {path}")
        if method != ("GET" if path in self._reads else "POST"):
            raise Refused(405, "MethodNotAllowed", f"{method} is not for {path}")
        if path != "/healthz":
            self._check_key(scope)
        if path in self._reads:
            return json.dumps(self._reads[path]()).encode()
        body = await read_body(receive)
        return await _unless_gone(receive, _told(self._computes[path](body)))

    def _check_key(self, scope: Scope) -> None:
        given = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        if not hmac.compare_digest(given, self._key):
            raise Refused(401, "Unauthorized", "the key is missing or wrong")

    def _health(self) -> dict[str, Any]:
        service = self._service
        return {
            "status": "ok" if service.ready else "loading",
            "embedder": service.embedder is not None if service.embeds else "elsewhere",
            "analyser": service.analyser is not None,
            "waiting": service.vectors.waiting + service.texts.waiting,
        }

    def _info(self) -> dict[str, Any]:
        service = self._service
        shared = {
            "max_client_batch_size": MOST_TEXTS,
            "max_batch_requests": None,
            "version": "maru",
            "auto_truncate": False,
        }
        if not service.embeds:
            return {"model_id": None, **shared}
        if service.embedder is None:
            raise _LOADING
        facts = service.embedder.facts
        return {
            "model_id": facts.name,
            "model_sha": facts.sha,
            "model_dtype": facts.dtype,
            "model_type": {"embedding": {"pooling": "mean"}},
            "max_input_length": facts.max_tokens,
            "dimensions": facts.dimensions,
            **shared,
        }

    async def _embed(self, body: bytes) -> bytes:
        wanted = parse(body, "inputs")
        vectors = await self._service.embed(wanted.texts, truncate=wanted.truncate)
        return json.dumps(vectors.tolist()).encode()

    async def _tokenize(self, body: bytes) -> bytes:
        wanted = parse(body, "inputs")
        found = await self._service.tokenize(wanted.texts, specials=wanted.specials)
        return json.dumps([[asdict(piece) for piece in pieces] for pieces in found]).encode()

    async def _count(self, body: bytes) -> bytes:
        return json.dumps(await self._service.count(parse(body, "inputs").texts)).encode()

    async def _analyse(self, body: bytes) -> bytes:
        analyses = await self._service.analyse(parse(body, "texts").texts)
        return json.dumps({"analyses": [_analysis_row(each) for each in analyses]}).encode()


_LOADING = Refused(503, "Unhealthy", "the encoder is loading")


async def _told(work: Awaitable[bytes]) -> bytes:
    """The result; what went wrong as a refusal."""
    try:
        return await work
    except Loading:
        raise _LOADING from None
    except NotServed:
        raise Refused(404, "NotFound", "embeddings come from another server") from None
    except TextTooLong as error:
        raise Refused(413, "Validation", str(error)) from None
    except TooMuchWaiting:
        raise Refused(429, "Overloaded", "too much is waiting already") from None
    except BadVector as error:
        raise Refused(424, "Backend", str(error)) from None
    except Refused:
        raise
    except Exception:
        log.exception("a request failed")
        raise Refused(424, "Backend", "the model failed; the encoder's log has the reason") from None


async def _unless_gone(receive: Receive, work: Coroutine[Any, Any, bytes]) -> bytes:
    """The result, unless the client leaves first: then the work is cancelled and leaves the queue."""
    task = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_disconnected(receive))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise Gone
    finally:
        for each in (task, gone):
            each.cancel()
            with contextlib.suppress(asyncio.CancelledError, Refused):
                await each


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _analysis_row(analysis: Analysis) -> dict[str, Any]:
    return {
        "sentences": analysis.sentences,
        "tokens": [(token.form, token.tag, token.start, token.end) for token in analysis.tokens],
    }


async def _send(send: Send, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
