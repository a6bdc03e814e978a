"""Who is at the door: finding the person, and counting what fails, so that guessing ends after a few tries.

Each try is counted before the password is looked at, by one statement that also says whether it may go on. A hundred tries
at once therefore get as many looks at the password as five in a row.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F, Q
from django.db.models.functions import Greatest, Lower
from django.utils import timezone

from accounts.models import AuditEvent, SignInAttempts, User
from accounts.models.tokens import digest
from accounts.requests import network_of

TRIES = 5
TRIES_AN_ADDRESS = 100  # a whole company can stand behind one address
ASKS_AN_ADDRESS = 20
WINDOW = timedelta(minutes=10)
LOCK = timedelta(minutes=10)

# One row a key. A try within a lock changes nothing and returns no row.
_COUNT = """
insert into accounts_signinattempts as held (key, user_id, failures, since, locked_until)
values (%(key)s, %(user)s, 1, %(now)s, case when %(most)s <= 1 then %(lock)s end)
on conflict (key) do update set
    failures = case when held.locked_until is not null or held.since < %(begin)s then 1 else held.failures + 1 end,
    since = case when held.locked_until is not null or held.since < %(begin)s then %(now)s else held.since end,
    locked_until = case when held.locked_until is null and held.since >= %(begin)s and held.failures + 1 >= %(most)s
                        then %(lock)s::timestamptz end
where held.locked_until is null or held.locked_until <= %(now)s
returning locked_until
"""


@dataclass(frozen=True, slots=True)
class Try:
    """One sign-in that is being tried: the keys that it counts for, and whether it was the last before a lock."""

    key: str
    address_key: str
    last: bool


class Locked(Exception):
    """No password is looked at until `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


def find(login: str) -> User | None:
    """The person whose user name, or else whose mail address, this is, in any case."""
    wanted = _plain(login)
    people = User.objects.alias(low_name=Lower("username"), low_mail=Lower("email"))
    found = people.filter(Q(low_name=wanted) | Q(low_mail=wanted)) if wanted else people.none()
    return min(found, key=lambda user: user.username.lower() != wanted, default=None)


def _plain(login: str) -> str:
    return unicodedata.normalize("NFKC", login).strip().lower()


def key_of(login: str, user: User | None) -> str:
    """What failures of this name are counted under."""
    return f"person:{user.pk}" if user else f"name:{digest(_plain(login))[:40]}"


def begin(login: str, user: User | None, address: str | None) -> Try:
    """Count a try. Raises Locked when there were too many of this name, or from this address, and then counts nothing."""
    key = key_of(login, user)
    place = f"address:{network_of(address)}" if address else ""
    held = _locked(place)
    if held is not None:
        raise Locked(held)
    last = _count(key, user, TRIES)
    if place:
        _count(place, None, TRIES_AN_ADDRESS)
    return Try(key, place, last)


def _count(key: str, user: User | None, most: int) -> bool:
    """Count one; whether the next one will be locked out. Raises Locked."""
    now = timezone.now()
    values = {"key": key, "user": user.pk if user else None, "now": now, "begin": now - WINDOW, "lock": now + LOCK}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {**values, "most": most})
        row = cursor.fetchone()
    if row is None:
        raise Locked(_locked(key) or now + LOCK)
    return row[0] is not None


def _locked(key: str) -> datetime | None:
    if not key:
        return None
    return (
        SignInAttempts.objects.filter(key=key, locked_until__gt=timezone.now())
        .values_list("locked_until", flat=True)
        .first()
    )


def locked_until(login: str, address: str | None) -> datetime | None:
    """Until when this name, or this address, is locked out; None when it is not."""
    times = [_locked(key_of(login, find(login))), _locked(f"address:{network_of(address)}") if address else None]
    return max((time for time in times if time is not None), default=None)


def succeeded(held: Try) -> None:
    """The password was right: the name's failures are forgotten, and this try no longer counts for the address."""
    SignInAttempts.objects.filter(key=held.key).delete()
    SignInAttempts.objects.filter(key=held.address_key).update(
        failures=Greatest(F("failures") - 1, 0), locked_until=None
    )


def failed(held: Try, user: User | None, address: str | None) -> None:
    """The password was wrong: kept in the audit trail, with the lock when this was the last try."""
    AuditEvent.record(user, "sign_in.failed", user, address=address, known=user is not None)
    if held.last:
        AuditEvent.record(user, "sign_in.locked", user, address=address, minutes=LOCK.seconds // 60)


def may_ask(address: str | None) -> bool:
    """Whether this address may have one more mail sent from the door; asking counts."""
    if address is None:
        return True
    try:
        _count(f"asked:{network_of(address)}", None, ASKS_AN_ADDRESS)
    except Locked:
        return False
    return True


def locked_people() -> list[SignInAttempts]:
    """People who are locked out now, for the console."""
    held = SignInAttempts.objects.filter(user__isnull=False, locked_until__gt=timezone.now())
    return list(held.select_related("user"))


def unlock(user: User, *, actor: User | None) -> bool:
    """Let a locked-out person try again now. False when they were not locked out."""
    gone, _ = SignInAttempts.objects.filter(user=user, locked_until__gt=timezone.now()).delete()
    if gone:
        AuditEvent.record(actor, "sign_in.unlocked", user)
    return bool(gone)
