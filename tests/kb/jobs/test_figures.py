"""The queue in figures, whoever asks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from kb.jobs.claim import add, claim
from kb.jobs.figures import QueueFigures, places, queue_figures
from kb.models import Job
from kb.models.jobs import JobKind, JobState
from tests.cast import Cast
from tests.database import as_worker


def test_an_empty_queue_is_all_zeros(cast: Cast):
    assert queue_figures() == QueueFigures(0, 0, 0, 0, 0.0)
    assert places([]) == {} == places([1, 2])


def test_each_state_is_counted_once_and_old_failures_no_more(cast: Cast):
    now = timezone.now()
    with as_worker():
        for minutes in (1, 2, 3):
            add(JobKind.REFRESH_TERMS, run_after=now - timedelta(minutes=minutes))
        add(JobKind.REFRESH_TERMS, run_after=now + timedelta(hours=1))
        claim()
        claim().fail("broken")
        silent = add(JobKind.REFRESH_TERMS, state=JobState.RUNNING, lease_until=now - timedelta(seconds=1))
        Job.objects.create(kind=silent.kind, state=JobState.FAILED, finished_at=now - timedelta(hours=25))
    figures = queue_figures()
    assert (figures.waiting, figures.running, figures.silent, figures.failed) == (1, 1, 1, 1)
    assert figures.oldest_seconds == pytest.approx(60, abs=5)


def test_places_are_in_the_order_in_which_jobs_are_taken(cast: Cast):
    now = timezone.now()
    with as_worker():
        background = add(JobKind.REFRESH_TERMS, run_after=now - timedelta(minutes=9), priority=-1)
        late = add(JobKind.REFRESH_TERMS, run_after=now)
        early = add(JobKind.REFRESH_TERMS, run_after=now - timedelta(minutes=1))
        taken = add(JobKind.REFRESH_TERMS, state=JobState.RUNNING)
    assert places([background.pk, late.pk, early.pk, taken.pk]) == {early.pk: 1, late.pk: 2, background.pk: 3}
    with as_worker():
        assert [claim().job_id for _ in range(3)] == [early.pk, late.pk, background.pk]
