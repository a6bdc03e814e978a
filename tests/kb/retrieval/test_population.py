"""How many rows an audience has, without counting at every search."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kb.retrieval import population
from kb.retrieval.population import readable_rows
from tests.cast import Cast
from tests.database import as_worker
from tests.made import add_document


@pytest.fixture
def house(cast: Cast) -> Cast:
    add_document(cast.rules, "규정", ["하나입니다.", "둘입니다."])
    add_document(cast.hr_private, "급여표", ["셋입니다."])
    return cast


def counted(*audiences: int, collections: list[int] | None = None) -> tuple[int, int]:
    """(rows, counts that it took)"""
    with as_worker(), CaptureQueriesContext(connection) as queries, connection.cursor() as cursor:
        rows = readable_rows(cursor, 1, list(audiences), collections)
    return rows, sum("count(*)" in query["sql"] for query in queries)


def test_rows_are_those_of_the_audiences_in_the_collections(house: Cast):
    everyone, hr = house.rules.audience_id, house.hr_private.audience_id
    assert counted(everyone, hr)[0] == 3
    assert counted(everyone)[0] == 2
    assert counted(everyone, hr, collections=[house.hr_private.pk])[0] == 1
    assert counted(everyone, collections=[])[0] == 0
    assert counted()[0] == 0


def test_what_was_counted_is_not_counted_again(house: Cast):
    everyone, hr = house.rules.audience_id, house.hr_private.audience_id
    assert counted(everyone)[1] == 1
    assert counted(everyone) == (2, 0)
    assert counted(everyone, hr) == (3, 1), "only the new one"


def test_an_audience_without_rows_is_remembered_too(house: Cast):
    nobodys = house.dev_private.audience_id
    assert counted(nobodys) == (0, 1)
    assert counted(nobodys) == (0, 0)


def test_after_half_a_minute_it_is_counted_anew(house: Cast, monkeypatch: pytest.MonkeyPatch):
    everyone = house.rules.audience_id
    assert counted(everyone)[0] == 2
    add_document(house.rules, "새 규정", ["셋입니다."])
    assert counted(everyone) == (2, 0)
    later = time.monotonic() + 31
    monkeypatch.setattr(population, "time", SimpleNamespace(monotonic=lambda: later))
    assert counted(everyone) == (3, 1)


def test_forgetting_counts_anew_at_once(house: Cast):
    everyone = house.rules.audience_id
    counted(everyone)
    population.forget()
    assert counted(everyone)[1] == 1


def test_another_index_version_is_another_count(house: Cast):
    with as_worker(), connection.cursor() as cursor:
        assert readable_rows(cursor, 2, [house.rules.audience_id], None) == 0
        assert readable_rows(cursor, 1, [house.rules.audience_id], None) == 2
