"""Who is asking, looked up once a request, and when their session was seen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.contrib.auth import get_user
from django.db import connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

from accounts.models import User
from accounts.sessions import note_seen

Answer = HttpResponseBase | Awaitable[HttpResponseBase]


@sync_and_async_middleware
def session_middleware(get_response: Callable[[HttpRequest], Answer]) -> Callable[[HttpRequest], Answer]:
    """Look the person up once a request, and note their session as seen.

    It stands in place of allauth's UserSessionsMiddleware, which writes at every request and cannot run under async. In
    an async chain the database is asked in a thread that gives its connection back, so that a stream holds none.
    """
    if iscoroutinefunction(get_response):

        async def with_person_async(request: HttpRequest) -> HttpResponseBase:
            await sync_to_async(_look_up_and_close, thread_sensitive=False)(request)
            return await get_response(request)

        return with_person_async

    def with_person(request: HttpRequest) -> Answer:
        _look_up(request)
        return get_response(request)

    return with_person


def _look_up(request: HttpRequest) -> None:
    """Keep the request's person where `request.user` and `request.auser()` look for them."""
    user = get_user(request)
    request._cached_user = request._acached_user = user  # type: ignore[attr-defined]
    if isinstance(user, User):
        note_seen(request, user)


def _look_up_and_close(request: HttpRequest) -> None:
    try:
        _look_up(request)
    finally:
        for connection in connections.all(initialized_only=True):
            if not connection.in_atomic_block:
                connection.close()
