"""Letting a job that ended badly go on, as people ask for it: the job, its revision's state, and a kick, or nothing."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import BadRequest
from accounts.models import AuditEvent, User
from kb.jobs.claim import add, ask_to_cancel, retry
from kb.jobs.queue import kick
from kb.models import Job, Revision
from kb.models.documents import RevisionState
from kb.models.jobs import JobKind, JobState

ENDED = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


class JobNotEnded(BadRequest):
    """Only a job that failed or was cancelled can be begun again."""

    code = "job_not_ended"
    status = 409


class JobEnded(BadRequest):
    """A job that is at its end cannot be cancelled."""

    code = "job_ended"
    status = 409


@transaction.atomic
def begin_again(job: Job, *, actor: User) -> None:
    """Let a failed or cancelled job go on from its last good stage. Raises JobNotEnded."""
    if not retry(job):
        raise JobNotEnded(_("This job has neither failed nor been cancelled, so there is nothing to try again."))
    if job.revision_id is not None:
        failed = Revision.objects.filter(pk=job.revision_id, state=RevisionState.FAILED)
        failed.update(state=RevisionState.PENDING, reason="", reason_params={})
    kick(job.pk)
    AuditEvent.record(actor, "job.retry", job)


@transaction.atomic
def cancel(job: Job, *, actor: User) -> None:
    """Ask a job to stop: at once when it waits, at its next sign of life when it is at work. Raises JobEnded."""
    if not Job.objects.filter(pk=job.pk).open().exists():
        raise JobEnded(_("This job is at its end already, so there is nothing to cancel."))
    ask_to_cancel(job)
    AuditEvent.record(actor, "job.cancel", job)


@transaction.atomic
def count_terms(*, actor: User) -> Job:
    """Have the terms of the index counted again; the job that does it already, where there is one."""
    held = Job.objects.open().filter(kind=JobKind.REFRESH_TERMS).first()
    if held is None:
        held = add(JobKind.REFRESH_TERMS, created_by=actor)
        kick(held.pk)
        AuditEvent.record(actor, "index.refresh", held)
    return held
