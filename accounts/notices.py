"""Telling people: a row for the bell, and a mail where SMTP is set."""

from __future__ import annotations

from accounts.models import Notification, User
from accounts.models.notifications import Kind


def tell(user: User | None, kind: Kind | str, *, url: str = "", **params: object) -> Notification | None:
    """Add a notice, in the caller's transaction. Nobody to tell: nothing happens."""
    if user is None:
        return None
    return Notification.objects.create(user=user, kind=Kind(kind), url=url, params=params)
