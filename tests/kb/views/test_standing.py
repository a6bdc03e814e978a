"""Whether a quoted revision is still the one that counts."""

from __future__ import annotations

from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import translation

from kb.models import Revision
from kb.views.standing import Counts, standing

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def revision(number: int, begin: date | None, end: date | None, label: str = "") -> Revision:
    return Revision(pk=number, number=number, label=label, valid=DateRange(begin, end))


def test_the_one_in_force_says_nothing():
    only = revision(1, None, None)
    found = standing(only, [only], TODAY)
    assert (found.counts, found.short, found.sentence) == (Counts.CURRENT, "", "")


def test_one_that_ends_names_what_comes_and_when():
    now, later, last = (
        revision(5, date(2026, 3, 1), date(2026, 12, 1)),
        revision(6, date(2026, 12, 1), date(2027, 1, 1), "6판"),
        revision(7, date(2027, 1, 1), None),
    )
    found = standing(now, [last, later, now], TODAY)
    assert (found.counts, found.other, found.since) == (Counts.ENDS, later, date(2026, 12, 1))
    assert "6판" in found.short


def test_a_replaced_one_names_what_is_in_force():
    old, now = revision(4, None, date(2026, 3, 1)), revision(5, date(2026, 3, 1), None)
    found = standing(old, [old, now], TODAY)
    assert (found.counts, found.other) == (Counts.REPLACED, now)
    assert "revision 5" in found.sentence


def test_one_that_is_still_to_come_is_not_called_old():
    now, later = revision(5, date(2026, 3, 1), date(2026, 12, 1), "5판"), revision(6, date(2026, 12, 1), None, "6판")
    found = standing(later, [now, later], TODAY)
    assert (found.counts, found.other, found.since) == (Counts.COMING, now, date(2026, 12, 1))
    assert "Until then 5판 counts" in found.sentence and found.short.startswith("In force from")


def test_one_that_is_to_come_after_nothing_names_its_day_alone():
    later = revision(1, date(2026, 12, 1), None)
    found = standing(later, [later], TODAY)
    assert (found.counts, found.other) == (Counts.COMING, None)
    assert "Until then" not in found.sentence and "December" in found.sentence


def test_without_any_in_force_it_is_over():
    old = revision(1, None, date(2026, 1, 1))
    assert standing(old, [old], TODAY).counts == Counts.OVER


def test_a_range_that_was_emptied_does_not_count():
    old = revision(1, None, None)
    old.valid = DateRange(empty=True)
    now = revision(2, None, None)
    assert standing(old, [old, now], TODAY).counts == Counts.REPLACED
