"""The one place where a job's state changes. Every change is a conditional update whose count is checked.

A worker holds a job by its fencing token. Whoever slept past the lease finds a higher token in the row and writes
nothing any more (Kleppmann, How to do distributed locking, 2016).
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Value, When
from django.utils import timezone

from kb.models import Job
from kb.models.jobs import JobKind, JobState


class LostLease(Exception):
    """Somebody else holds the job now; this worker must stop and write nothing."""


class Cancelled(Exception):
    """The job was asked to stop."""


@dataclass(frozen=True, slots=True)
class Held:
    """A claimed job: its id and the token that this worker writes with."""

    job_id: int
    token: int

    def _row(self) -> Any:
        return Job.objects.filter(pk=self.job_id, token=self.token, state=JobState.RUNNING)

    def _change(self, **values: Any) -> None:
        if self._row().update(**values) != 1:
            raise LostLease(f"job {self.job_id}, token {self.token}")

    def beat(self) -> None:
        """Show that the worker lives. Raises LostLease, or Cancelled when the job was asked to stop."""
        self._change(heartbeat_at=timezone.now(), lease_until=_lease())
        if Job.objects.filter(pk=self.job_id, cancel_requested=True).exists():
            raise Cancelled

    def show(self, stage: str, percent: float, **detail: Any) -> None:
        """What people see: the stage and since when, how far it is (0 to 100), and figures."""
        now = timezone.now()
        since = Case(When(stage=stage, stage_at__isnull=False, then=F("stage_at")), default=Value(now))
        self._change(
            stage=stage, stage_at=since, percent=percent, detail=detail, heartbeat_at=now, lease_until=_lease()
        )

    @contextmanager
    def step(self, checkpoint: str) -> Iterator[None]:
        """A transaction with a stage's effect and its checkpoint, or neither."""
        with transaction.atomic():
            self._change(checkpoint=checkpoint, lease_until=_lease(), heartbeat_at=timezone.now())
            yield

    def rest(self) -> None:
        """Give the job back for its next task: it goes on from its checkpoint, and this attempt does not count."""
        self._change(state=JobState.QUEUED, lease_until=None, run_after=timezone.now(), attempts=F("attempts") - 1)

    def finish(self) -> None:
        """The job is done."""
        self._end(JobState.DONE, percent=100, reason="", reason_params={})

    def fail(self, reason: str, **params: Any) -> None:
        """The job is at an end, for this reason."""
        self._end(JobState.FAILED, reason=reason, reason_params=params)

    def cancel(self) -> None:
        """The job stopped because somebody asked."""
        self._end(JobState.CANCELLED, reason="cancelled", reason_params={})

    def try_again(self, reason: str, seconds: float, **params: Any) -> None:
        """Something outside is down: wait and try again. This attempt does not count."""
        self._change(
            state=JobState.QUEUED,
            lease_until=None,
            run_after=timezone.now() + timedelta(seconds=seconds),
            attempts=F("attempts") - 1,
            reason=reason,
            reason_params=params,
        )

    def stumble(self, seconds: float) -> None:
        """Something happened that nobody expected: let it be begun again soon. This attempt counts."""
        self._change(state=JobState.QUEUED, lease_until=None, run_after=timezone.now() + timedelta(seconds=seconds))

    def _end(self, state: JobState, **values: Any) -> None:
        self._change(state=state, lease_until=None, finished_at=timezone.now(), **values)


def _lease() -> Any:
    return timezone.now() + timedelta(seconds=settings.MARU_LEASE_SECONDS)


def add(kind: JobKind, **values: Any) -> Job:
    """A new job, in the caller's transaction; kick it with kb.jobs.queue in the same one."""
    return Job.objects.create(kind=kind, **values)


def claim(job_id: int | None = None) -> Held | None:
    """Take a job (this one, or the one that waits longest). None when there is nothing to take.

    A job that was begun too often is failed here instead: it kills its worker.
    """
    with transaction.atomic():
        jobs = Job.objects.claimable().order_by("-priority", "run_after", "id").select_for_update(skip_locked=True)
        job = (jobs.filter(pk=job_id) if job_id is not None else jobs).first()
        if job is None:
            return None
        if job.cancel_requested:
            _close(job, JobState.CANCELLED, "cancelled")
            return None
        if job.attempts >= settings.MARU_JOB_ATTEMPTS:
            _close(job, JobState.FAILED, "worker_lost")
            return None
        now = timezone.now()
        Job.objects.filter(pk=job.pk).update(
            state=JobState.RUNNING,
            token=F("token") + 1,
            attempts=F("attempts") + 1,
            lease_until=_lease(),
            heartbeat_at=now,
            stage_at=None,
            started_at=job.started_at or now,
            worker=f"{socket.gethostname()}:{os.getpid()}",
        )
        return Held(job.pk, job.token + 1)


def _close(job: Job, state: JobState, reason: str) -> None:
    Job.objects.filter(pk=job.pk).update(
        state=state,
        token=F("token") + 1,
        lease_until=None,
        finished_at=timezone.now(),
        reason=reason,
        reason_params={"attempts": job.attempts},
    )


def ask_to_cancel(job: Job) -> None:
    """Ask a job to stop; one that waits stops at once, one at work at its next beat."""
    Job.objects.filter(pk=job.pk).open().update(cancel_requested=True)
    Job.objects.filter(pk=job.pk, state=JobState.QUEUED).update(
        state=JobState.CANCELLED, finished_at=timezone.now(), reason="cancelled", token=F("token") + 1
    )


def retry(job: Job) -> bool:
    """Let a failed or cancelled job go on from its checkpoint. False when it is not at an end."""
    ended = Job.objects.filter(pk=job.pk, state__in=[JobState.FAILED, JobState.CANCELLED])
    return bool(
        ended.update(
            state=JobState.QUEUED,
            attempts=0,
            cancel_requested=False,
            run_after=timezone.now(),
            finished_at=None,
            reason="",
            reason_params={},
        )
    )
