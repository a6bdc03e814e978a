"""Kicks and the sweep: what django-q2 carries. Each function is short; the work runs without a queue too."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection
from django_q.tasks import async_task

from kb.jobs.claim import Cancelled, Held, LostLease, claim
from kb.models import Job


def kick(job_id: int) -> None:
    """Tell a worker about a job, in the caller's transaction: no row, no kick."""
    async_task("kb.jobs.queue.run", job_id)


def run(job_id: int | None = None) -> None:
    """Do one task's worth of a job; the queue's entry."""
    held = claim(job_id)
    if held is not None:
        work(held)


def sweep() -> int:
    """Kick every job whose time has come or whose worker is gone; returns how many. The queue calls it by schedule."""
    waiting = list(Job.objects.claimable().order_by("run_after", "id").values_list("pk", flat=True)[:100])
    for job_id in waiting:
        kick(job_id)
    return len(waiting)


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
