"""The console's site: unfold's, for admins alone, with every page inside the reader's own access."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from unfold.sites import UnfoldAdminSite

from accounts.access import as_user
from accounts.models import User

View = Callable[..., HttpResponseBase]

# unfold's pages evaluate Alpine expressions and set styles; nothing else of the strict policy is given up.
POLICY = {"script-src": [SELF, UNSAFE_EVAL], "style-src": [SELF, UNSAFE_INLINE], "img-src": [SELF, "data:"]}


def outside(view: View) -> View:
    """Mark a page of the console that enters `as_user` itself, because it asks other processes first."""
    view.enters_as_user_itself = True  # type: ignore[attr-defined]
    return view


class ConsoleSite(UnfoldAdminSite):
    """Maru's console. Signed-in people who are no admins get 404, as if it were not there; others are led to the door."""

    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        """Admins that are not suspended."""
        user = request.user
        return isinstance(user, User) and user.is_admin

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """Guard a view, and run it, its rendering too, inside `as_user`; with the console's own policy."""

        @wraps(view)
        def inside(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if getattr(view, "enters_as_user_itself", False):
                return rendered(view(request, *args, **kwargs))
            with as_user(person_of(request)):
                return rendered(view(request, *args, **kwargs))

        guarded = super().admin_view(inside, cacheable)

        @wraps(view)
        def console(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.user.is_authenticated and not self.has_permission(request):
                raise Http404
            return guarded(request, *args, **kwargs)

        return csp_replace(POLICY)(console)

    def get_urls(self) -> list[URLPattern]:
        """Django's own, and the page of the parts."""
        from kb.admin.overview import parts

        return [path("parts/", self.admin_view(outside(parts)), name="parts"), *super().get_urls()]

    @outside
    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The overview: how the parts are, and what is to be mended."""
        from kb.admin.overview import overview

        return overview(self, request)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one door: the portal's, which counts tries and knows second factors."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise Http404
        wanted = request.GET.get("next", "")
        safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
        target = wanted if safe else reverse("admin:index")
        return redirect(target) if self.has_permission(request) else redirect_to_login(target, reverse("account_login"))

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The portal's own."""
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """On one's own page."""
        return redirect("me")


def person_of(request: HttpRequest) -> User:
    """Who is signed in, in a page that the site guards."""
    user = request.user
    if not isinstance(user, User):
        raise TypeError("a page of the console asked for its person before the guard")
    return user


def rendered(response: HttpResponseBase) -> HttpResponseBase:
    """Render now, while company text may be read."""
    if isinstance(response, TemplateResponse) and not response.is_rendered:
        response.render()
    return response
