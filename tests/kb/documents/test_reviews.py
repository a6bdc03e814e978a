"""Owners are reminded once of each day of review that comes."""

from __future__ import annotations

from datetime import timedelta

from accounts.models import Notification, User
from kb.documents.reviews import remind
from kb.models import Document
from tests.cast import Cast
from tests.database import as_worker
from tests.made import add_document, today


def due(cast: Cast, **values) -> Document:
    document = add_document(cast.rules, "취업 규칙", ["x"], owner=cast.hana)
    with as_worker():
        Document.objects.filter(pk=document.pk).update(**{"review_on": today(), **values})
    return document


def reminded() -> int:
    with as_worker():
        return remind()


def test_the_owner_is_told_once(cast: Cast):
    document = due(cast)
    assert (reminded(), reminded()) == (1, 0)
    notice = Notification.objects.get()
    assert (notice.user, notice.kind, notice.url) == (
        cast.hana,
        "document_review",
        f"/library/documents/{document.pk}/",
    )


def test_a_new_day_is_a_new_reminder(cast: Cast):
    document = due(cast)
    reminded()
    with as_worker():
        Document.objects.filter(pk=document.pk).update(review_on=today() - timedelta(days=1))
    assert reminded() == 1


def test_nobody_is_told_of_later_days_of_trash_or_of_documents_without_an_owner(cast: Cast):
    due(cast, review_on=today() + timedelta(days=1))
    due(cast, deleted_at="2026-01-01T00:00Z")
    due(cast, owner=None)
    User.objects.filter(pk=cast.minsu.pk).update(is_active=False)
    due(cast, owner=cast.minsu.pk)
    assert reminded() == 0


def test_those_behind_many_that_were_told_are_told_too(cast: Cast, monkeypatch):
    monkeypatch.setattr("kb.documents.reviews.AT_ONCE", 2)
    for _each in range(5):
        due(cast)
    assert [reminded() for _ in range(4)] == [2, 2, 1, 0]


def test_the_sweep_reminds():
    from django.conf import settings
    from django.utils.module_loading import import_string

    assert remind in [import_string(name) for name in settings.MARU_SWEEPS]
