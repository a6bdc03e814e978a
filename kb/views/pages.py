"""What views of the portal share: who is signed in, and rendering inside `as_user`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode, urlsplit

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _

from accounts.access import as_user
from accounts.errors import NotThere
from accounts.models import User

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
AsyncView = Callable[Concatenate[HttpRequest, P], Awaitable[HttpResponseBase]]


def person_of(request: HttpRequest) -> User:
    """Who is signed in, in a view that `signed_in` guards."""
    user = request.user
    if not isinstance(user, User):
        raise TypeError("a view without `signed_in` asked for its person")
    return user


def verbs(*allowed: str) -> Callable[[Any], Any]:
    """Answer to these methods alone (HEAD goes with GET). Any other is 404, as it is for what is not there at all."""
    known = {*allowed, "HEAD"} if "GET" in allowed else set(allowed)

    def guard(view: Any) -> Any:
        if iscoroutinefunction(view):

            @wraps(view)
            async def guarded_async(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
                _require(request, known)
                return await view(request, *args, **kwargs)

            return guarded_async

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            _require(request, known)
            return view(request, *args, **kwargs)

        return guarded

    return guard


def _require(request: HttpRequest, known: set[str]) -> None:
    if request.method not in known:
        raise no_such_place()


def no_such_place() -> NotThere:
    """What a forged id and a wrong method meet."""
    return NotThere(_("The page is not there, or it is not open to you. The address may have changed."))


def signed_in(view: View[P]) -> View[P]:
    """Only for people who are signed in; others are led to the sign-in page and back. Company text is not open in it."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        return view(request, *args, **kwargs)

    return wrapped


def reading(view: View[P]) -> View[P]:
    """`signed_in`, and the whole view, its rendering too, inside `as_user`: for short views that call no other process."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        with as_user(person_of(request)):
            return view(request, *args, **kwargs)

    return wrapped


def signed_in_async(view: AsyncView[P]) -> AsyncView[P]:
    """`signed_in` for views on the event loop."""
    if not iscoroutinefunction(view):
        raise TypeError("signed_in_async guards async views")

    @wraps(view)
    async def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        user = await request.auser()
        if not user.is_authenticated:
            return to_sign_in(request)
        request.user = user
        return await view(request, *args, **kwargs)

    return wrapped


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """The way to sign in and back. A fragment cannot be answered by a page, so that htmx is told to go there."""
    htmx = request.headers.get("HX-Request") == "true"
    back = request.headers.get("HX-Current-URL", "/") if htmx else request.get_full_path()
    address = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': _path_of(back)})}"
    if htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def _path_of(address: str) -> str:
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def page(
    request: HttpRequest, here: str, whole: str, part: str | None = None, status: int = 200, **context: Any
) -> HttpResponse:
    """Render `whole`, or `part` for a request of htmx. `here` names the area of the menu."""
    htmx = request.headers.get("HX-Request") == "true" and not request.headers.get("HX-History-Restore-Request")
    template = part if part and htmx else whole
    response = render(request, template, {"here": here, **context}, status=status)
    response["Vary"] = "HX-Request"
    response["Cache-Control"] = "no-store"
    return response
