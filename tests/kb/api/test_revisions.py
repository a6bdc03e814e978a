"""Revisions: days, passages for readers, the original as an attachment."""

from __future__ import annotations

from datetime import timedelta

from accounts.models import AuditEvent
from kb import files
from kb.models import Revision
from tests.cast import Cast
from tests.database import as_worker
from tests.kb.api.conftest import Api, Shelf
from tests.made import add_revision, today


def revision_of(document) -> Revision:
    with as_worker():
        return document.revisions.order_by("-number").first()


def test_changing_days_leaves_no_day_without_a_rule(cast: Cast, shelf: Shelf):
    api, first = Api(cast.hana), revision_of(shelf.common)
    begin = today() + timedelta(days=10)
    second = add_revision(shelf.common, ["새 규칙입니다."], begin=begin)
    later = begin + timedelta(days=5)
    changed = api.patch(f"/revisions/{second.pk}/", {"effective_from": later.isoformat()})
    assert changed.status_code == 200, changed.content
    assert changed.json()["in_force"] == {"from": later.isoformat(), "to": None}
    assert api.get(f"/revisions/{first.pk}/").json()["in_force"] == {"from": None, "to": later.isoformat()}
    assert AuditEvent.objects.filter(action="revision.days", actor="hana").count() == 1


def test_days_that_cannot_be_are_refused(cast: Cast, shelf: Shelf):
    api, row = Api(cast.hana), revision_of(shelf.common)
    wrong = api.patch(f"/revisions/{row.pk}/", {"effective_from": "2026-03-02", "effective_to": "2026-03-02"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "wrong_dates")
    assert api.patch(f"/revisions/{row.pk}/", {"valid": "[2026-01-01,2027-01-01)"}).status_code == 400
    assert Api(cast.minsu).patch(f"/revisions/{row.pk}/", {"effective_from": "2026-03-02"}).status_code == 404


def test_readers_get_passages_in_their_order(cast: Cast, shelf: Shelf):
    row = revision_of(shelf.common)
    api = Api(cast.minsu)
    page = api.get(f"/revisions/{row.pk}/chunks/", limit=1).json()
    assert [chunk["position"] for chunk in page["results"]] == [0]
    following = api.client.get(page["next"]).json()
    assert [chunk["text"] for chunk in following["results"]] == ["출장비는 7일 안에 정산합니다."]
    assert following["next"] is None


def test_who_manages_a_document_without_reading_it_gets_no_word_of_it(cast: Cast, shelf: Shelf):
    row = revision_of(shelf.finance)
    api = Api(cast.admin)
    assert api.get(f"/revisions/{row.pk}/").status_code == 200
    assert api.get(f"/revisions/{row.pk}/chunks/").status_code == 404
    assert api.get(f"/revisions/{row.pk}/original/").status_code == 404


def test_the_original_comes_as_an_attachment_whatever_it_is(cast: Cast, shelf: Shelf):
    content = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    stored = files.store([content], "x.svg")
    row = revision_of(shelf.common)
    with as_worker():
        Revision.objects.filter(pk=row.pk).update(file=stored.uuid, filename='이월 "표".svg', size=len(content))
    answer = Api(cast.minsu).get(f"/revisions/{row.pk}/original/")
    assert b"".join(answer) == content
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment; filename")
    assert answer["Content-Length"] == str(len(content))
    event = AuditEvent.objects.get(action="document.download")
    assert (event.actor, event.thing_id, event.detail) == ("minsu", str(shelf.common.pk), {"revision": 1})


def test_an_original_that_is_lost_is_said(cast: Cast, shelf: Shelf):
    answer = Api(cast.minsu).get(f"/revisions/{revision_of(shelf.common).pk}/original/")
    assert (answer.status_code, answer.json()["code"]) == (404, "original_lost")
    assert not AuditEvent.objects.filter(action="document.download").exists()
