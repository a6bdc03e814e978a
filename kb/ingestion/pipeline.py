"""load -> split -> embed -> store: how a file becomes passages that can be found.

Each stage leaves a file in the revision's work folder and names itself in the job's checkpoint, so that a worker that
dies anywhere loses and doubles nothing: the next one goes on behind the last checkpoint. `store` alone touches what can
be found, in one transaction.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass

from django.conf import settings

from accounts.errors import MaruError
from kb.ingestion import artifacts
from kb.ingestion.embed import embed
from kb.ingestion.load import load
from kb.ingestion.outcome import Rest, Unreadable, settle
from kb.ingestion.split import split
from kb.ingestion.store import store
from kb.jobs.claim import Cancelled, Held, LostLease
from kb.models import Job, Revision

log = logging.getLogger(__name__)

STAGES = ("load", "split", "embed", "store")
_WORK = {"load": load, "split": split, "embed": embed, "store": store}


@dataclass(frozen=True, slots=True)
class Task:
    """One task's worth of a job: what it works on, the worker's hold on it, and when the task should end."""

    held: Held
    revision: Revision
    deadline: float

    @property
    def over(self) -> bool:
        """Whether the task should give the job back soon: the queue's time-out draws near."""
        return time.monotonic() > self.deadline


def ingest(held: Held) -> None:
    """Bring a revision from its bytes to the index, from the last checkpoint on."""
    job = Job.objects.select_related("revision__document__collection").get(pk=held.job_id)
    if job.revision is None or job.revision.document.deleted_at is not None:
        held.cancel()
        return
    task = Task(held, job.revision, time.monotonic() + settings.MARU_TASK_SECONDS * 0.5)
    try:
        for stage in STAGES[_next(job) :]:
            held.beat()
            _WORK[stage](task)
            if task.over and stage != STAGES[-1]:
                raise Rest
    except (Cancelled, LostLease):
        raise
    except Rest:
        held.rest()
        _kick(held)
    except Unreadable as error:
        settle(task, error)
    except MaruError as error:
        _wait_or_fail(task, error)
    else:
        artifacts.clear(job.revision.file)


def _next(job: Job) -> int:
    """The first stage to do: the one behind the checkpoint, as long as what the stages left is still there."""
    if job.checkpoint not in STAGES or job.revision is None or not artifacts.folder(job.revision.file).exists():
        return 0
    return STAGES.index(job.checkpoint) + 1


def _kick(held: Held) -> None:
    from kb.jobs.queue import kick

    kick(held.job_id)


def _wait_or_fail(task: Task, error: MaruError) -> None:
    """Something that is needed is down: the file is not to blame, so the job waits and goes on by itself."""
    log.warning("job %s: %s", task.held.job_id, error)
    if error.retryable:
        task.held.try_again(error.code, settings.MARU_SWEEP_SECONDS)
    else:
        settle(task, Unreadable(error.code, {}))
