"""Kicks and the sweep: what django-q2 carries. Each function is short; the work runs without a queue too."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone
from django.utils.module_loading import import_string
from django_q.models import OrmQ
from django_q.tasks import async_task

from kb.jobs.claim import Cancelled, Held, LostLease, claim
from kb.models import Job

log = logging.getLogger(__name__)
PAUSE = 0.5  # seconds between two looks at a database that is away


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

    Called by schedule. No more kicks are added than the workers will carry soon, so that a backlog floods nothing. Kicks
    that somebody took are not counted: those of a dead worker stay in the queue's table until they are given out anew,
    and that takes far longer than a lease.
    """
    for name in settings.MARU_SWEEPS:
        _guarded(import_string(name))
    room = 2 * settings.Q_CLUSTER["workers"] - OrmQ.objects.filter(lock__lte=timezone.now()).count()
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
    """Run the job's work while a heartbeat keeps its lease.

    An error that nobody expected is raised; the job is begun again soon, and fails when that happens too often.
    """
    from kb.jobs.kinds import worker_for

    try:
        job = Job.objects.get(pk=held.job_id)
        with _heartbeat(held):
            worker_for(job)(held)
    except Cancelled:
        _quietly(held.cancel)
    except LostLease:
        return
    except Exception as error:
        if is_away(error):
            log.warning("job %s: the database went away: %s", held.job_id, error)
            _give_back(held)
            return
        _quietly(lambda: held.stumble(settings.MARU_SWEEP_SECONDS))
        raise


def is_away(error: BaseException) -> bool:
    """Whether the database does not answer now, as opposed to an answer that somebody does not like.

    By the SQLSTATE: none (the connection broke), 08 connection, 53 no resources (disk full, too many connections),
    57P shutting down. A dead lock or a value that is too long is not that, though Django calls them operational too.
    """
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or state.startswith(("08", "53", "57P"))


def _give_back(held: Held) -> None:
    """Let the job wait as soon as the database answers again, without counting the attempt. When that takes longer than
    the lease, another worker takes it over anyway."""
    until = time.monotonic() + settings.MARU_LEASE_SECONDS
    while time.monotonic() < until:
        connection.close()
        try:
            _quietly(lambda: held.try_again("unavailable", settings.MARU_SWEEP_SECONDS))
            return
        except (OperationalError, InterfaceError):
            time.sleep(PAUSE)


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
                except (OperationalError, InterfaceError):
                    connection.close()  # the next beat tries a new one; the lease bears some silence
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
