"""An answer while it is written, as server-sent events.

    draft   everything written so far (first event, unless the browser says how far it is); escaped text
    token   what is new; escaped text
    stage   the stage line; HTML
    done    the finished exchange that takes the place of the open one; HTML. The browser closes the line on it

The id of an event is how many code points of the draft the browser has after it; EventSource sends it back as
Last-Event-ID when the line broke, to whichever web process answers then.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.translation import get_language, override

from accounts.access import as_user
from accounts.errors import MaruError, NotThere
from accounts.models import User
from accounts.sessions import session_is_live
from kb.chat.reading import Progress, progress
from kb.chat.threads import in_thread
from kb.models import Answer
from kb.views.pages import verbs
from kb.views.stages import stage_line
from kb.views.threads import answer_of, exchange_of

KEEP_ALIVE = ": \n\n"


@verbs("GET")
async def answer_stream(request: HttpRequest, answer_id: int) -> HttpResponseBase:
    """The stream of one's own answer; 404 for any other. Without a session one `done` event says so."""
    user = await request.auser()
    if not isinstance(user, User):
        return _stream(_signed_out())
    await in_thread(_require, user, answer_id)
    return _stream(_events(request, user, answer_id, request.headers.get("Last-Event-ID", "")))


def _stream(events: AsyncIterator[str]) -> StreamingHttpResponse:
    response = StreamingHttpResponse(events, content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


def _require(user: User, answer_id: int) -> None:
    with as_user(user):
        answer_of(user, answer_id)


async def _events(request: HttpRequest, user: User, answer_id: int, last: str) -> AsyncIterator[str]:
    language = get_language() or "ko"
    offset = int(last) if last.isascii() and last.isdigit() and len(last) < 9 else None

    def watch() -> None:
        if not session_is_live(request):
            raise NotThere("")

    try:
        async for step in progress(user, answer_id, offset or 0, watch=watch):
            if step.silent:
                yield KEEP_ALIVE
                continue
            for event in _step(step, first=offset is None):
                yield event
            offset = step.offset + len(step.text)
            if step.over:
                yield sse("done", await in_thread(_finished, request, user, answer_id, language))
    except MaruError:
        yield sse("done", await in_thread(_render, "ask/_signed_out.html", language))


async def _signed_out() -> AsyncIterator[str]:
    yield sse("done", await in_thread(_render, "ask/_signed_out.html", get_language() or "ko"))


def _step(step: Progress, *, first: bool) -> list[str]:
    """The events of one step: text, and where writing goes on the stage."""
    end = step.offset + len(step.text)
    events = []
    if first:
        events.append(sse("draft", escape(step.text), end))
    elif step.text:
        events.append(sse("token", escape(step.text), end))
    if not step.over:
        events.append(sse("stage", stage_line(step.stage, step.detail), end))
    return events


def _finished(request: HttpRequest, user: User, answer_id: int, language: str) -> str:
    with override(language), as_user(user):
        answer = Answer.objects.visible_to(user).select_related("question__conversation").get(pk=answer_id)
        exchange = exchange_of(user, answer.question, version=answer_id)
        context = {"exchange": exchange, "conversation": answer.question.conversation, "spoken": True}
        return render_to_string("ask/_exchange.html", context, request)


def _render(template: str, language: str) -> str:
    with override(language):
        return render_to_string(template)


def sse(event: str, data: str, number: int | None = None) -> str:
    """One event. Every line of its data gets a field of its own, so that nothing in a text can end the event."""
    lines = data.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    head = f"event: {event}\n" + (f"id: {number}\n" if number is not None else "")
    return head + "".join(f"data: {line}\n" for line in lines) + "\n"
