"""What counts as a sign of life of the queue. The real queue is killed in tests/kb/runtime/test_workers.py."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from kb.management import canary as module
from kb.management.canary import Canary, Signs


class World:
    """A queue as the canary sees it."""

    def __init__(self) -> None:
        self.signs = Signs(None, 0)
        self.sent: list[datetime] = []
        self.broken = False

    def look(self) -> Signs:
        if self.broken:
            raise OSError("the database is down")
        return self.signs

    def send(self) -> None:
        self.sent.append(timezone.now())

    def answer(self) -> None:
        self.signs = Signs(timezone.now(), self.signs.live_leases)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def canary(world: World) -> Canary:
    return Canary(2, world.look, world.send)


def test_silence_is_no_sign_of_life(world, canary):
    assert [canary(), canary(), canary()] == [False, False, False]
    assert len(world.sent) == 1


def test_an_answered_canary_is_one_and_the_next_is_sent(world, canary):
    canary()
    world.answer()
    assert canary() is True
    assert len(world.sent) == 2


def test_an_old_answer_does_not_count_twice(world, canary):
    canary()
    world.answer()
    assert [canary(), canary()] == [True, False]


def test_workers_that_all_hold_a_job_are_busy_and_not_asked_more(world, canary):
    world.signs = Signs(None, 2)
    assert [canary(), canary()] == [True, True]
    assert world.sent == []


def test_with_one_worker_free_silence_still_tells(world, canary):
    world.signs = Signs(None, 1)
    assert canary() is False


def test_a_canary_that_never_came_back_is_followed_by_another(world, canary, monkeypatch):
    canary()
    monkeypatch.setattr(module, "RESEND", timedelta(0))
    canary()
    assert len(world.sent) == 2


def test_a_database_that_is_down_says_nothing_against_the_workers(world, canary):
    world.broken = True
    assert [canary(), canary()] == [True, True]
