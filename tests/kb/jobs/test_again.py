"""Letting a job go on, and stopping one, as people ask for it."""

from __future__ import annotations

import pytest
from django_q.models import OrmQ

from accounts.access import as_user
from accounts.models import AuditEvent
from kb.ingestion.intake import take_in
from kb.jobs import again
from kb.jobs.again import JobEnded, JobNotEnded
from kb.jobs.claim import claim
from kb.models import Job, Revision
from kb.models.documents import RevisionState
from kb.models.jobs import JobKind, JobState
from tests.cast import Cast
from tests.database import as_worker


@pytest.fixture
def job(cast: Cast) -> Job:
    with as_user(cast.hana):
        return take_in(cast.hana, cast.hr_private, "규정.md", [b"x"]).job


def fails(job: Job) -> None:
    with as_worker():
        claim(job.pk).fail("wall_time", seconds=60)
        Revision.objects.update(state=RevisionState.FAILED, reason="wall_time", reason_params={"seconds": 60})
        job.refresh_from_db()


def test_a_failed_job_its_revision_and_a_kick_go_together(cast: Cast, job: Job):
    fails(job)
    before = OrmQ.objects.count()
    with as_user(cast.hana):
        again.begin_again(job, actor=cast.hana)
        job.refresh_from_db()
        revision = Revision.objects.get()
    assert (job.state, job.reason, OrmQ.objects.count()) == (JobState.QUEUED, "", before + 1)
    assert (revision.state, revision.reason, revision.reason_params) == (RevisionState.PENDING, "", {})
    assert AuditEvent.objects.filter(action="job.retry", actor="hana").count() == 1


def test_a_job_that_goes_on_already_is_not_begun_twice(cast: Cast, job: Job):
    before = OrmQ.objects.count()
    with as_user(cast.hana), pytest.raises(JobNotEnded):
        again.begin_again(job, actor=cast.hana)
    assert OrmQ.objects.count() == before
    assert not AuditEvent.objects.filter(action="job.retry").exists()


def test_a_job_of_no_revision_is_begun_again_too(cast: Cast):
    with as_worker():
        again.add(JobKind.REFRESH_TERMS)
        claim().fail("broken")
        job = Job.objects.get()
    with as_user(cast.admin):
        again.begin_again(job, actor=cast.admin)
        job.refresh_from_db()
    assert job.state == JobState.QUEUED


def test_a_waiting_job_is_cancelled_and_one_at_its_end_is_not(cast: Cast, job: Job):
    with as_user(cast.hana):
        again.cancel(job, actor=cast.hana)
        job.refresh_from_db()
        assert job.state == JobState.CANCELLED
        with pytest.raises(JobEnded):
            again.cancel(job, actor=cast.hana)
    assert AuditEvent.objects.filter(action="job.cancel").count() == 1


def test_terms_are_counted_by_one_job_at_a_time(cast: Cast):
    with as_user(cast.admin):
        first = again.count_terms(actor=cast.admin)
        assert again.count_terms(actor=cast.admin) == first
    assert OrmQ.objects.count() == 1
    with as_worker():
        claim(first.pk).finish()
    with as_user(cast.admin):
        assert again.count_terms(actor=cast.admin) != first
