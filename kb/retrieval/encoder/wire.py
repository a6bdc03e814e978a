"""Bodies of requests, checked: what was wrong is said with an HTTP status, in TEI's shape of an error."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from kb.normalise import normalise

BODY_BYTES = 8 * 1024 * 1024
MOST_TEXTS = 512
TEXT_CHARACTERS = 1_000_000

Receive = Callable[[], Awaitable[dict[str, Any]]]


class Refused(Exception):
    """The request is answered with `status` and a sentence for the developer who reads it."""

    def __init__(self, status: int, kind: str, message: str) -> None:
        super().__init__(message)
        self.status, self.kind, self.message = status, kind, message

    def body(self) -> dict[str, str]:
        """As TEI says it."""
        return {"error": self.message, "error_type": self.kind}


class Gone(Exception):
    """The client has left before it was answered."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A request's texts, normalised, and its switches."""

    texts: list[str]
    truncate: bool = False
    specials: bool = True


async def read_body(receive: Receive) -> bytes:
    """The whole body. Refuses one of more than 8 MB, as soon as that is seen."""
    parts = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        part = message.get("body", b"")
        size += len(part)
        if size > BODY_BYTES:
            raise Refused(413, "Validation", f"the body is larger than {BODY_BYTES} bytes")
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)


def parse(body: bytes, field: str) -> Wanted:
    """The texts under `field`. Refuses what is not JSON (400), not texts or empty (422), too many or too long (413)."""
    try:
        row = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused(400, "Validation", "the body is not JSON") from None
    if not isinstance(row, dict):
        raise Refused(422, "Validation", "the body is not an object")
    texts = row.get(field)
    if isinstance(texts, str):
        texts = [texts]
    if not isinstance(texts, list) or not texts:
        raise Refused(422, "Validation", f"`{field}` must be a text or a list of texts, and not empty")
    if len(texts) > MOST_TEXTS:
        raise Refused(413, "Validation", f"batch size {len(texts)} > maximum allowed batch size {MOST_TEXTS}")
    switches = {name: _switch(row, key, default) for name, key, default in _SWITCHES}
    if not _switch(row, "normalize", True):
        raise Refused(422, "Validation", "`normalize` must be true: vectors have unit length here")
    return Wanted([_text(field, index, text) for index, text in enumerate(texts)], **switches)


_SWITCHES = (("truncate", "truncate", False), ("specials", "add_special_tokens", True))


def _switch(row: dict[str, Any], key: str, default: bool) -> bool:
    value = row.get(key, default)
    if value is None:
        return default
    if not isinstance(value, bool):
        raise Refused(422, "Validation", f"`{key}` must be true or false")
    return value


def _text(field: str, index: int, text: object) -> str:
    if not isinstance(text, str):
        raise Refused(422, "Validation", f"`{field}[{index}]` is not a text")
    if len(text) > TEXT_CHARACTERS:
        raise Refused(413, "Validation", f"`{field}[{index}]` has more than {TEXT_CHARACTERS} characters")
    clean = normalise(text)
    if not clean.strip():
        raise Refused(422, "Empty", f"`{field}[{index}]` is empty")
    return clean
