"""Kicks and the sweep: what django-q2 carries. Each function is short; the work runs without a queue too."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string
from django_q.models import OrmQ
from django_q.tasks import async_task

from kb.jobs.claim import Cancelled, Held, LostLease, claim
from kb.models import Job

log = logging.getLogger(__name__)


def kick(job_id: int) -> None:
    """Tell a worker about a job, in the caller's transaction: no row, no kick."""
    async_task("kb.jobs.queue.run", job_id)


def run(_job_id: int | None = None) -> None:
    """Do one task's worth of the job that waits longest: a kick says that there is work, not which.

    So a job that had to wait for something outside is not left behind all those that were kicked after it.
    """
    held = claim()
    if held is not None:
        work(held)


def sweep() -> int:
    """Kick jobs whose time has come or whose worker is gone, and do what else is due; returns how many were kicked.

    Called by schedule. No more kicks are added than the workers will carry soon, so that a backlog floods nothing.
    """
    for name in settings.MARU_SWEEPS:
        _guarded(import_string(name))
    room = 2 * settings.Q_CLUSTER["workers"] - OrmQ.objects.count()
    waiting = (
        Job.objects.claimable().order_by("-priority", "run_after", "id").values_list("pk", flat=True)[: max(0, room)]
    )
    for job_id in waiting:
        kick(job_id)
    return len(waiting)


def _guarded(chore: Callable[[], object]) -> None:
    """One chore that fails must not keep the others, or the kicks, from being done."""
    try:
        chore()
    except Exception:
        log.exception("sweep: %s", getattr(chore, "__qualname__", chore))


def work(held: Held) -> None:
    """Run the job's work while a heartbeat keeps its lease."""
    from kb.jobs.kinds import worker_for

    job = Job.objects.get(pk=held.job_id)
    try:
        with _heartbeat(held):
            worker_for(job)(held)
    except Cancelled:
        _quietly(held.cancel)
    except LostLease:
        return


def _quietly(ending: Callable[[], None]) -> None:
    try:
        ending()
    except LostLease:
        return


@contextmanager
def _heartbeat(held: Held) -> Iterator[None]:
    """Keep the lease from a thread of its own, with a connection of its own.

    Cancelling is seen by the worker itself at its next `beat`; a lost lease at its next write.
    """
    over = threading.Event()

    def beat() -> None:
        try:
            while not over.wait(settings.MARU_HEARTBEAT_SECONDS):
                try:
                    held.beat()
                except Cancelled:
                    continue
        except LostLease:
            return
        finally:
            connection.close()

    thread = threading.Thread(target=beat, name=f"heartbeat {held.job_id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
