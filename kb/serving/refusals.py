"""An error that a model server states, as one of ours: by HTTP status, kind and words, which differ by server."""

from __future__ import annotations

import json
from typing import Any

from accounts.errors import MaruError
from kb.serving.errors import (
    ModelServerBusy,
    ModelServerDown,
    ModelServerNonsense,
    ModelServerRefused,
    ModelServerTooLong,
)

_LONGEST = 200
_TOO_LONG_KINDS = {"exceed_context_size_error", "context_length_exceeded"}
# TGI: "`inputs` tokens + `max_new_tokens` must be <= 4096"; vLLM: "maximum context length is 4096 tokens"; OpenAI likewise.
_TOO_LONG_WORDS = (
    "maximum context length",
    "must be <=",
    "exceeds the available context",
    "must have less than",
    "too long",
)
_BUSY_KINDS = {"overloaded", "rate_limit_exceeded", "rate_limit_error"}
_BROKEN_KINDS = {"generation", "incomplete_generation", "incomplete_generation_stream", "server_error"}


def stated_error(status: int, content: str) -> MaruError:
    """The error for an answer with an HTTP status other than 200. The body may be JSON of any shape, or not JSON."""
    try:
        said = json.loads(content)
    except ValueError:
        said = content
    return error_of(said, status)


def error_of(said: Any, status: int = 0) -> MaruError:
    """The error for what the server said. `status` 0: it came inside a stream under HTTP 200."""
    kind, words, inner = _parts(said)
    status = inner or status
    why = f"{status or 'in the stream'}: {kind}: {words}"[:_LONGEST]
    if kind in _TOO_LONG_KINDS or (status in (0, 400, 413, 422) and any(part in words for part in _TOO_LONG_WORDS)):
        return ModelServerTooLong(why)
    if status == 429 or kind in _BUSY_KINDS:
        return ModelServerBusy(why)
    if kind in _BROKEN_KINDS or status >= 500 or status == 424:
        return ModelServerDown(why)
    if 300 <= status < 500:
        return ModelServerRefused(why)
    return ModelServerNonsense(why)


def _parts(said: Any) -> tuple[str, str, int]:
    """Kind, words and status of {"error": {…}}, of TGI's {"error", "error_type"}, of SGLang's flat form, or of text."""
    if not isinstance(said, dict):
        return "", str(said), 0
    row = said["error"] if isinstance(said.get("error"), dict) else said
    words = row.get("message") or row.get("error") or row.get("detail") or ""
    kind = row.get("type") or row.get("error_type") or said.get("error_type") or ""
    if row.get("code") in _TOO_LONG_KINDS | _BUSY_KINDS:
        kind = row["code"]
    status = row.get("http_status_code") or row.get("code")
    return str(kind), str(words), status if isinstance(status, int) and not isinstance(status, bool) else 0
