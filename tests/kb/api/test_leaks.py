"""Every address of the API, found from the URL map, in every verb: nothing of another department comes out of it.

A new address is covered by itself. One that names a thing says in `_THINGS` which thing of another department to try;
without that the test fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, reverse

from accounts.access import Access, as_user
from accounts.models import User
from kb.api.urls import urlpatterns
from kb.chat import records
from kb.models import Answer, Collection, Document, Job, Revision
from kb.retrieval.question import SearchQuestion
from tests.cast import Cast
from tests.database import as_worker
from tests.kb.api.conftest import Api, Shelf

VERBS = ("get", "post", "put", "patch", "delete", "head", "options")
OPEN = {"schema", "docs"}  # they describe the API and nothing of the company
ELSEWHERE = {"ask"}  # tried in test_ask.py: it answers from threads, which see committed rows only
NAMED: list[URLPattern] = [each for each in urlpatterns if each.name]
WITH_IDS = [each for each in NAMED if each.pattern.converters]
LISTS = [each for each in NAMED if not each.pattern.converters and each.name not in OPEN | ELSEWHERE]


@dataclass(frozen=True)
class Others:
    """What belongs to 재무팀 and minsu."""

    document: int
    revision: int
    job: int
    answer: int
    collection: str


@pytest.fixture
def others(cast: Cast, shelf: Shelf) -> Others:
    with as_worker():
        revision = Revision.objects.get(document=shelf.finance)
        job = Job.objects.create(
            kind="ingest", collection=cast.finance_private, revision=revision, created_by=cast.minsu, state="failed"
        )
    with as_user(cast.minsu):
        answer = records.begin(cast.minsu, SearchQuestion.of("결산 손실은 얼마입니까?"))
        Answer.objects.filter(pk=answer.pk).update(text="31,000,000원입니다.", state="done", basis="sourced")
    return Others(shelf.finance.pk, revision.pk, job.pk, answer.pk, "finance-private")


_THINGS = {
    "collection": "collection",
    "upload": "collection",
    "document": "document",
    "restore": "document",
    "revisions": "document",
    "revision": "revision",
    "chunks": "revision",
    "original": "revision",
    "job": "job",
    "cancel": "job",
    "retry": "job",
    "answer": "answer",
}


def address(pattern: URLPattern, others: Others) -> str:
    (name,) = pattern.pattern.converters
    return reverse(f"api:{pattern.name}", kwargs={name: getattr(others, _THINGS[pattern.name])})


def ask(client: Client, verb: str, path: str):
    if verb in ("post", "put", "patch"):
        return getattr(client, verb)(path, {"title": "x"}, content_type="application/json")
    return getattr(client, verb)(path)


def test_a_thing_of_another_department_is_not_there_in_any_verb(cast: Cast, others: Others):
    before = _rows()
    clients = {person.username: Api(person).client for person in (cast.suji, cast.jiwoo, cast.hana)}
    for pattern, verb, person in product(WITH_IDS, VERBS, clients):
        answer = ask(clients[person], verb, address(pattern, others))
        told = answer.content.decode()
        assert answer.status_code == 404, (pattern.name, verb, person, told)
        assert "31,000,000" not in told and "결산" not in told, (pattern.name, verb, person)
    assert _rows() == before


@contextmanager
def without_policies(user: User) -> Iterator[Access]:
    """`as_user` with the workers' role inside, which no row-level policy holds back."""
    with as_user(user) as access, as_worker():
        yield access


def test_the_first_wall_holds_alone(cast: Cast, others: Others, monkeypatch: pytest.MonkeyPatch):
    """The API's own filters, with row-level security out of the way. That the second one holds alone is tests/accounts'."""
    monkeypatch.setattr("kb.api.base.as_user", without_policies)
    assert Api(cast.minsu).get(f"/documents/{others.document}/").status_code == 200
    client = Api(cast.suji).client
    for pattern, verb in product(WITH_IDS, VERBS):
        assert ask(client, verb, address(pattern, others)).status_code == 404, (pattern.name, verb)
    for pattern in LISTS:
        told = client.get(reverse(f"api:{pattern.name}")).content.decode()
        assert "결산" not in told, pattern.name


def _rows() -> tuple:
    with as_worker():
        return (
            list(Document.objects.order_by("pk").values()),
            list(Revision.objects.order_by("pk").values()),
            list(Job.objects.order_by("pk").values("pk", "state", "cancel_requested")),
            list(Collection.objects.order_by("pk").values()),
            list(Answer.objects.order_by("pk").values("pk", "state", "stop_requested")),
        )


def test_absent_and_forbidden_look_the_same(cast: Cast, others: Others):
    client = Api(cast.suji).client
    for pattern, verb in product(WITH_IDS, VERBS):
        (name,) = pattern.pattern.converters
        absent = "no-such" if _THINGS[pattern.name] == "collection" else 987654321
        there = ask(client, verb, address(pattern, others))
        missing = ask(client, verb, reverse(f"api:{pattern.name}", kwargs={name: absent}))
        assert (there.status_code, there.content) == (missing.status_code, missing.content), (pattern.name, verb)
        assert dict(there.headers) == dict(missing.headers), (pattern.name, verb)


def test_an_address_without_an_id_gives_nothing_of_others(cast: Cast, others: Others, words):
    question = {"question": "결산에서 재고 평가 손실은 얼마입니까? 31,000,000"}
    clients = {person.username: Api(person).client for person in (cast.suji, cast.jiwoo, cast.hana)}
    for pattern, verb, person, body in product(LISTS, VERBS, clients, ({}, question)):
        answer = send(clients[person], verb, reverse(f"api:{pattern.name}"), body)
        assert answer.status_code in (200, 400, 405), (pattern.name, verb, answer.content)
        told = answer.json() if answer.content else {}
        told.pop("question", None)
        assert "재고" not in str(told) and "결산" not in str(told), (pattern.name, verb, person)


def send(client: Client, verb: str, path: str, body: dict):
    if verb in ("post", "put", "patch", "delete"):
        return getattr(client, verb)(path, body, content_type="application/json")
    return getattr(client, verb)(path, body)


def test_nobody_gets_anything(cast: Cast, others: Others):
    strangers = (Client(), Client(HTTP_AUTHORIZATION="Bearer maru_unknown"))
    for pattern, verb, client in product([*WITH_IDS, *LISTS], VERBS, strangers):
        path = address(pattern, others) if pattern.pattern.converters else reverse(f"api:{pattern.name}")
        answer = getattr(client, verb)(path)
        assert answer.status_code == 401, (pattern.name, verb)
        assert "결산" not in answer.content.decode()


def test_an_admin_manages_what_others_keep_and_reads_none_of_it(cast: Cast, others: Others, words):
    api = Api(cast.admin)
    for pattern in WITH_IDS:
        answer = api.client.get(address(pattern, others))
        assert answer.status_code in (200, 404, 405), pattern.name
        body = answer.content.decode() if not answer.streaming else ""
        assert "31,000,000" not in body, pattern.name
    assert api.client.get(reverse("api:chunks", args=[others.revision])).status_code == 404
    assert api.client.get(reverse("api:original", args=[others.revision])).status_code == 404
    assert api.client.get(reverse("api:answer", args=[others.answer])).status_code == 404
    assert "31,000,000" not in api.post("/search/", {"question": "재고 평가 손실"}).content.decode()


def test_a_document_with_an_audience_of_its_own_is_closed_to_the_collections_readers(cast: Cast, shelf: Shelf):
    from accounts.models import Audience, AudiencePerson
    from kb.documents.changes import set_audience

    only = Audience.objects.create(name="하나만")
    AudiencePerson.objects.create(audience=only, user=cast.hana)
    with as_user(cast.hana):
        set_audience(shelf.common, only, actor=cast.hana)
    assert Api(cast.minsu).get(f"/documents/{shelf.common.pk}/").status_code == 404
    assert Api(cast.minsu).get("/documents/").json()["results"][0]["title"] == "결산 메모"


def test_uploading_into_another_departments_collection_is_not_there(cast: Cast, others: Others):
    for person in (cast.suji, cast.jiwoo, cast.hana, cast.minsu):
        answer = Api(person).upload("/collections/finance-private/documents/", file=SimpleUploadedFile("x.md", b"x"))
        assert answer.status_code == 404, person.username
