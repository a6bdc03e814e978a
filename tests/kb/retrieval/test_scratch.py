"""A database of its own for a measurement."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection, connections

from kb.models import Collection
from kb.retrieval.index import ensure_index
from kb.retrieval.scratch import NoScratch, scratch_database
from kb.runtime.addresses import USERS
from tests import database
from tests.cast import Cast


def databases() -> set[str]:
    with database.superuser() as held:
        return {row[0] for row in held.execute("select datname from pg_database")}


@pytest.fixture
def as_the_owner(committed_cast: Cast) -> Iterator[Cast]:
    """The process has the owner's role, as a command that measures has."""
    database._connect_as("owner")
    try:
        yield committed_cast
    finally:
        database._connect_as("app")


def test_the_block_works_in_an_empty_migrated_database_that_is_gone_after_it_also_after_an_error(as_the_owner: Cast):
    before = databases()
    home = connections["default"].settings_dict["NAME"]
    with pytest.raises(KeyError), scratch_database():
        (scratch,) = databases() - before
        assert scratch.startswith("maru_scratch_") and connection.settings_dict["NAME"] == scratch
        assert Collection.objects.count() == 0
        assert ensure_index().number == 1
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from pg_indexes where indexname = 'entry_dense_v1'")
            assert cursor.fetchone() == (1,)
        raise KeyError("x")
    assert databases() == before
    assert connections["default"].settings_dict["NAME"] == home
    assert Collection.objects.count() == 4, "the company's rows are untouched"


def test_a_role_that_may_make_no_database_is_told_what_to_do(committed_cast: Cast):
    before = databases()
    with pytest.raises(NoScratch, match="ALTER ROLE maru_app CREATEDB") as raised, scratch_database():
        pytest.fail("there is no database to work in")
    assert not raised.value.retryable
    assert databases() == before and USERS["app"] == "maru_app"
    assert Collection.objects.count() == 4
