"""The queue's watchdog: a task that does nothing is put in, and its being recorded shows that the cluster lives."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass

from django.conf import settings
from django.db import connections
from django.utils import timezone

from kb.runtime import addresses
from kb.runtime.home import Home

_LOG = logging.getLogger(__name__)

_RECORDED = "select exists (select 1 from django_q_task where stopped >= %s)"
_BUSY = "select count(*) from kb_job where state = 'running' and lease_until > now()"


@dataclass(frozen=True, slots=True)
class Signs:
    """What the database says about the queue since the canary was sent."""

    recorded: bool
    live_leases: int


class Canary:
    """Called every few seconds. True is a sign of life: the task was recorded, or any other, or every worker holds a job.

    A database that does not answer says nothing against the cluster. Company text is not looked at: the workers' role
    counts leases only.
    """

    def __init__(self, home: Home, workers: int) -> None:
        self._home, self._workers = home, workers
        self._sent_at = timezone.now()
        self._waiting = False

    def __call__(self) -> bool:
        """Look for a sign of life, and send the next canary when the last one came home."""
        try:
            signs = self._look()
            alive = signs.recorded or signs.live_leases >= self._workers
            if signs.recorded or not self._waiting:
                self._send()
        except Exception:  # the watchdog must outlive whatever the database says
            _LOG.warning("The queue could not be looked at.", exc_info=True)
            return True
        return alive

    def _look(self) -> Signs:
        import psycopg

        url = addresses.database_url(self._home, "worker", os.environ)
        with psycopg.connect(url, connect_timeout=5, autocommit=True, application_name="maru watchdog") as held:
            recorded = held.execute(_RECORDED, [self._sent_at]).fetchone()
            busy = held.execute(_BUSY).fetchone()
        return Signs(bool(recorded and recorded[0]), int(busy[0]) if busy else 0)

    def _send(self) -> None:
        from django_q.tasks import async_task

        try:
            self._sent_at, self._waiting = timezone.now(), True
            async_task("kb.runtime.workers.canary", task_name="canary")
        finally:
            connections.close_all()


def canary_for(home: Home) -> Canary:
    """The watchdog of this home's queue."""
    return Canary(home, max(1, settings.MARU_WORKERS))
