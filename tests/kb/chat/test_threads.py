"""Database work from async code: its connection given back, nothing of it left in the task."""

from __future__ import annotations

import asyncio
import threading
import time
from contextvars import ContextVar

import pytest
from asgiref.sync import sync_to_async
from django.db import connection

from accounts.access import as_user, current_access
from accounts.errors import MaruError
from accounts.models import User
from kb.chat.threads import in_thread
from kb.models import Conversation
from tests.cast import Cast
from tests.database import superuser


def backend() -> int:
    """The process number of this thread's connection to the database."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        return cursor.fetchone()[0]


def is_gone(pid: int) -> bool:
    """Whether that process ends within three seconds."""
    until = time.monotonic() + 3
    with superuser() as held:
        while held.execute("select 1 from pg_stat_activity where pid = %s", [pid]).fetchone():
            if time.monotonic() > until:
                return False
            time.sleep(0.02)
    return True


async def test_what_the_work_gives_and_raises_comes_through():
    assert await in_thread(lambda one, *, two: one + two, 1, two=2) == 3

    def fails() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        await in_thread(fails)


async def test_it_runs_elsewhere_than_the_event_loop():
    assert await in_thread(threading.get_ident) != threading.get_ident()


async def test_the_connection_is_given_back_also_after_an_error(committed_cast: Cast):
    assert await asyncio.to_thread(is_gone, await in_thread(backend))
    seen: list[int] = []

    def fails() -> None:
        seen.append(backend())
        raise KeyError("x")

    with pytest.raises(KeyError):
        await in_thread(fails)
    assert await asyncio.to_thread(is_gone, seen[0])


async def test_a_task_that_is_cancelled_in_the_middle_can_still_act_for_the_same_person(committed_cast: Cast):
    suji = committed_cast.suji
    inside, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        with as_user(suji):
            inside.set()
            go_on.wait(5)

    def count() -> int:
        with as_user(suji):
            return Conversation.objects.count()

    async def work() -> int:
        try:
            await in_thread(slow)
        except asyncio.CancelledError:
            return await in_thread(count)
        return -1

    task = asyncio.ensure_future(work())
    await asyncio.to_thread(inside.wait, 5)
    task.cancel()
    try:
        assert await task == 0
    finally:
        go_on.set()


async def test_what_work_sets_in_its_context_stays_there(committed_cast: Cast):
    noted: ContextVar[str] = ContextVar("noted", default="")

    def work() -> None:
        noted.set("set in the thread")

    await in_thread(work)
    assert noted.get() == ""
    with pytest.raises(MaruError):
        current_access()


async def test_a_transaction_that_is_open_around_it_is_not_broken(committed_cast: Cast):
    """Sync code of a test or a command may come here with a transaction of its own."""
    from django.db import transaction

    from kb.chat.threads import _with_connections_closed

    def work() -> bool:
        with transaction.atomic():
            _with_connections_closed(User.objects.count)
            return User.objects.exists()

    assert await sync_to_async(work)()
