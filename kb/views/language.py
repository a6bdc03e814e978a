"""Pages in the person's own language; before sign-in in the one that was last used here, else the browser's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.decorators import sync_and_async_middleware

from accounts.models import User

Answer = HttpResponseBase | Awaitable[HttpResponseBase]


@sync_and_async_middleware
def language_middleware(get_response: Callable[[HttpRequest], Answer]) -> Callable[[HttpRequest], Answer]:
    """Speak the language of the person's profile. Stands after the middleware that looks the person up."""
    if iscoroutinefunction(get_response):

        async def speak_async(request: HttpRequest) -> HttpResponseBase:
            _choose(request)
            return _remember(request, await get_response(request))

        return speak_async

    def speak(request: HttpRequest) -> HttpResponseBase:
        _choose(request)
        response = get_response(request)
        if not isinstance(response, HttpResponseBase):
            raise TypeError("a sync chain answered with something to wait for")
        return _remember(request, response)

    return speak


def _choose(request: HttpRequest) -> None:
    if isinstance(request.user, User):
        translation.activate(request.user.language)
        request.LANGUAGE_CODE = request.user.language


def _remember(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Keep the language for the sign-in page and for error pages, unless the view has just chosen another.

    A program that came with a token gets no cookie: the next thing it is told would be in that language whatever it asks for.
    """
    name = settings.LANGUAGE_COOKIE_NAME
    by_browser = "HTTP_AUTHORIZATION" not in request.META
    spoken = request.user.language if by_browser and isinstance(request.user, User) else ""
    if (
        spoken
        and request.COOKIES.get(name) != spoken
        and isinstance(response, HttpResponse)
        and name not in response.cookies
    ):
        response.set_cookie(name, spoken, max_age=settings.SESSION_COOKIE_AGE, samesite="Lax")
    return response
