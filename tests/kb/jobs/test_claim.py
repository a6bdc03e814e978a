"""The job row is the truth: claims, tokens, leases."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from django_q.models import OrmQ

from accounts.access import as_user
from kb.jobs import queue
from kb.jobs.claim import Cancelled, Held, LostLease, add, ask_to_cancel, claim, retry
from kb.models import Job
from kb.models.jobs import JobKind, JobState
from tests.cast import Cast
from tests.database import as_worker


def expire(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def state(job: Job) -> str:
    return Job.objects.values_list("state", flat=True).get(pk=job.pk)


def test_a_job_is_taken_once(worker: None):
    job = add(JobKind.REFRESH_TERMS)
    assert claim(job.pk) == Held(job.pk, 1)
    assert claim(job.pk) is None


def test_the_job_that_waits_longest_comes_first(worker: None):
    now = timezone.now()
    late = add(JobKind.REFRESH_TERMS, run_after=now - timedelta(minutes=1))
    early = add(JobKind.REFRESH_TERMS, run_after=now - timedelta(minutes=2))
    add(JobKind.REFRESH_TERMS, run_after=now + timedelta(minutes=2))
    assert [claim().job_id, claim().job_id, claim()] == [early.pk, late.pk, None]


def test_what_a_person_waits_for_comes_before_what_runs_in_the_background(worker: None):
    now = timezone.now()
    background = add(JobKind.REFRESH_TERMS, run_after=now - timedelta(minutes=9), priority=-1)
    waited_for = add(JobKind.REFRESH_TERMS, run_after=now)
    assert [claim().job_id, claim().job_id] == [waited_for.pk, background.pk]


def test_a_job_whose_worker_fell_silent_is_taken_over_and_the_old_token_writes_nothing(worker: None):
    job = add(JobKind.REFRESH_TERMS)
    old = claim(job.pk)
    expire(job)
    new = claim(job.pk)
    assert new.token == old.token + 1
    for write in (lambda: old.show("load", 5), old.finish, lambda: old.fail("x"), old.beat, old.rest):
        with pytest.raises(LostLease):
            write()
    with pytest.raises(LostLease), old.step("load"):
        Job.objects.filter(pk=job.pk).update(detail={"never": True})
    new.finish()
    assert state(job) == JobState.DONE
    assert Job.objects.get(pk=job.pk).detail == {}


def test_a_job_that_kills_its_workers_fails_after_its_attempts(worker: None, settings):
    settings.MARU_JOB_ATTEMPTS = 3
    job = add(JobKind.REFRESH_TERMS)
    for _ in range(3):
        assert claim(job.pk) is not None
        expire(job)
    assert claim(job.pk) is None
    row = Job.objects.get(pk=job.pk)
    assert (row.state, row.reason, row.reason_params) == (JobState.FAILED, "worker_lost", {"attempts": 3})


def test_a_rest_and_a_wait_do_not_count_as_attempts(worker: None):
    job = add(JobKind.REFRESH_TERMS)
    claim(job.pk).rest()
    claim(job.pk).try_again("encoder_down", 60)
    row = Job.objects.get(pk=job.pk)
    assert (row.attempts, row.state, row.reason) == (0, JobState.QUEUED, "encoder_down")
    assert row.run_after > timezone.now() + timedelta(seconds=50)
    assert claim(job.pk) is None


def test_a_waiting_job_is_cancelled_at_once_and_one_at_work_at_its_next_beat(worker: None):
    waiting, working = add(JobKind.REFRESH_TERMS), add(JobKind.REFRESH_TERMS)
    held = claim(working.pk)
    ask_to_cancel(waiting)
    ask_to_cancel(working)
    assert (state(waiting), state(working)) == (JobState.CANCELLED, JobState.RUNNING)
    with pytest.raises(Cancelled):
        held.beat()
    held.cancel()
    assert state(working) == JobState.CANCELLED


def test_a_cancelled_job_whose_worker_died_ends_at_the_next_claim(worker: None):
    job = add(JobKind.REFRESH_TERMS)
    claim(job.pk)
    ask_to_cancel(job)
    expire(job)
    assert claim(job.pk) is None
    assert state(job) == JobState.CANCELLED


def test_retry_goes_on_from_the_checkpoint_and_only_from_an_end(worker: None):
    job = add(JobKind.REFRESH_TERMS)
    held = claim(job.pk)
    with held.step("split"):
        pass
    assert retry(job) is False
    held.fail("broken", detail="x")
    assert retry(job) is True
    row = Job.objects.get(pk=job.pk)
    assert (row.state, row.checkpoint, row.attempts, row.reason) == (JobState.QUEUED, "split", 0, "")


def test_a_step_that_fails_leaves_neither_its_effect_nor_its_checkpoint(worker: None):
    job = add(JobKind.REFRESH_TERMS)
    held = claim(job.pk)
    with pytest.raises(ZeroDivisionError), held.step("split"):
        Job.objects.filter(pk=job.pk).update(detail={"half": True})
        1 / 0
    row = Job.objects.get(pk=job.pk)
    assert (row.checkpoint, row.detail) == ("", {})


def test_a_kick_in_a_transaction_that_rolls_back_leaves_no_ghost(worker: None):
    from django.db import transaction

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        queue.kick(add(JobKind.REFRESH_TERMS).pk)
        1 / 0
    assert (Job.objects.count(), OrmQ.objects.count()) == (0, 0)


def test_the_sweep_finds_jobs_whose_kick_was_lost_and_floods_nothing(worker: None, settings):
    settings.MARU_SWEEPS = []
    for _ in range(20):
        add(JobKind.REFRESH_TERMS)
    assert queue.sweep() == 2 * settings.Q_CLUSTER["workers"]
    assert queue.sweep() == 0


def test_a_chore_that_fails_keeps_the_sweep_from_nothing(worker: None, settings):
    settings.MARU_SWEEPS = ["tests.kb.jobs.test_claim.broken_chore"]
    add(JobKind.REFRESH_TERMS)
    assert queue.sweep() == 1


def broken_chore() -> None:
    raise RuntimeError("a chore that always fails")


def test_keepers_see_the_jobs_of_their_collections_and_nobody_elses(cast: Cast):
    with as_worker():
        add(JobKind.INGEST, collection=cast.hr_private)
    for person, seen in ((cast.hana, 1), (cast.admin, 1), (cast.minsu, 0), (cast.jiwoo, 0)):
        with as_user(person):
            assert Job.objects.visible_to(person).count() == seen
            assert Job.objects.count() == seen


@pytest.mark.django_db(transaction=True)
def test_ten_kicks_at_once_have_one_effect(committed_cast: Cast):
    with as_worker():
        job = add(JobKind.REFRESH_TERMS)
    taken: list[Held | None] = []

    def take() -> None:
        with as_worker():
            taken.append(claim(job.pk))
        connection.close()

    threads = [threading.Thread(target=take) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([held for held in taken if held]) == 1


@pytest.mark.django_db(transaction=True)
def test_the_heartbeat_keeps_the_lease_of_a_long_step(committed_cast: Cast, settings):
    settings.MARU_LEASE_SECONDS, settings.MARU_HEARTBEAT_SECONDS = 1.0, 0.2
    from tests.database import NAME, superuser

    with superuser(NAME) as held:  # the heartbeat has a connection of its own, so that the whole process is the worker
        held.execute("alter role maru_app set role maru_worker")
    connection.close()
    try:
        job = add(JobKind.REFRESH_TERMS)
        mine = claim(job.pk)
        with queue._heartbeat(mine):
            time.sleep(2.0)
            assert claim(job.pk) is None
        time.sleep(1.2)
        assert claim(job.pk) is not None
    finally:
        connection.close()
        with superuser(NAME) as held:
            held.execute("alter role maru_app reset role")
