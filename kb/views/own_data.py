"""What Maru keeps of one person, for that person: a zip of JSON files.

Rows are read in short transactions, a few at a time. An answer whose sources may no longer be read stands there without
its text, as it does in the portal.
"""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Iterator
from typing import IO, Any

from django.db.models import Model, QuerySet
from django.utils import timezone

from accounts import sessions
from accounts.access import as_user
from accounts.models import ApiToken, Notification, User
from accounts.notices import sentence
from kb.chat.records import is_withheld
from kb.models import Answer, Conversation, Feedback, Question

EACH = 200
IN_MEMORY = 4 * 1024 * 1024


def own_data(user: User) -> IO[bytes]:
    """The zip, at its beginning; the file goes when it is closed."""
    held = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - the response closes it
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in _parts(user):
            with archive.open(f"{name}.json", "w") as target:
                _write(rows, target)
    held.seek(0)
    return held


def _write(rows: Iterator[dict[str, Any]], target: IO[bytes]) -> None:
    """A JSON list, a row at a time."""
    separator = "[\n"
    for row in rows:
        target.write((separator + json.dumps(row, ensure_ascii=False, default=str, indent=1)).encode())
        separator = ",\n"
    target.write(b"\n]\n" if separator != "[\n" else b"[]\n")


def _parts(user: User) -> Iterator[tuple[str, Iterator[dict[str, Any]]]]:
    yield "profile", iter([_profile(user)])
    yield "conversations", _rows(user, Conversation.objects.visible_to(user), _conversation)
    yield "questions", _rows(user, Question.objects.visible_to(user), _question)
    yield "answers", _rows(user, Answer.objects.visible_to(user), _answer)
    yield "feedback", _rows(user, Feedback.objects.visible_to(user), _feedback)
    yield "notices", _rows(user, Notification.objects.filter(user=user), _notice)
    yield "tokens", _rows(user, ApiToken.objects.filter(owner=user), _token)
    yield "sessions", iter([_session(place) for place in sessions.places_of(user, None)])


def _rows(user: User, rows: QuerySet[Any], say: Any) -> Iterator[dict[str, Any]]:
    """Each row said as a dict, `EACH` at a time inside `as_user`."""
    last = 0
    while True:
        with as_user(user):
            said = [(row.pk, say(row)) for row in rows.filter(pk__gt=last).order_by("pk")[:EACH]]
        yield from (each for _, each in said)
        if len(said) < EACH:
            return
        last = said[-1][0]


def _profile(user: User) -> dict[str, Any]:
    return {
        "username": user.username,
        "name": user.name,
        "email": user.email,
        "language": user.language,
        "theme": user.theme,
        "text_size": user.text_size,
        "joined": user.date_joined,
        "last_sign_in": user.last_login,
        "departments": [
            {"department": each.department.name, "role": each.role, "since": each.since, "ended": each.ended_at}
            for each in user.memberships.select_related("department").order_by("id")
        ],
        "exported": timezone.now(),
    }


def _conversation(row: Conversation) -> dict[str, Any]:
    return _fields(row, "id", "title", "channel", "pinned", "created_at", "updated_at", "deleted_at")


def _question(row: Question) -> dict[str, Any]:
    return _fields(row, "id", "conversation_id", "previous_id", "text", "language", "created_at")


def _answer(row: Answer) -> dict[str, Any]:
    said = _fields(
        row, "id", "question_id", "version", "state", "basis", "language", "model", "created_at", "finished_at"
    )
    if is_withheld(row):
        return said | {"withheld": True, "text": None, "citations": []}
    citations = [
        _fields(each, "number", "document_id", "page", "path", "quote") for each in row.citations.order_by("number")
    ]
    return said | {"withheld": False, "text": row.text or row.draft, "citations": citations}


def _feedback(row: Feedback) -> dict[str, Any]:
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.attname not in ("owner_id",)
    }


def _notice(row: Notification) -> dict[str, Any]:
    return {**_fields(row, "kind", "created_at", "read_at"), "text": sentence(row)}


def _token(row: ApiToken) -> dict[str, Any]:
    return _fields(row, "name", "start", "created_at", "expires_at", "last_used_at", "revoked_at")


def _session(place: sessions.Place) -> dict[str, Any]:
    return {"device": place.device, "address": place.address, "since": place.since, "seen": place.seen}


def _fields(row: Model, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
