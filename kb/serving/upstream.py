"""HTTP to one model server: short questions with JSON, and answers as a stream of events. Redirects are never followed."""

from __future__ import annotations

import json
import logging
import ssl
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from functools import lru_cache
from typing import Any

import httpx

from kb.serving.clock import Clock
from kb.serving.errors import ModelServerDown, ModelServerNonsense, ModelServerRefused, ModelServerSlow
from kb.serving.generation import Limits
from kb.serving.refusals import stated_error

log = logging.getLogger(__name__)

_LINE_BYTES = 2 * 1024 * 1024  # llama.cpp repeats the whole prompt in its last event
_ANSWER_BYTES = 16 * 1024 * 1024
_BYTES_A_TOKEN = 8 * 1024
_SHORTEST_KEY = 8


@lru_cache(maxsize=1)
def _certificates() -> ssl.SSLContext:
    """Loading them takes longer than a connection, so they are loaded once."""
    return httpx.create_ssl_context()


class Upstream:
    """One server. A connection serves one answer: closing it is what stops the server."""

    def __init__(self, url: str, key: str = "", limits: Limits | None = None) -> None:
        self._url = url.rstrip("/")
        self._key = key
        self.limits = limits or Limits()

    async def get(self, path: str) -> Any:
        """The JSON at `path`."""
        return await self._ask("GET", path, None)

    async def post(self, path: str, body: Any) -> Any:
        """The JSON answer to `body`."""
        return await self._ask("POST", path, body)

    async def events(self, path: str, body: Any, clock: Clock, most_tokens: int) -> AsyncGenerator[str, None]:
        """The `data` of each event of an answer, as it comes. Raises when more comes than `most_tokens` can need."""
        most = _LINE_BYTES + most_tokens * _BYTES_A_TOKEN
        async with self._answer("POST", path, body, clock) as response:
            lines = _lines(response, clock, most)
            async with aclosing(lines):
                async for line in lines:
                    field, _, value = line.partition(":")
                    if field == "data":
                        yield self._hidden(value.removeprefix(" "))
                    elif field == "error":  # llama.cpp's older form
                        yield json.dumps({"error": value.strip()})

    async def _ask(self, method: str, path: str, body: Any) -> Any:
        limits = self.limits
        clock = Clock(Limits(limits.connect, limits.question, limits.question, limits.question))
        async with self._answer(method, path, body, clock) as response:
            content = await clock.bounded(_read(response, _ANSWER_BYTES))
        try:
            return json.loads(content)
        except ValueError as error:
            raise ModelServerNonsense(f"{path} is not JSON") from error

    @asynccontextmanager
    async def _answer(self, method: str, path: str, body: Any, clock: Clock) -> AsyncIterator[httpx.Response]:
        """The opened answer, its status checked; httpx's errors while it is read become ours."""
        try:
            async with self._client() as client:
                request = client.build_request(method, path, json=body)
                response = await clock.bounded(client.send(request, stream=True))
                try:
                    if response.status_code != 200:
                        content = await clock.bounded(_read(response, 65_536))
                        raise stated_error(response.status_code, self._hidden(content.decode("utf-8", "replace")))
                    yield response
                finally:
                    await response.aclose()
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            log.warning("the model server does not listen (%s)", type(error).__name__)
            raise ModelServerDown("nobody listens there") from error
        except httpx.TimeoutException as error:
            raise ModelServerSlow(type(error).__name__) from error
        except httpx.InvalidURL as error:
            raise ModelServerRefused("the address cannot be used") from error
        except httpx.HTTPError as error:  # reset, cut short, or not HTTP
            log.warning("the model server broke off (%s)", type(error).__name__)
            raise ModelServerDown(f"it broke off ({type(error).__name__})") from error

    def _hidden(self, text: str) -> str:
        """Without our key: a server may repeat it when it complains. A short word is no key, and may stand in any text."""
        return text.replace(self._key, "•••") if len(self._key) >= _SHORTEST_KEY else text

    def _client(self) -> httpx.AsyncClient:
        encrypted = self._url.startswith("https:")
        return httpx.AsyncClient(
            base_url=self._url,
            headers={"Authorization": f"Bearer {self._key}"} if self._key else {},
            timeout=httpx.Timeout(None, connect=self.limits.connect, write=self.limits.question),
            follow_redirects=False,
            trust_env=encrypted,  # a company's proxy is for servers outside, never for this house's own
            verify=_certificates() if encrypted else False,
        )


async def _read(response: httpx.Response, most: int) -> bytes:
    parts = []
    size = 0
    async for part in response.aiter_bytes():
        size += len(part)
        if size > most:
            raise ModelServerNonsense("the answer has no end")
        parts.append(part)
    return b"".join(parts)


async def _lines(response: httpx.Response, clock: Clock, most: int) -> AsyncGenerator[str, None]:
    """Lines of a stream. A last one without an end is half of one, and left out."""
    rest = bytearray()
    total = 0
    chunks = response.aiter_bytes()
    while (chunk := await clock.bounded(anext(chunks, None))) is not None:
        total += len(chunk)
        if total > most:
            raise ModelServerNonsense("more text than was asked for")
        first, *others = chunk.split(b"\n")
        rest += first
        if len(rest) > _LINE_BYTES:
            raise ModelServerNonsense("a line has no end")
        for other in others:
            yield _decoded(bytes(rest))
            rest = bytearray(other)


def _decoded(line: bytes) -> str:
    try:
        return line.rstrip(b"\r").decode()
    except UnicodeDecodeError as error:
        raise ModelServerNonsense("a line is not UTF-8") from error
