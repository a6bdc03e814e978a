"""Every error as a page in the portal's look, or as a notice inside the page for a fragment.

One middleware turns a MaruError into its status and its sentence, and a database that does not answer into 503. The
pages need neither the database nor a person.
"""

from __future__ import annotations

import logging
import re
import secrets
import sys
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.access import NestedAsUser, OutsideAsUser
from accounts.errors import MaruError
from kb import files
from kb.views.house import House

log = logging.getLogger(__name__)
RETRY_AFTER = "10"
_PLACE = re.compile(r"#[a-z][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class Problem:
    """What a person is told. `number` is what an admin finds in the log."""

    status: int
    title: str
    text: str
    retryable: bool = False
    number: str = ""


def problem_of(error: BaseException) -> Problem | None:
    """The problem behind an exception, or None for one that nobody expected."""
    if isinstance(error, OutsideAsUser | NestedAsUser):
        return None
    if isinstance(error, MaruError):
        return Problem(error.status, _title(error.status), str(error), error.retryable)
    if isinstance(error, OperationalError | InterfaceError):
        text = _("The database does not answer now. Nothing was lost; try again in a moment.")
        return Problem(503, _title(503), text, True)
    if files.means_full(error):
        return problem_of(files.disk_is_full())
    return None


def _title(status: int) -> str:
    titles = {
        400: _("This cannot be done as it is"),
        403: _("This is not open to you"),
        404: _("There is nothing here"),
        409: _("Something else changed meanwhile"),
        413: _("This is too long"),
        429: _("Too many requests"),
        503: _("Maru cannot do this now"),
        507: _("The disk is full"),
    }
    return titles.get(status, _("Something went wrong in Maru"))


class Problems(MiddlewareMixin):
    """Answers with a problem where a view raised one."""

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A page or a notice; None leaves the exception to handler500."""
        problem = problem_of(error)
        if problem is None:
            return None
        if problem.status >= 500:
            log.warning("%s %s: %s", request.method, request.path, error)
        return answer(request, problem)


def answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The problem as a page, or for a request of htmx as a notice at the place that the request named."""
    fragment = request.headers.get("HX-Request") == "true"
    # Rendered without the request: its context processors would ask the database for session and messages.
    context = {"problem": problem, "house": House(request, bare=True), "LANGUAGE_CODE": get_language()}
    html = render_to_string("errors/_problem.html" if fragment else "errors/problem.html", context)
    response = HttpResponse(html, status=problem.status)
    if fragment:
        place = request.headers.get("Maru-Problems", "")
        response["HX-Retarget"] = place if _PLACE.fullmatch(place) else "#problems"
        response["HX-Reswap"] = "innerHTML"
    if problem.status == 503:
        response["Retry-After"] = RETRY_AFTER
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400: a request that Django refused."""
    return answer(request, Problem(400, _title(400), _("The browser sent something that Maru cannot read.")))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler403."""
    return answer(request, Problem(403, _title(403), _("You may not do this. Ask your admin if you should.")))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404: absent and forbidden look the same."""
    return answer(request, _nothing_here())


def _nothing_here() -> Problem:
    text = _("The page is not there, or it is not open to you. The address may have changed.")
    return Problem(404, _title(404), text)


def broken(request: HttpRequest) -> HttpResponse:
    """handler500: a number for the admin, no words about the inside."""
    error = sys.exc_info()[1]
    problem = problem_of(error) if error is not None else None
    if problem is None:
        number = secrets.token_hex(3).upper()
        log.error("error number %s at %s %s", number, request.method, request.path)
        text = _("Nothing was lost. Try again; if it happens again, tell your admin this number.")
        problem = Problem(500, _title(500), text, True, number)
    return answer(request, problem)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """CSRF_FAILURE_VIEW: almost always a page that was open since before a sign-in."""
    text = _("This page is older than your sign-in. Load it again, and do once more what you did.")
    return answer(request, Problem(403, _("The page has grown old"), text, True))
