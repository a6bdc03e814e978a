"""The queue's watchdog: a task that does nothing is put in, and its being recorded shows that the cluster lives."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connections
from django.utils import timezone

from kb.management.base import use_addresses
from kb.runtime import addresses
from kb.runtime.home import Home

_LOG = logging.getLogger(__name__)

_SIGNS = """
select (select max(stopped) from django_q_task),
    (select count(*) from kb_job where state = 'running' and lease_until > now())
"""
_RESEND = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Signs:
    """What the database says about the queue: when a task was last done, and how many jobs are being worked on."""

    last_done: datetime | None
    live_leases: int


class Canary:
    """Called every few seconds. True is a sign of life: a task was recorded since the last call, or every worker is busy.

    A canary that a dead worker had taken is not given out again for a long time, so another is sent after a while. A
    database that does not answer says nothing against the cluster. The workers' role only counts here: no company text
    is looked at.
    """

    def __init__(self, home: Home, workers: int) -> None:
        self._home, self._workers = home, workers
        self._seen: datetime | None = None
        self._sent: datetime | None = None

    def __call__(self) -> bool:
        """Look for a sign of life, and send a canary when none is on its way."""
        try:
            signs = self._look()
            busy = signs.live_leases >= self._workers
            if not busy and self._is_due(signs.last_done):
                self._send()
        except Exception:  # the watchdog must outlive whatever the database says
            _LOG.warning("The queue could not be looked at.", exc_info=True)
            return True
        fresh = signs.last_done is not None and (self._seen is None or signs.last_done > self._seen)
        self._seen = signs.last_done
        return fresh or busy

    def _is_due(self, last_done: datetime | None) -> bool:
        if self._sent is None or (last_done is not None and last_done >= self._sent):
            return True
        return timezone.now() - self._sent >= _RESEND

    def _look(self) -> Signs:
        import psycopg

        url = addresses.database_url(self._home, "worker", os.environ)
        with psycopg.connect(url, connect_timeout=5, autocommit=True, application_name="maru watchdog") as held:
            row = held.execute(_SIGNS).fetchone()
        return Signs(row[0], int(row[1])) if row else Signs(None, 0)

    def _send(self) -> None:
        from django_q.tasks import async_task

        try:
            self._sent = timezone.now()
            async_task("kb.runtime.workers.canary", task_name="canary")
        finally:
            connections.close_all()


class FreshCanary:
    """The watchdog of a home's queue, made when it is first asked: by then the ports are settled."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._canary: Canary | None = None

    def __call__(self) -> bool:
        """Whether the queue shows a sign of life."""
        if self._canary is None:
            use_addresses(self._home)
            self._canary = Canary(self._home, max(1, int(settings.MARU_WORKERS)))
        return self._canary()
