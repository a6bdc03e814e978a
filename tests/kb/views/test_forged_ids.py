"""A forged id is 404 on every page and fragment, in every verb; so is one of somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import product

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.access import as_user
from accounts.models import ApiToken, Notification
from accounts.models.notifications import Kind
from accounts.notices import tell
from kb import urls
from kb.models import Document, Job, Revision
from tests.answers import Said, answered, chunks_of
from tests.cast import Cast
from tests.database import as_worker
from tests.kb.views.conftest import Browser

VERBS = ("get", "post", "put", "patch", "delete", "head", "options")
WITH_IDS = [pattern for pattern in urls.urlpatterns if pattern.pattern.converters]
SECRET = "12억"

# Addresses elsewhere that name a thing, and where each of them is tried in the same way.
ELSEWHERE = {
    "api": "tests/kb/api/test_leaks.py",
    "admin": "tests/kb/admin/test_site.py",
    "password_link": "tests/accounts/test_links.py: a made-up link is not there",
}


@pytest.fixture
def theirs(shelf: Cast) -> dict[str, object]:
    """One of each thing that an address can name, of minsu and 재무팀."""
    chunk = chunks_of(shelf.minsu, "10월 결산 메모")[0]
    answer = answered(shelf.minsu, "매출원가는?", [Said(f"{SECRET}입니다.", cites=[1])], [chunk])
    Client().force_login(shelf.minsu)
    with as_user(shelf.minsu):
        citation = answer.citations.get().pk
    UserSession.objects.create(user=shelf.minsu, session_key="x" * 32, ip="10.0.0.1", user_agent="x")
    token, _secret = ApiToken.issue(shelf.minsu, "theirs", timedelta(days=1))
    tell(shelf.minsu, Kind.DOCUMENT_READY, url="/library/", title=SECRET)
    with as_worker():
        Job.objects.create(
            kind="ingest",
            state="failed",
            collection=shelf.finance_private,
            revision=Revision.objects.get(document=chunk.document_id),
        )
    return {
        "question_id": answer.question_id,
        "answer_id": answer.pk,
        "conversation_id": answer.question.conversation_id,
        "citation_id": citation,
        "document_id": chunk.document_id,
        "number": 1,
        "page": 1,
        "slug": "finance-private",
        "place_id": UserSession.objects.get(user=shelf.minsu).pk,
        "token_id": token.pk,
        "notice_id": Notification.objects.get(user=shelf.minsu).pk,
    }


def forged(theirs: dict[str, object], number: int, slug: str) -> dict[str, object]:
    return {name: slug if isinstance(value, str) else number for name, value in theirs.items()}


@pytest.mark.parametrize("htmx", [True, False], ids=["fragment", "page"])
def test_ids_of_nothing_and_of_others_are_not_there(
    shelf: Cast, theirs: dict[str, object], browser: Browser, htmx: bool
):
    client = browser(shelf.suji)
    headers = {"HX-Request": "true"} if htmx else {}
    before = _rows()
    kinds = (theirs, forged(theirs, 10**25, "x" * 500) if htmx else forged(theirs, 987_654, "no-such"))
    for pattern, ids, verb in product(WITH_IDS, kinds, VERBS):
        named = {name: ids[name] for name in pattern.pattern.converters}
        response = getattr(client, verb)(reverse(pattern.name, kwargs=named), headers=headers)
        assert response.status_code == 404, (pattern.name, verb, named, response.status_code)
        assert SECRET not in response.content.decode(), (pattern.name, verb)
    assert _rows() == before


def _rows() -> tuple:
    with as_worker():
        return (
            list(Document.objects.order_by("pk").values()),
            list(Job.objects.order_by("pk").values("pk", "state", "cancel_requested")),
            list(ApiToken.objects.order_by("pk").values("pk", "revoked_at")),
            list(Notification.objects.order_by("pk").values("pk", "read_at")),
            UserSession.objects.filter(session_key="x" * 32).count(),
        )


def test_what_is_tried_is_there_for_its_owner(shelf: Cast, theirs: dict[str, object], browser: Browser):
    """Else the 404 of the test above would prove nothing."""
    client = browser(shelf.minsu)
    for name, ids in (
        ("answer", ["answer_id"]),
        ("conversation", ["conversation_id"]),
        ("source", ["citation_id"]),
        ("library_document", ["document_id"]),
        ("page", ["document_id", "number", "page"]),
        ("collection", ["slug"]),
    ):
        answer = client.get(reverse(name, kwargs={each: theirs[each] for each in ids}))
        assert answer.status_code in (200, 302), name
    assert client.get(reverse("notice", args=[theirs["notice_id"]])).status_code == 302


def named_addresses(resolver: URLResolver, area: str = "") -> Iterator[tuple[str, URLPattern]]:
    """(area, pattern) of every address of the house that names a thing."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from named_addresses(entry, area or (entry.app_name or ""))
        elif entry.pattern.converters or entry.pattern.regex.groups:
            yield area, entry


def test_no_address_of_the_house_is_forgotten():
    """A new address that names a thing is tried here by itself, or stands in ELSEWHERE with the place that tries it."""
    mine = set(WITH_IDS)
    forgotten = [
        (area, pattern.name)
        for area, pattern in named_addresses(get_resolver())
        if pattern not in mine and area not in ELSEWHERE and pattern.name not in ELSEWHERE
    ]
    assert forgotten == []
    assert {name for pattern in WITH_IDS for name in pattern.pattern.converters} <= {
        "question_id", "answer_id", "conversation_id", "citation_id", "document_id", "number", "page", "slug", "place_id",
        "token_id", "notice_id",
    }  # fmt: skip
