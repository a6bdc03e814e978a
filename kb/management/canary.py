"""The queue's watchdog: a task that does nothing is put in, and its being recorded shows that the cluster lives."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import connections
from django.utils import timezone

from kb.jobs.schedule import SWEEP
from kb.management.base import use_addresses
from kb.runtime import addresses
from kb.runtime.home import Home

_LOG = logging.getLogger(__name__)

_SIGNS = """
select (select max(stopped) from django_q_task),
    (select count(*) from kb_job where state = 'running' and lease_until > now())
"""
RESEND = timedelta(seconds=10)
NOTHING = "kb.runtime.workers.canary"


@dataclass(frozen=True, slots=True)
class Signs:
    """What the database says about the queue: when a task was last done, and how many jobs are being worked on."""

    last_done: datetime | None
    live_leases: int


class Canary:
    """Called every few seconds. True is a sign of life: a task was recorded since the last call, or every worker is busy.

    A canary that a dead worker had taken is not given out again for a long time, so another is sent after a while. A
    database that does not answer says nothing against the cluster.
    """

    def __init__(self, workers: int, look: Callable[[], Signs], send: Callable[[], None]) -> None:
        self._workers, self._look, self._send = workers, look, send
        self._seen: datetime | None = None
        self._sent: datetime | None = None

    def __call__(self) -> bool:
        """Look for a sign of life, and send a canary when none is on its way."""
        try:
            signs = self._look()
            busy = signs.live_leases >= self._workers
            if not busy and self._is_due(signs.last_done):
                self._sent = timezone.now()
                self._send()
        except Exception:  # the watchdog must outlive whatever the database says
            _LOG.debug("The queue could not be looked at.", exc_info=True)
            return True
        fresh = signs.last_done is not None and (self._seen is None or signs.last_done > self._seen)
        self._seen = signs.last_done
        return fresh or busy

    def _is_due(self, last_done: datetime | None) -> bool:
        if self._sent is None or (last_done is not None and last_done >= self._sent):
            return True
        return timezone.now() - self._sent >= RESEND


def look(home: Home) -> Signs:
    """Ask the database, as the workers' role. It only counts: no company text is looked at."""
    import psycopg

    url = addresses.database_url(home, "worker", os.environ)
    with psycopg.connect(url, connect_timeout=5, autocommit=True, application_name="maru watchdog") as held:
        row = held.execute(_SIGNS).fetchone()
    return Signs(row[0], int(row[1])) if row else Signs(None, 0)


class Sender:
    """Puts a task into the queue whose being recorded shows that the cluster lives: one that does nothing, or, as often as
    MARU_SWEEP_SECONDS says, the sweep for forgotten jobs."""

    def __init__(self) -> None:
        self._swept: float | None = None

    def __call__(self) -> None:
        """Send one."""
        from django_q.tasks import async_task

        try:
            async_task(self._next(), task_name="canary")
        finally:
            connections.close_all()

    def _next(self) -> str:
        now = time.monotonic()
        if self._swept is not None and now - self._swept < settings.MARU_SWEEP_SECONDS:
            return NOTHING
        self._swept = now
        return SWEEP


class FreshCanary:
    """The watchdog of a home's queue, made when it is first asked: by then the ports are settled."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._canary: Canary | None = None

    def __call__(self) -> bool:
        """Whether the queue shows a sign of life."""
        if self._canary is None:
            use_addresses(self._home)
            self._canary = Canary(max(1, int(settings.MARU_WORKERS)), partial(look, self._home), Sender())
        return self._canary()
