"""The audit trail can be added to and never changed."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, connection, transaction

from accounts.models import AuditEvent
from tests.cast import Cast
from tests.database import as_worker


@pytest.mark.parametrize("change", ["update accounts_auditevent set actor = 'x'", "delete from accounts_auditevent"])
def test_neither_role_changes_or_removes_a_row(cast: Cast, change: str):
    AuditEvent.record(cast.hana, "document.delete", cast.rules)
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    with pytest.raises(ProgrammingError), as_worker(), connection.cursor() as cursor:
        cursor.execute(change)
    assert AuditEvent.objects.count() == 1


@pytest.mark.parametrize("change", ["update accounts_auditevent set actor = 'x'", "truncate accounts_auditevent"])
def test_the_trigger_stops_even_the_owner_of_the_table(cast: Cast, change: str):
    from tests.database import NAME, superuser

    with superuser(NAME) as held:
        held.execute(
            "insert into accounts_auditevent (at, actor, action, thing, thing_id, detail) values (now(), 'a', 'b', '', '', '{}')"
        )
        try:
            with pytest.raises(Exception, match="append-only"):
                held.execute(change)
        finally:
            held.execute("set session_replication_role = replica")
            held.execute("delete from accounts_auditevent")


def test_an_event_keeps_who_what_and_where(cast: Cast):
    event = AuditEvent.record(cast.hana, "document.audience", cast.rules, address="10.0.0.7", audience=3)
    assert (event.actor, event.thing, event.thing_id) == ("hana", "kb.collection", str(cast.rules.pk))
    assert event.detail == {"audience": 3}
    assert event.address == "10.0.0.7"
