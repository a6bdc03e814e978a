"""Answers in the making in this process: waking readers and producers, and how often the database is looked at."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import pytest

from kb.chat import hub


@pytest.fixture
def live() -> Iterator[hub.Live]:
    yield hub.begin(-1, 7)
    hub.end(-1)


async def waited(live: hub.Live | None, seconds: float) -> float:
    begun = time.monotonic()
    await hub.news(live, seconds)
    return time.monotonic() - begun


def test_an_answer_is_here_from_its_beginning_to_its_end(live: hub.Live):
    assert hub.made_here(-1) is live and hub.at_work() == 1
    assert hub.begin(-1, 7) is live
    hub.end(-1)
    assert hub.made_here(-1) is None and live.over and hub.at_work() == 0
    hub.end(-1)


async def test_readers_are_woken_at_once_and_at_the_latest_after_their_time(live: hub.Live):
    readers = [asyncio.create_task(waited(live, 5)) for _ in range(2)]
    await asyncio.sleep(0.02)
    live.announce()
    assert max(await asyncio.gather(*readers)) < 1
    assert live.event == 1 and not live.readers
    assert 0.05 <= await waited(live, 0.05) < 1


async def test_the_end_wakes_readers_too(live: hub.Live):
    reader = asyncio.create_task(waited(live, 5))
    await asyncio.sleep(0.02)
    hub.end(-1)
    assert await reader < 1


async def test_an_answer_that_is_made_elsewhere_is_only_waited_for():
    assert 0.03 <= await waited(None, 0.03) < 1


async def test_a_stop_wakes_the_producer_here_and_nobody_elsewhere(live: hub.Live):
    hub.stop_here(-2)
    assert not live.wake.is_set()
    hub.stop_here(-1)
    assert live.wake.is_set()


def test_a_reader_counts_until_the_last_one_left():
    with hub.reading(-1):
        with hub.reading(-1):
            pass
        assert hub.is_read_here(-1)
    assert not hub.is_read_here(-1)


def test_many_answers_at_once_are_looked_at_less_often_but_never_too_seldom():
    assert hub.pace(2.0, 10) == 2.0
    for answer in range(-20, 0):
        hub.begin(answer, 7)
    try:
        assert hub.pace(2.0, 10) == 4.0
        assert hub.pace(2.0, 1) == hub.SLOWEST
        assert hub.pace(9.0, 1) == 9.0, "what is slow by itself is not made faster"
    finally:
        for answer in range(-20, 0):
            hub.end(answer)
