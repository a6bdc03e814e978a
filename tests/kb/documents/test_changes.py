"""What editors change about a document as a whole."""

from __future__ import annotations

from datetime import date

from accounts.access import as_user
from accounts.models import AuditEvent
from kb.documents import changes
from kb.ingestion.intake import take_in
from kb.models import Document, Job
from kb.models.jobs import JobState
from tests.cast import Cast
from tests.database import as_worker
from tests.made import add_document


def test_title_owner_and_review_are_set_and_an_empty_title_keeps_the_old_one(cast: Cast):
    document = add_document(cast.rules, "출장 규정", ["식비는 35,000원이다."])
    with as_user(cast.hana):
        changes.describe(document, title="  여비 규정 ", owner=cast.hana, review_on=date(2027, 1, 1))
        row = Document.objects.get()
        assert (row.title, row.owner, row.review_on) == ("여비 규정", cast.hana, date(2027, 1, 1))
        changes.describe(document, title="")
        row = Document.objects.get()
        assert (row.title, row.owner, row.review_on) == ("여비 규정", None, None)
        changes.describe(document, title="가" * 400)
        assert len(Document.objects.get().title) == 300


def test_deleting_stops_what_is_being_read_of_it_and_no_other_job(cast: Cast):
    with as_user(cast.hana):
        taken = take_in(cast.hana, cast.rules, "a.md", [b"a"])
        other = take_in(cast.hana, cast.rules, "b.md", [b"b"])
        changes.delete(taken.document, actor=cast.hana)
    with as_worker():
        assert Job.objects.get(pk=taken.job.pk).cancel_requested
        assert not Job.objects.get(pk=other.job.pk).cancel_requested
        assert Job.objects.get(pk=other.job.pk).state == JobState.QUEUED


def test_deleting_and_restoring_twice_is_as_once(cast: Cast):
    document = add_document(cast.rules, "출장 규정", ["식비는 35,000원이다."])
    with as_user(cast.hana):
        for change in (changes.delete, changes.delete, changes.restore, changes.restore):
            change(document, actor=cast.hana)
        assert Document.objects.get().deleted_at is None
        assert Document.objects.get().current_revision() is not None
    actions = list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))
    assert [action for action in actions if action.startswith("document.")] == ["document.delete", "document.restore"]
