"""From a dialect's events to ours: text as it comes, stop strings cut, the end known, and nothing after it."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from kb.serving.clock import Clock
from kb.serving.errors import ModelServerNonsense
from kb.serving.generation import Event, Finished, GenerationRequest, StopReason, Token
from kb.serving.refusals import error_of
from kb.serving.upstream import Upstream

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Piece:
    """What one event of a server says. `alive` is a sign that it works on text that is not shown (its thoughts)."""

    text: str = ""
    alive: bool = False
    reason: StopReason | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    model: str = ""
    last: bool = False


Read = Callable[[dict[str, Any]], Piece]
DONE = "[DONE]"


class StopCutter:
    """Ends a text before the first stop string. Servers differ: TGI leaves it in the text, and takes four at most.

    What may be the beginning of a stop string is held back until more has come.
    """

    def __init__(self, stops: Sequence[str]) -> None:
        self._stops = stops
        self._held = ""
        self.found = False

    def feed(self, text: str) -> str:
        """The text that can be shown now."""
        text = self._held + text
        cuts = [at for at in (text.find(stop) for stop in self._stops) if at >= 0]
        if cuts:
            self.found, self._held = True, ""
            return text[: min(cuts)]
        keep = max((_overlap(text, stop) for stop in self._stops), default=0)
        self._held = text[len(text) - keep :]
        return text[: len(text) - keep]

    def rest(self) -> str:
        """What was held back, when the text has ended without a stop string."""
        held, self._held = self._held, ""
        return held


def _overlap(text: str, stop: str) -> int:
    """Length of the longest beginning of `stop` that `text` ends with."""
    return next((n for n in range(min(len(stop) - 1, len(text)), 0, -1) if text.endswith(stop[:n])), 0)


async def written(
    upstream: Upstream, path: str, body: dict[str, Any], request: GenerationRequest, read: Read
) -> AsyncGenerator[Event, None]:
    """Ask for a text and yield our events. `read` says what one of the server's events means."""
    clock = Clock(upstream.limits)
    cutter = StopCutter(request.stop)
    ended = _Ending()
    async with aclosing(upstream.events(path, body, clock, request.max_tokens)) as payloads:
        async for payload in payloads:
            if payload == DONE:
                ended.done = True
                break
            piece = _understood(read, _parsed(payload))
            if piece.text or piece.alive:
                clock.text_came()
            ended.add(piece)
            shown = cutter.feed(_UNSTORABLE.sub("", piece.text)) if piece.text else ""
            if shown:
                yield Token(shown)
            if cutter.found or piece.last:
                break
    if cutter.found:
        ended.reason = StopReason.STOP
    elif rest := cutter.rest():
        yield Token(rest)
    yield ended.finished()


def _understood(read: Read, row: dict[str, Any]) -> Piece:
    try:
        piece = read(row)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise ModelServerNonsense("an event is not of the server's kind") from error
    if not isinstance(piece.text, str):
        raise ModelServerNonsense("an event's text is not text")
    return piece


class _Ending:
    """Gathers what the Finished event says."""

    def __init__(self) -> None:
        self.reason: StopReason | None = None
        self.done = False
        self._prompt = self._completion = self._pieces = 0
        self._model = ""

    def add(self, piece: Piece) -> None:
        self._pieces += bool(piece.text)
        self.reason = piece.reason or self.reason
        self._prompt = piece.prompt_tokens or self._prompt
        self._completion = piece.completion_tokens or self._completion
        self._model = piece.model or self._model

    def finished(self) -> Finished:
        if self.reason is None:
            raise ModelServerNonsense("the stream ended without an end" if not self.done else "no reason for the end")
        return Finished(self.reason, self._prompt, self._completion or self._pieces, self._model)


def _parsed(payload: str) -> dict[str, Any]:
    """An event's JSON object. One that states an error raises it."""
    try:
        row = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise ModelServerNonsense("an event is not JSON") from error
    if not isinstance(row, dict):
        raise ModelServerNonsense("an event is not an object")
    if row.get("error") or row.get("object") == "error":
        raise error_of(row)
    return row
