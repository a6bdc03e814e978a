"""Lists in pages by key: stable while rows come and go, and as quick at the end as at the beginning."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from accounts.errors import BadRequest

LIMIT = 50
MOST = 200
_LARGEST = 2**63 - 1


class WrongCursor(BadRequest):
    """A cursor that no page gave."""

    code = "wrong_cursor"


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a page, and where the next one is; None at the end."""

    rows: list[Any]
    next: str | None


def page_of(request: Request, rows: QuerySet[Any], key: str, limit: int, cursor: str) -> Page:
    """One page of rows in the order of `key`, a whole number that differs from row to row; "-id" is latest first."""
    name, falling = key.lstrip("-"), key.startswith("-")
    if cursor:
        rows = rows.filter(**{f"{name}__{'lt' if falling else 'gt'}": _place(cursor)})
    found = list(rows.order_by(key)[: limit + 1])
    if len(found) <= limit:
        return Page(found, None)
    last = getattr(found[limit - 1], name)
    return Page(found[:limit], replace_query_param(request.build_absolute_uri(), "cursor", str(last)))


def _place(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdigit() and int(cursor) <= _LARGEST):
        raise WrongCursor(_("This cursor is none that a list gave. Begin again without one."))
    return int(cursor)


def listed(page: Page, row: Callable[[Any], Any]) -> dict[str, Any]:
    """The body of a list."""
    return {"results": [row(each) for each in page.rows], "next": page.next}
