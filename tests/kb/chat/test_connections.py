"""While a model generates, nobody holds a database connection: 150 streams once took all 100 that there were."""

from __future__ import annotations

import asyncio

import pytest
from asgiref.sync import sync_to_async

from kb.chat import hub, streams
from tests import database
from tests.cast import Cast
from tests.kb.api.conftest import WatchedServer
from tests.kb.chat.made import begun, row

AT_ONCE = 12


def connections() -> int:
    """Connections of the web's role to the test database, other than those of sleeping test threads."""
    with database.superuser() as held:
        return held.execute(
            "select count(*) from pg_stat_activity where datname = %s and usename = 'maru_app'", [database.NAME]
        ).fetchone()[0]


async def test_no_connection_is_held_while_many_models_write(
    committed_house: Cast, model: WatchedServer, monkeypatch: pytest.MonkeyPatch, settings
):
    settings.MARU_READERLESS_SECONDS = 60.0  # nobody reads; that is another test
    suji = committed_house.suji
    monkeypatch.setattr(streams, "WRITE_EVERY", 60.0)  # nothing is written while we look
    monkeypatch.setattr(streams, "CHECK_EVERY", 60.0)
    model.gate, model.gate_at = asyncio.Event(), 2
    answers = [await sync_to_async(begun)(suji, "연차는 언제까지 이월됩니까?") for _ in range(AT_ONCE)]
    idle = await asyncio.to_thread(connections)
    tasks = [streams.start(suji, answer.pk, "ko") for answer in answers]
    async with asyncio.timeout(30):
        for answer in answers:
            while (live := hub.made_here(answer.pk)) is None or not live.draft:
                await hub.news(live, 0.02)
    assert model.at_once == AT_ONCE
    assert await asyncio.to_thread(connections) <= idle
    model.gate.set()
    await asyncio.gather(*tasks)
    for answer in answers:
        assert (await sync_to_async(row)(suji, answer.pk)).state == "done"
