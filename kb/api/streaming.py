"""An answer as server-sent events: stage, token, answer, error, and comments while nothing is new."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.errors import MaruError, NotThere
from accounts.models import User
from kb.api.answers import answer_now, sentence
from kb.api.authentication import still_counts
from kb.api.codes import STATUS
from kb.api.problems import Problem, problem_of
from kb.chat import hub, records, streams
from kb.chat.events import StageName
from kb.chat.reading import Progress, progress
from kb.chat.threads import in_thread
from kb.models.chat import AnswerState

log = logging.getLogger(__name__)
P = TypeVar("P")
T = TypeVar("T")

DESCRIPTION = """server-sent events, each with a JSON object as data:

- `started` `{answer_id}`: the question is kept
- `stage` `{stage, text}`: what Maru is doing: routing, searching, reading, writing, checking
- `token` `{text}`: a piece of the draft, as the model writes it, not checked yet
- `answer`: the finished answer, as the JSON form gives it. It replaces the draft, and ends the stream
- `error`: a problem body; it ends the stream

Lines that begin with a colon are comments against silence. Leaving the connection stops the model."""
EXAMPLE = (
    'event: started\ndata: {"answer_id": 12}\n\n'
    'event: stage\ndata: {"stage": "searching", "text": "…"}\n\n'
    'event: token\ndata: {"text": "연차는 "}\n\n'
    'event: answer\ndata: {"answer_id": 12, "basis": "sourced", "citations": []}\n\n'
)
_leaving: set[asyncio.Task[None]] = set()


@dataclass(frozen=True, slots=True)
class Listener:
    """Who listens to which answer, in which language, and the request that they came with."""

    user: User
    answer_id: int
    language: str
    request: HttpRequest


def response(listener: Listener, wishes: streams.Wishes) -> StreamingHttpResponse:
    """Begin the answer in this process, and tell what becomes of it. Only from the event loop."""
    streams.start(listener.user, listener.answer_id, listener.language, wishes)
    told = StreamingHttpResponse(_told(listener), content_type="text/event-stream")
    told["X-Accel-Buffering"] = "no"  # nginx would keep the events back
    return told


async def _told(listener: Listener) -> AsyncGenerator[bytes, None]:
    """The events. Whoever stops listening before the end stops the answer."""
    over = False
    try:
        yield _event("started", {"answer_id": listener.answer_id})
        async with aclosing(_progress(listener)) as news:
            async for event in news:
                yield event
        over = True
        yield await _ending(listener)
    except (MaruError, DatabaseError) as error:
        yield _event("error", _in(listener.language, _body, error))
    finally:
        if not over:
            _leave(listener)


async def _progress(listener: Listener) -> AsyncGenerator[bytes, None]:
    stage = ""
    news = progress(listener.user, listener.answer_id, watch=partial(_still_allowed, listener))
    async with aclosing(news):
        async for new in news:
            for event in _events_of(new, stage, listener.language):
                yield event
            stage = new.stage


def _still_allowed(listener: Listener) -> None:
    """Looked at every two seconds, in a thread: a revoked token or an ended session ends the stream."""
    if not still_counts(listener.request):
        raise NotThere(_in(listener.language, sentence, "access_revoked"), code="access_revoked")


def _events_of(new: Progress, stage: str, language: str) -> Iterator[bytes]:
    if new.silent:
        yield b": still here\n\n"
    if new.stage and new.stage != stage:
        yield _event("stage", {"stage": new.stage, "text": _in(language, stage_sentence, new.stage)})
    if new.text:
        yield _event("token", {"text": new.text})


async def _ending(listener: Listener) -> bytes:
    """The finished answer, or why there is none."""
    body = await in_thread(_in, listener.language, _now, listener)
    if body["state"] == AnswerState.FAILED:
        return _event("error", _in(listener.language, Problem.body, _failure(body["error"])))
    return _event("answer", body)


def _body(error: BaseException) -> dict[str, Any]:
    return problem_of(error).body()


def _now(listener: Listener) -> dict[str, Any]:
    return answer_now(listener.user, listener.answer_id)


def _failure(error: dict[str, Any]) -> Problem:
    return Problem(STATUS.get(error["code"], 500), error["code"], error["text"], error["retryable"])


def stage_sentence(stage: str) -> str:
    """What Maru is doing, for people."""
    sentences = {
        StageName.ROUTING: _("Choosing who answers"),
        StageName.SEARCHING: _("Searching the documents"),
        StageName.READING: _("Reading the passages"),
        StageName.WRITING: _("Writing"),
        StageName.CHECKING: _("Checking each sentence against its source"),
    }
    return sentences.get(StageName(stage), "")


def _event(name: str, data: dict[str, Any]) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False, cls=DjangoJSONEncoder)}\n\n".encode()


def _in(language: str, work: Callable[[P], T], argument: P) -> T:
    with translation.override(language):
        return work(argument)


def _leave(listener: Listener) -> None:
    """Stop the answer, in a task of its own: the one that listened is being cancelled."""
    task = asyncio.get_running_loop().create_task(_stop(listener))
    _leaving.add(task)
    task.add_done_callback(_leaving.discard)


async def _stop(listener: Listener) -> None:
    try:
        await in_thread(records.ask_to_stop, listener.user, listener.answer_id)
    except (MaruError, DatabaseError):
        log.info("answer %s: nobody listens, and it could not be told to stop", listener.answer_id)
    hub.stop_here(listener.answer_id)
