"""The collections that a person asks in: those that they may read, and the ones that they chose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.errors import NotThere
from accounts.models import User
from kb.models import Collection


@dataclass(frozen=True, slots=True)
class ScopeBox:
    """One collection that can be chosen."""

    id: int
    label: str
    chosen: bool


def boxes(user: User, chosen: Iterable[int] = ()) -> list[ScopeBox]:
    """Every collection that this person may read. Inside `as_user`."""
    held = set(chosen)
    return [ScopeBox(row.pk, row.label, row.pk in held) for row in Collection.objects.readable_by(user)]


def chosen_scope(user: User, values: Sequence[str]) -> list[int]:
    """The ids that a form sent. Raises NotThere for one that this person may not read. Inside `as_user`."""
    if not values:
        return []
    if not all(value.isascii() and value.isdigit() and len(value) < 18 for value in values):
        raise NotThere(_("One of the collections is not there, or it is not open to you."))
    wanted = sorted({int(value) for value in values})
    known = set(Collection.objects.readable_by(user).filter(pk__in=wanted).values_list("pk", flat=True))
    if len(known) < len(wanted):
        raise NotThere(_("One of the collections is not there, or it is not open to you."))
    return wanted
