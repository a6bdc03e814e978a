"""`manage.py screenshots --out DIR`: a picture of every screen, two widths, two themes, two languages, of a running Maru."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management.base import CommandParser
from django.urls import reverse

from accounts.access import as_user
from accounts.models import User
from accounts.models.people import Language
from kb.chat.asking import ask_and_keep
from kb.management.base import MaruCommand
from kb.management.screens import SCREENS, Studio, Who, take_all
from kb.models import Answer, Collection, Document, Page
from kb.models.chat import Basis, Channel
from kb.models.documents import Format
from kb.people import person_named
from kb.views.links import conversation_href, page_href

QUESTION = "연차는 며칠까지 이월되나요?"
OFF_TOPIC = "사내 어린이집 입소 신청은 언제부터 받아요?"


class Command(MaruCommand):
    """Look at every screen."""

    help = "Take a picture of every screen of a running Maru: two widths, two themes, two languages."
    needs_encoder = True
    needs_model_server = True

    def arguments(self, parser: CommandParser) -> None:
        """--out DIR [--site URL] [--reader USER] [--editor USER] [--admin USER] [--screen NAME …]."""
        parser.add_argument("--out", required=True, type=Path, metavar="DIR")
        parser.add_argument("--site", default=f"http://127.0.0.1:{settings.PORT}", metavar="URL")
        parser.add_argument("--reader", default="suji", metavar="USER")
        parser.add_argument("--editor", default="hana", metavar="USER")
        parser.add_argument("--admin", default="admin", metavar="USER")
        parser.add_argument("--screen", action="append", metavar="NAME", help="only this one; may be repeated")

    def work(self, **options: Any) -> Mapping[str, Any]:
        """Take the pictures; the people's languages are as before afterwards."""
        people = {who: person_named(options[str(who)]) for who in (Who.READER, Who.EDITOR, Who.ADMIN)}
        options["out"].mkdir(parents=True, exist_ok=True)
        screens = tuple(screen for screen in SCREENS if not options["screen"] or screen.name in options["screen"])
        sessions = {who: _session(person) for who, person in people.items()}
        studio = Studio(options["site"], sessions, _places(people), options["out"])
        taken = 0
        spoken = {person.pk: person.language for person in people.values()}
        try:
            for language in Language.values:
                User.objects.filter(pk__in=spoken).update(language=language)
                taken += len(list(take_all(studio, language, screens)))
        finally:
            for person_id, language in spoken.items():
                User.objects.filter(pk=person_id).update(language=language)
            for key in sessions.values():
                SessionStore(key).delete()
        return {"pictures": taken, "folder": str(options["out"])}


def _session(person: User) -> str:
    """A session of its own for the pictures; it is ended with them."""
    store = SessionStore()
    store[SESSION_KEY] = str(person.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store.create()
    return str(store.session_key)


def _places(people: Mapping[Who, User]) -> dict[str, str]:
    """Addresses that depend on what is there; a question is asked where none was."""
    reader, editor = people[Who.READER], people[Who.EDITOR]
    places = {"words": quote("출장 식비 한도")}
    places |= _answers(reader)
    with as_user(reader):
        for name, wanted in (("original", {}), ("pdf", {"revision__format": Format.PDF})):
            page = Page.objects.visible_to(reader).filter(**wanted).select_related("revision").first()
            if page is not None:
                places[name] = page_href(page.document_id, page.revision.number, page.number)
    with as_user(editor):
        collection = Collection.objects.managed_by(editor).first()
        document = Document.objects.readable_by(editor).filter(collection=collection).first()
    if collection is not None:
        places["collection"] = reverse("collection", args=[collection.slug])
    if document is not None:
        places["document"] = reverse("library_document", args=[document.pk])
        places["chunks"] = reverse("document_chunks", args=[document.pk])
    return places


def _answers(reader: User) -> dict[str, str]:
    found = {}
    for name, question, wanted in (
        ("conversation", QUESTION, {"citation_count__gt": 0}),
        ("not_found", OFF_TOPIC, {"basis": Basis.NOT_FOUND}),
    ):
        row = _latest(reader, wanted)
        if row is None:
            asyncio.run(ask_and_keep(reader, question, channel=Channel.PORTAL))
            row = _latest(reader, wanted)
        if row is not None:
            found[name] = conversation_href(row.question.conversation_id, answer=row.pk)
    return found


def _latest(reader: User, wanted: Mapping[str, Any]) -> Answer | None:
    with as_user(reader):
        rows = Answer.objects.visible_to(reader).filter(
            question__conversation__channel=Channel.PORTAL, question__conversation__deleted_at=None, **wanted
        )
        return rows.select_related("question").order_by("-pk").first()
