"""One HTTP server with a shared pool, bounded waiting, and errors of ours: under the encoder's client, for ours and TEI."""

from __future__ import annotations

import json
import logging
import os
import time
from dataclasses import dataclass
from typing import Any

import httpx

from kb.retrieval.encoder.errors import EncoderDown, EncoderNonsense, EncoderRefused, EncoderSlow

log = logging.getLogger(__name__)

_ANSWER_BYTES = 256 * 1024 * 1024
_LOADING = 503
_BUSY = 429
_UNREACHED = (httpx.ConnectError, httpx.ConnectTimeout)
_KEEP_ALIVE = 30.0  # seconds; the encoder keeps a connection longer, so that none is used that it just closed


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds: for the whole answer, and for a server that is away or loading to come back."""

    answer: float
    absence: float


class Transport:
    """Sends JSON to one server. Usable from every thread; after a fork each process has a pool of its own."""

    def __init__(self, url: str, key: str = "", *, connect: float = 2.0) -> None:
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._connect = connect
        self._pools: dict[int, httpx.Client] = {}

    def get(self, path: str, patience: Patience) -> Any:
        """The JSON at `path`. Raises the encoder's errors."""
        return self._ask("GET", path, None, patience)

    def post(self, path: str, body: Any, patience: Patience) -> Any:
        """The JSON answer to `body`. Raises the encoder's errors."""
        return self._ask("POST", path, json.dumps(body).encode(), patience)

    def close(self) -> None:
        """Close the connections of this process."""
        pool = self._pools.pop(os.getpid(), None)
        if pool is not None:
            pool.close()

    def _client(self) -> httpx.Client:
        """This process's pool. One that came through a fork is left alone: its sockets are the parent's. No lock: a fork
        could copy it held."""
        own = os.getpid()
        return self._pools.get(own) or self._pools.setdefault(own, self._new_pool())

    def _new_pool(self) -> httpx.Client:
        return httpx.Client(
            base_url=self._url,
            headers=self._headers,
            limits=httpx.Limits(max_connections=32, max_keepalive_connections=8, keepalive_expiry=_KEEP_ALIVE),
            follow_redirects=False,
            trust_env=False,
        )

    def _ask(self, method: str, path: str, body: bytes | None, patience: Patience) -> Any:
        """Ask until there is an answer; only a server that is away, loading or full is asked again."""
        begun = time.monotonic()
        pause = 0.1
        while True:
            left = begun + patience.answer - time.monotonic()
            status, content = self._once(method, path, body, max(left, 0.05))
            if status not in (0, _LOADING, _BUSY):
                return _checked(status, content)
            if time.monotonic() + pause > begun + min(patience.absence, patience.answer):
                log.warning("%s does not answer at %s (status %s)", self._url, path, status)
                raise EncoderSlow if status == _BUSY else EncoderDown
            time.sleep(pause)
            pause = min(pause * 2, 2.0)

    def _once(self, method: str, path: str, body: bytes | None, seconds: float) -> tuple[int, bytes]:
        """Status and body; status 0 when nobody listens. `seconds` is for the whole of it, a trickling body included."""
        until = time.monotonic() + seconds
        timeout = httpx.Timeout(seconds, connect=min(self._connect, seconds))
        headers = {"Content-Type": "application/json"} if body is not None else {}
        try:
            with self._client().stream(method, path, content=body, headers=headers, timeout=timeout) as response:
                return response.status_code, _read(response, until)
        except _UNREACHED:
            return 0, b""
        except httpx.TimeoutException as error:
            log.warning("%s was slower than %.1f s at %s", self._url, seconds, path)
            raise EncoderSlow from error
        except httpx.HTTPError as error:  # reset, cut short, or not HTTP
            log.warning("%s broke off at %s: %s", self._url, path, type(error).__name__)
            raise EncoderDown from error


def _read(response: httpx.Response, until: float) -> bytes:
    parts = []
    size = 0
    for part in response.iter_bytes():
        size += len(part)
        if size > _ANSWER_BYTES:
            raise EncoderNonsense("the answer has no end")
        if time.monotonic() > until:
            raise EncoderSlow
        parts.append(part)
    return b"".join(parts)


def _checked(status: int, content: bytes) -> Any:
    if 300 <= status < 500:
        why = f"{status}: {_reason(content)}"
        log.warning("the encoder refused: %s", why)
        raise EncoderDown if status == 424 else EncoderRefused(why)
    if status >= 500:
        log.warning("the encoder failed: %s: %s", status, _reason(content))
        raise EncoderDown
    try:
        return json.loads(content)
    except ValueError as error:
        raise EncoderNonsense("the answer is not JSON") from error


def _reason(content: bytes) -> str:
    """What the server said, shortened: TEI's and ours are {"error"}, a proxy's may be anything."""
    try:
        said = json.loads(content)
        told = said.get("error") or said.get("message") if isinstance(said, dict) else said
    except ValueError:
        told = content.decode("utf-8", "replace")
    return str(told)[:200]
