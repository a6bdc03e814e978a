"""Errors that no view answered: a problem body below /api/, a page everywhere else."""

from __future__ import annotations

import sys
from collections.abc import Callable

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse

from kb.api import problems
from kb.views import errors

API = "/api/"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: a request that Django refused before any view saw it."""
    return _answer(request, SuspiciousOperation(), lambda: errors.bad_request(request, exception))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return _answer(request, PermissionDenied(), lambda: errors.forbidden(request, exception))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: absent and forbidden look the same."""
    return _answer(request, Http404(), lambda: errors.not_found(request, exception))


def broken(request: HttpRequest) -> HttpResponse:
    """500, or 503 where the database does not answer."""
    return _answer(request, sys.exc_info()[1] or RuntimeError(), lambda: errors.broken(request))


def _answer(request: HttpRequest, error: BaseException, page: Callable[[], HttpResponse]) -> HttpResponse:
    return problems.answer(error) if request.path.startswith(API) else page()
