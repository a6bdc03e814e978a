"""Which revision counts on which day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.access import as_user
from accounts.models import AuditEvent
from kb.documents import changes
from kb.documents.revisions import WrongDates, set_dates
from kb.models import Document, IndexEntry, Revision
from tests.cast import Cast
from tests.database import as_worker
from tests.made import add_document, add_revision, today

MARCH = date(2026, 3, 1)
DECEMBER = date(2026, 12, 1)


def number_on(document: Document, day: date) -> int | None:
    revision = document.current_revision(day)
    return revision.number if revision else None


@pytest.fixture
def travel(cast: Cast) -> Document:
    document = add_document(cast.rules, "출장여비 규정", ["식비는 1일 30,000원입니다."])
    add_revision(document, ["식비는 1일 35,000원입니다."], begin=MARCH)
    return document


def test_a_new_revision_ends_the_old_one_on_its_own_first_day_without_a_hole(cast: Cast, travel: Document):
    with as_user(cast.minsu):
        assert number_on(travel, MARCH - timedelta(days=1)) == 1
        assert number_on(travel, MARCH) == 2
        assert number_on(travel, date(1999, 1, 1)) == 1


def test_a_future_revision_waits_and_the_present_one_goes_on_until_it(cast: Cast, travel: Document):
    add_revision(travel, ["식비는 1일 40,000원입니다."], begin=DECEMBER)
    with as_user(cast.minsu):
        assert number_on(travel, DECEMBER - timedelta(days=1)) == 2
        assert number_on(travel, DECEMBER) == 3


def test_a_revision_that_comes_late_fits_between_two_that_are_there(cast: Cast, travel: Document):
    add_revision(travel, ["식비는 1일 40,000원입니다."], begin=DECEMBER)
    add_revision(travel, ["식비는 1일 36,000원입니다."], begin=date(2026, 6, 1))
    with as_user(cast.minsu):
        days = [date(2026, 2, 28), MARCH, date(2026, 6, 1), date(2026, 11, 30), DECEMBER]
        assert [number_on(travel, day) for day in days] == [1, 2, 4, 4, 3]


def test_a_correction_with_the_same_first_day_takes_the_place_of_the_other(cast: Cast, travel: Document):
    add_revision(travel, ["식비는 1일 34,000원입니다."], begin=MARCH)
    with as_user(cast.minsu):
        assert number_on(travel, MARCH) == 3
        assert Revision.objects.get(document=travel, number=2).valid.isempty


def test_after_its_last_day_an_expired_document_is_not_in_force(cast: Cast):
    document = add_document(cast.rules, "재택근무 지침", ["주 2일 재택합니다."], end=date(2026, 6, 30))
    with as_user(cast.minsu):
        assert number_on(document, date(2026, 6, 29)) == 1
        assert number_on(document, date(2026, 6, 30)) is None


def test_the_index_carries_the_same_days(cast: Cast, travel: Document):
    with as_user(cast.minsu):
        rows = {e.chunk.revision.number: e.valid for e in IndexEntry.objects.select_related("chunk__revision")}
    assert rows == {1: DateRange(None, MARCH), 2: DateRange(MARCH, None)}


def test_the_database_itself_refuses_overlapping_ranges(cast: Cast, travel: Document):
    with pytest.raises(IntegrityError), as_worker():
        Revision.objects.filter(document=travel).update(valid=DateRange(None, None))


def test_changed_dates_lay_all_ranges_anew(cast: Cast, travel: Document):
    with as_user(cast.hana):
        second = travel.revisions.get(number=2)
        set_dates(second, date(2026, 4, 1), None)
        assert number_on(travel, date(2026, 3, 15)) == 1
        assert number_on(travel, date(2026, 4, 1)) == 2


def test_a_revision_cannot_end_before_it_begins(cast: Cast, travel: Document):
    with as_user(cast.hana), pytest.raises(WrongDates):
        set_dates(travel.revisions.get(number=2), MARCH, MARCH)
    with as_user(cast.minsu):
        assert number_on(travel, MARCH) == 2


def test_a_deleted_document_is_found_no_more_and_restoring_brings_it_back_whole(cast: Cast, travel: Document):
    with as_user(cast.hana):
        before = [str(entry.valid) for entry in IndexEntry.objects.order_by("pk")]
        changes.delete(travel, actor=cast.hana)
        assert not Document.objects.visible_to(cast.hana).filter(pk=travel.pk).exists()
        assert all(entry.valid.isempty for entry in IndexEntry.objects.all())
        changes.restore(travel, actor=cast.hana)
        assert [str(entry.valid) for entry in IndexEntry.objects.order_by("pk")] == before
    assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True)) == [
        "document.delete",
        "document.restore",
    ]


def test_a_document_cannot_come_back_over_one_that_took_its_name(cast: Cast, travel: Document):
    with as_user(cast.hana):
        changes.delete(travel, actor=cast.hana)
    with as_worker():
        Document.objects.create(
            collection=cast.rules, external_id=travel.external_id, title="새 규정", audience=cast.rules.audience
        )
    with as_user(cast.hana), pytest.raises(changes.NameTaken):
        changes.restore(travel, actor=cast.hana)


def test_an_audience_of_its_own_reaches_every_row_of_the_document(cast: Cast, travel: Document):
    with as_user(cast.hana):
        changes.set_audience(travel, cast.hr_private.audience, actor=cast.hana)
    with as_user(cast.minsu):
        assert not Document.objects.filter(pk=travel.pk).exists()
        assert IndexEntry.objects.count() == 0
    with as_user(cast.hana):
        assert IndexEntry.objects.count() == 2
        changes.set_audience(travel, None, actor=cast.hana)
    with as_user(cast.minsu):
        assert IndexEntry.objects.count() == 2


def test_an_editor_who_may_not_read_a_document_can_still_keep_its_dates(cast: Cast):
    from accounts.models import Audience, AudiencePerson

    closed = Audience.objects.create(name="hana만")
    AudiencePerson.objects.create(audience=closed, user=cast.hana)
    document = add_document(cast.dev_private, "설계", ["백래시는 3분입니다."], audience=closed)
    with as_user(cast.jiwoo):
        set_dates(document.revisions.get(), today() + timedelta(days=9), None)
    with as_user(cast.hana):
        assert IndexEntry.objects.get().valid.lower == today() + timedelta(days=9)


def test_an_old_revision_stays_readable_for_the_answers_that_quoted_it(cast: Cast, travel: Document):
    with as_user(cast.minsu), transaction.atomic():
        assert travel.revisions.get(number=1).page_rows.get().text == "식비는 1일 30,000원입니다."
