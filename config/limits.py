"""Requests that are larger than any that Maru takes are refused before they are read: they would fill the disk first."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.errors import MaruError
from kb.files import TooLarge, disk_is_full, means_full

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Any, Any, Any], Awaitable[None]]

ROOM = 4 * 1024 * 1024  # a form's other fields, and a file just above the limit, whose refusal names it


class _TooLarge(Exception):
    """The body went on beyond the limit."""


class BodyLimit:
    """An ASGI application in front of another: bodies of more than MARU_UPLOAD_BYTES and some room are answered with 413,
    and those that the disk has no room for with 507."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Refuse by Content-Length at once, and a body without one as soon as it is too long."""
        most = settings.MARU_UPLOAD_BYTES + ROOM
        if _length(scope) > most:
            await _refuse(scope, send, _too_large)
            return
        try:
            await self._application(scope, _counted(receive, most), send)
        except _TooLarge:
            await _refuse(scope, send, _too_large)
        except OSError as error:
            if not means_full(error):
                raise
            await _refuse(scope, send, disk_is_full)  # there was no room for the body on its way in


def _length(scope: Message) -> int:
    told = dict(scope["headers"]).get(b"content-length", b"")
    return int(told) if told.isdigit() and len(told) < 20 else 0


def _counted(receive: Receive, most: int) -> Receive:
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise _TooLarge
        return message

    return counted


async def _refuse(scope: Message, send: Send, make: Callable[[], MaruError]) -> None:
    request = ASGIRequest(scope, io.BytesIO())
    with translation.override(translation.get_language_from_request(request)):
        response = _answer(request, make())
    headers = [(name.lower().encode(), value.encode()) for name, value in response.items()]
    start = {"type": "http.response.start", "status": response.status_code}
    length = str(len(response.content)).encode()
    await send({**start, "headers": [*headers, (b"content-length", length), (b"connection", b"close")]})
    await send({"type": "http.response.body", "body": response.content})


def _too_large() -> MaruError:
    text = _("What was sent is larger than %(most)s MB, so it was not read. Nothing was changed.")
    return TooLarge(text % {"most": settings.MARU_UPLOAD_BYTES // (1024 * 1024)})


def _answer(request: ASGIRequest, error: MaruError) -> HttpResponse:
    from kb.api import problems
    from kb.views import errors

    if request.path.startswith("/api/"):
        return problems.answer(error)
    problem = errors.problem_of(error)
    if problem is None:
        raise error
    return errors.answer(request, problem)
