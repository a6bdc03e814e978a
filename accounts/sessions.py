"""Where somebody is signed in: the list, ending one or all, and whether a request's session still lives.

Ending deletes the session's row, so that its next request is nobody's; streams ask `session_is_live` while they run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.auth import update_session_auth_hash
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import AuditEvent, User
from accounts.requests import address_of

SEEN_EVERY_SECONDS = 60

_SEEN = """
insert into usersessions_usersession as held (user_id, session_key, ip, user_agent, data, created_at, last_seen_at)
values (%(user)s, %(key)s, %(ip)s, %(agent)s, '{}', %(now)s, %(now)s)
on conflict (session_key) do update set user_id = excluded.user_id, ip = excluded.ip,
    user_agent = excluded.user_agent, last_seen_at = excluded.last_seen_at
where held.last_seen_at < excluded.last_seen_at - make_interval(secs => %(every)s) or held.user_id <> excluded.user_id
"""

_BROWSERS = (
    ("Edge", r"\bEdgA?/"),
    ("Whale", r"\bWhale/"),
    ("Samsung Internet", r"\bSamsungBrowser/"),
    ("Opera", r"\bOPR/"),
    ("Firefox", r"\b(Firefox|FxiOS)/"),
    ("Chrome", r"\b(Headless)?(Chrome|CriOS)/"),
    ("Safari", r"\bSafari/"),
)
_SYSTEMS = (
    ("iPhone", r"\biPhone\b"),
    ("iPad", r"\biPad\b"),
    ("Android", r"\bAndroid\b"),
    ("Windows", r"\bWindows\b"),
    ("macOS", r"\bMac OS X\b|\bMacintosh\b"),
    ("ChromeOS", r"\bCrOS\b"),
    ("Linux", r"\bLinux\b"),
)


@dataclass(frozen=True, slots=True)
class Place:
    """One place where a person is signed in."""

    id: int
    device: str
    address: str
    since: datetime
    seen: datetime
    here: bool


def note_seen(request: HttpRequest, user: User) -> None:
    """Keep when and from where a session was used last, once a minute at most."""
    key = request.session.session_key
    if not key:
        return
    values = {
        "user": user.pk,
        "key": key,
        "ip": address_of(request) or "0.0.0.0",  # noqa: S104 - not an address to listen on
        "agent": request.META.get("HTTP_USER_AGENT", "")[:200],
        "now": timezone.now(),
        "every": SEEN_EVERY_SECONDS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SEEN, values)


def places_of(user: User, current_key: str | None) -> list[Place]:
    """Where this person is signed in now, this place first, then the latest used."""
    rows = list(UserSession.objects.filter(user=user).order_by("-last_seen_at"))
    living = _living([row.session_key for row in rows])
    places = [
        Place(
            row.pk, device_of(row.user_agent), row.ip, row.created_at, row.last_seen_at, row.session_key == current_key
        )
        for row in rows
        if row.session_key in living
    ]
    return sorted(places, key=lambda place: not place.here)


def _living(keys: list[str]) -> set[str]:
    held = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    return set(held.values_list("session_key", flat=True))


def session_is_live(request: HttpRequest) -> bool:
    """Whether the request's session is still there and its person may still sign in; asked of the database anew.

    Long streams ask this every few seconds: ending a session, suspending and a new password all delete the row.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return False
    alive = Session.objects.filter(session_key=request.session.session_key, expire_date__gt=timezone.now())
    return alive.exists() and User.objects.filter(pk=user.pk, is_active=True).exists()


@transaction.atomic
def end(user: User, place_id: int, *, actor: User) -> bool:
    """End one of a person's sessions. False when it is not theirs or gone."""
    row = UserSession.objects.filter(pk=place_id, user=user).first()
    if row is None:
        return False
    _delete([row.session_key])
    AuditEvent.record(actor, "session.end", user, sessions=1)
    return True


@transaction.atomic
def end_all(user: User, *, actor: User | None, but: str | None = None) -> int:
    """End a person's sessions, except the one with the key `but`; returns how many."""
    keys = list(
        UserSession.objects.filter(user=user).exclude(session_key=but or "").values_list("session_key", flat=True)
    )
    ended = _delete(keys)
    if ended:
        AuditEvent.record(actor, "session.end", user, sessions=ended)
    return ended


def _delete(keys: list[str]) -> int:
    UserSession.objects.filter(session_key__in=keys).delete()
    return Session.objects.filter(session_key__in=keys).delete()[0]


def keep_after_change(request: HttpRequest, user: User) -> None:
    """Keep this session after its person chose a new password: under a new key, known to the list."""
    old = request.session.session_key
    update_session_auth_hash(request, user)
    UserSession.objects.filter(session_key=old).update(session_key=request.session.session_key)


def device_of(agent: str) -> str:
    """A browser and system in words, as far as the user agent gives them away: "Chrome · Windows"."""
    found = (
        next((name for name, pattern in table if re.search(pattern, agent)), "") for table in (_BROWSERS, _SYSTEMS)
    )
    return " · ".join(part for part in found if part) or agent.split("/", maxsplit=1)[0][:40] or "?"
