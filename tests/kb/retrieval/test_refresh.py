"""Counting terms again: when enough changed, by a job, once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from kb.jobs.claim import add, claim
from kb.models import IndexVersion, Job
from kb.models.jobs import JobKind
from kb.retrieval import lexical, refresh
from kb.retrieval.index import live_index
from tests.cast import Cast
from tests.database import as_worker
from tests.doubles import WordEncoder
from tests.made import add_document


def counted(**values: Any) -> None:
    """The last count, as it is remembered."""
    with as_worker():
        IndexVersion.objects.update(**values)


def due() -> bool:
    with as_worker():
        return refresh.refresh_when_due()


def minutes(number: float) -> Any:
    return timezone.now() - timedelta(minutes=number)


@pytest.fixture
def house(cast: Cast) -> Cast:
    add_document(cast.rules, "규정", ["연차는 15일입니다.", "병가는 30일입니다."])
    return cast


def test_an_empty_index_is_never_due(cast: Cast):
    assert not due()


def test_a_first_chunk_that_was_never_counted_is_due(house: Cast):
    counted(refreshed_at=None, chunk_count=0)
    assert due()


@pytest.mark.parametrize(
    ("chunks", "ago", "is_due"),
    [
        (2, 2_000, False),
        (1, 5, True),
        (9, 5, True),
        (1, 0, False),
    ],
    ids=["unchanged", "more", "fewer", "just counted"],
)
def test_it_is_due_when_enough_changed_and_not_too_soon(house: Cast, chunks: int, ago: int, is_due: bool):
    counted(chunk_count=chunks, refreshed_at=minutes(ago))
    assert due() is is_due


def test_a_small_change_waits_for_a_day(house: Cast):
    add_document(house.rules, "긴 규정", [f"문장 {number}입니다." for number in range(38)])
    counted(chunk_count=39, refreshed_at=minutes(60))
    assert not due()
    counted(refreshed_at=minutes(60 * 25))
    assert due()


def test_one_job_at_a_time(house: Cast):
    counted(refreshed_at=None)
    assert due() and not due()
    with as_worker():
        assert Job.objects.filter(kind=JobKind.REFRESH_TERMS).count() == 1


def test_the_job_counts_terms_calibrates_and_ends(house: Cast, monkeypatch: pytest.MonkeyPatch):
    encoder = WordEncoder()
    monkeypatch.setattr(refresh, "encoder", lambda: encoder)
    asked: list[int] = []
    monkeypatch.setattr(refresh, "calibrate", lambda version, client: asked.append(version.number))
    with as_worker(), connection.cursor() as cursor:
        cursor.execute("delete from kb_term")
        IndexVersion.objects.update(chunk_count=0, refreshed_at=None)
        held = claim(add(JobKind.REFRESH_TERMS).pk)
        refresh.refresh(held)
        assert lexical.frequencies(cursor, 1, ["연차", "병가", "없는말"]) == {"연차": 1, "병가": 1, "없는말": 0}
        assert Job.objects.get(pk=held.job_id).state == "done"
    assert asked == [1]
    assert live_index().chunk_count == 2 and live_index().refreshed_at is not None
