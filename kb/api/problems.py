"""Every error of the API as a problem body (RFC 9457), in the reader's language, from one place."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, JsonResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response

from accounts.access import NestedAsUser, OutsideAsUser
from accounts.errors import MaruError
from kb import files
from kb.api.authentication import REALM
from kb.api.codes import STATUS

log = logging.getLogger(__name__)
CONTENT_TYPE = "application/problem+json"
TYPE = "/api/v1/docs/#problem-"
RETRY_AFTER = 10  # seconds until a part that is down is worth asking again


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong. `errors` names fields; `extra` are further members (the document of a same name)."""

    status: int
    code: str
    detail: str
    retryable: bool = False
    errors: tuple[dict[str, str], ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)
    wait: int | None = None

    def body(self) -> dict[str, Any]:
        """The members of RFC 9457, and ours."""
        body: dict[str, Any] = {
            "type": TYPE + self.code,
            "title": title_of(self.status),
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "retryable": self.retryable,
        }
        if self.errors:
            body["errors"] = list(self.errors)
        return body | self.extra

    def headers(self) -> dict[str, str]:
        """How to ask again: when, and as whom."""
        headers = {}
        if self.status in (429, 503):
            headers["Retry-After"] = str(self.wait or RETRY_AFTER)
        if self.status == 401:
            headers["WWW-Authenticate"] = REALM
        return headers


def title_of(status: int) -> str:
    """A short name of what happened, the same for all problems of a status."""
    titles = {
        400: _("This cannot be done as it is"),
        401: _("Who is asking?"),
        403: _("This is not open to you"),
        404: _("There is nothing here"),
        405: _("This cannot be done here"),
        409: _("Something else changed meanwhile"),
        413: _("This is too long"),
        415: _("This cannot be read"),
        429: _("Too many requests"),
        503: _("Maru cannot do this now"),
        507: _("The disk is full"),
    }
    return titles.get(status, _("Something went wrong in Maru"))


def problem_of(error: BaseException) -> Problem:
    """The problem behind any exception. What nobody expected becomes a number, and goes to the log with it."""
    if isinstance(error, MaruError) and not isinstance(error, OutsideAsUser | NestedAsUser):
        document = getattr(error, "document", None)
        extra = {"document": document.pk} if document is not None else {}
        status = STATUS.get(error.code, error.status)
        return Problem(status, error.code, str(error), error.retryable, extra=extra)
    if isinstance(error, OperationalError | InterfaceError):
        text = _("The database does not answer now. Nothing was lost; try again in a moment.")
        return Problem(503, "database_down", text, True)
    if isinstance(error, Http404):
        return Problem(404, "not_found", nothing_here())
    if isinstance(error, PermissionDenied):
        return Problem(403, "forbidden", _("You may not do this. Ask your admin if you should."))
    if isinstance(error, RequestDataTooBig):
        return Problem(413, "request_too_large", _("The request is larger than Maru reads."))
    if isinstance(error, SuspiciousOperation):
        return Problem(400, "bad_request", _("The request is not one that Maru can read."))
    if isinstance(error, exceptions.APIException):
        return _of_framework(error)
    if files.means_full(error):
        return problem_of(files.disk_is_full())
    return _unexpected(error)


def nothing_here() -> str:
    """What every 404 says that has nothing better to say: absent and forbidden look the same."""
    return _("There is nothing here, or it is not open to you.")


def _of_framework(error: exceptions.APIException) -> Problem:
    if isinstance(error, exceptions.ValidationError):
        named = tuple(_fields(error.get_full_details()))
        detail = " ".join(dict.fromkeys(each["detail"] for each in named))
        return Problem(400, "invalid", detail, errors=named)
    code = str(error.get_codes())
    retryable = error.status_code in (429, 503)
    wait = getattr(error, "wait", None)
    return Problem(error.status_code, code, str(error.detail), retryable, wait=int(wait) if wait else None)


def _fields(details: Any, name: str = "") -> Iterator[dict[str, str]]:
    """A validation error's tree as rows: field, code, sentence."""
    if isinstance(details, dict) and set(details) == {"message", "code"}:
        yield {"field": name, "code": str(details["code"]), "detail": str(details["message"])}
    elif isinstance(details, dict):
        for key, value in details.items():
            own = "" if key == "non_field_errors" else str(key)
            yield from _fields(value, ".".join(part for part in (name, own) if part))
    else:
        for value in details:
            yield from _fields(value, name)


def _unexpected(error: BaseException) -> Problem:
    number = secrets.token_hex(3).upper()
    log.error("error number %s", number, exc_info=error)
    text = _("Nothing was lost. Try again; if it happens again, tell your admin the number %(number)s.")
    return Problem(500, "broken", text % {"number": number}, True, extra={"number": number})


def handle(error: Exception, context: dict[str, Any]) -> Response:
    """Django REST framework's exception handler."""
    problem = problem_of(error)
    return Response(problem.body(), problem.status, headers=problem.headers(), content_type=CONTENT_TYPE)


def answer(error: BaseException) -> JsonResponse:
    """The same for a view that is not the framework's."""
    problem = problem_of(error)
    return JsonResponse(
        problem.body(),
        status=problem.status,
        headers=problem.headers(),
        content_type=CONTENT_TYPE,
        json_dumps_params={"ensure_ascii": False},
    )
