"""Kicks, the sweep, and what becomes of a job whose work ends in an error."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from django.db import DataError, InterfaceError, OperationalError, ProgrammingError, connection, transaction
from django.utils import timezone
from django_q.models import OrmQ

from kb.jobs import queue
from kb.jobs.claim import Cancelled, Held, LostLease, add, ask_to_cancel, claim
from kb.models import Job
from kb.models.jobs import JobKind, JobState
from tests.cast import Cast
from tests.database import NAME, superuser
from tests.kb.jobs.conftest import Work

Does = Callable[[Work], None]


def job_of(kind: JobKind = JobKind.REFRESH_TERMS, **values: object) -> Job:
    return add(kind, **values)


def raising(error: BaseException) -> Work:
    def function(held: Held) -> None:
        raise error

    return function


def away(state: str | None = None) -> OperationalError:
    """What Django raises when the database hung up, or said this SQLSTATE."""
    error = OperationalError("gone")
    cause = psycopg.OperationalError("gone") if state is None else psycopg.errors.lookup(state)("gone")
    error.__cause__ = cause
    return error


# ---- kicks -----------------------------------------------------------------------------------------------------------


def test_a_kick_does_the_job_that_waits_longest_whichever_it_names(worker: None, does: Does):
    done: list[int] = []
    does(lambda held: (done.append(held.job_id), held.finish()))
    first, second = job_of(run_after=timezone.now() - timedelta(hours=1)), job_of()
    queue.run(second.pk)
    queue.run(second.pk)
    queue.run(second.pk)
    assert done == [first.pk, second.pk]


def test_a_kick_without_a_job_does_nothing(worker: None, does: Does):
    does(raising(AssertionError("there was no job")))
    queue.run()
    queue.run(123_456)


def test_a_kick_that_a_dead_worker_took_does_not_count_as_one_that_waits(worker: None, settings):
    """Such a row stays for longer than twice the task's time-out; four of them once stopped every further kick."""
    settings.MARU_SWEEPS = []
    job = job_of()
    for _ in range(10):
        queue.kick(job.pk)
    OrmQ.objects.update(lock=timezone.now() + timedelta(minutes=20))
    assert queue.sweep() == 1
    assert queue.sweep() == 1, "the kick of before waits, and there is room for more"
    for _ in range(10):
        queue.sweep()
    assert OrmQ.objects.filter(lock__lte=timezone.now()).count() == 2 * settings.Q_CLUSTER["workers"]


# ---- how work ends ---------------------------------------------------------------------------------------------------


def test_an_error_that_nobody_expected_is_raised_and_the_job_begun_again_soon(worker: None, does: Does, settings):
    settings.MARU_SWEEP_SECONDS = 30
    does(raising(ZeroDivisionError("a mistake of ours")))
    job = job_of()
    with pytest.raises(ZeroDivisionError):
        queue.work(claim(job.pk))
    job.refresh_from_db()
    assert (job.state, job.attempts, job.lease_until) == (JobState.QUEUED, 1, None)
    assert timedelta(seconds=20) < job.run_after - timezone.now() < timedelta(seconds=31)


def test_an_error_that_comes_back_ends_the_job(worker: None, does: Does, settings):
    settings.MARU_JOB_ATTEMPTS, settings.MARU_SWEEP_SECONDS = 2, 0
    does(raising(ZeroDivisionError("a mistake of ours")))
    job = job_of()
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            queue.work(claim(job.pk))
    assert claim(job.pk) is None
    job.refresh_from_db()
    assert (job.state, job.reason) == (JobState.FAILED, "worker_lost")


def test_a_job_that_was_asked_to_stop_is_cancelled(worker: None, does: Does):
    does(lambda held: held.beat())
    job = job_of()
    held = claim(job.pk)
    ask_to_cancel(job)
    queue.work(held)
    job.refresh_from_db()
    assert (job.state, job.reason) == (JobState.CANCELLED, "cancelled")


@pytest.mark.parametrize("error", [LostLease("job"), Cancelled(), ZeroDivisionError()])
def test_whoever_lost_the_job_changes_nothing_of_it(worker: None, does: Does, error: Exception):
    job = job_of()
    old = claim(job.pk)

    def lose(held: Held) -> None:
        Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
        claim(job.pk).show("split", 50)
        raise error

    does(lose)
    if isinstance(error, ZeroDivisionError):
        with pytest.raises(ZeroDivisionError):
            queue.work(old)
    else:
        queue.work(old)
    job.refresh_from_db()
    assert (job.state, job.stage, job.token) == (JobState.RUNNING, "split", 2)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("state", [None, "57P01", "53100", "53300", "08006"])
def test_a_database_that_goes_away_makes_the_job_wait_without_counting(
    committed_cast: Cast, does: Does, settings, state: str | None
):
    settings.MARU_SWEEP_SECONDS = 30
    _whole_process_is_a_worker()
    try:
        does(raising(away(state)))
        job = job_of()
        queue.work(claim(job.pk))
        job.refresh_from_db()
        assert (job.state, job.reason, job.attempts) == (JobState.QUEUED, "unavailable", 0)
    finally:
        _and_no_more()


@pytest.mark.django_db(transaction=True)
def test_a_job_is_given_back_when_the_database_is_there_again(
    committed_cast: Cast, does: Does, settings, monkeypatch: pytest.MonkeyPatch
):
    settings.MARU_SWEEP_SECONDS = 0
    monkeypatch.setattr(queue, "PAUSE", 0.05)
    _whole_process_is_a_worker()
    try:
        job = job_of()
        held = claim(job.pk)
        port = connection.settings_dict["PORT"]

        def pull_the_plug(held: Held) -> None:
            connection.settings_dict["PORT"] = 1
            threading.Timer(0.4, lambda: connection.settings_dict.update(PORT=port)).start()
            connection.close()
            Job.objects.get(pk=held.job_id)

        does(pull_the_plug)
        queue.work(held)
        job.refresh_from_db()
        assert (job.state, job.reason, job.attempts) == (JobState.QUEUED, "unavailable", 0)
    finally:
        connection.settings_dict["PORT"] = port
        _and_no_more()


@pytest.mark.django_db(transaction=True)
def test_a_database_that_stays_away_is_not_waited_for_longer_than_the_lease(
    committed_cast: Cast, does: Does, settings, monkeypatch: pytest.MonkeyPatch
):
    settings.MARU_LEASE_SECONDS = 0.5
    monkeypatch.setattr(queue, "PAUSE", 0.05)
    _whole_process_is_a_worker()
    port = connection.settings_dict["PORT"]
    try:
        job = job_of()
        held = claim(job.pk)

        def pull_the_plug(held: Held) -> None:
            connection.settings_dict["PORT"] = 1
            connection.close()
            Job.objects.get(pk=held.job_id)

        does(pull_the_plug)
        begun = time.monotonic()
        queue.work(held)
        assert 0.4 < time.monotonic() - begun < 3
        connection.settings_dict["PORT"] = port
        job.refresh_from_db()
        assert job.state == JobState.RUNNING, "the sweep will find it"
    finally:
        connection.settings_dict["PORT"] = port
        connection.close()
        _and_no_more()


# ---- which errors mean that the database is away ---------------------------------------------------------------------


def caught(statement: str) -> Exception:
    with pytest.raises((OperationalError, DataError, ProgrammingError)) as told, transaction.atomic():
        connection.cursor().execute(statement)
    return told.value


def test_errors_of_a_statement_are_not_the_database_being_away(db: None):
    assert not queue.is_away(caught("select 1 / 0"))
    assert not queue.is_away(caught("select nothing_of_the_kind()"))
    assert not queue.is_away(caught("select repeat('xx', 1000000000)"))
    assert not queue.is_away(ValueError("x"))
    assert not queue.is_away(away("40P01")), "a dead lock is somebody's, not the database's"


def test_a_connection_that_was_ended_means_that_it_is_away(transactional_db: None):
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        (number,) = cursor.fetchone()
    with superuser(NAME) as held:
        held.execute("select pg_terminate_backend(%s)", [number])
    with pytest.raises((OperationalError, InterfaceError)) as told:
        connection.cursor().execute("select 1")
    assert queue.is_away(told.value)
    connection.close()


def test_nobody_listening_means_that_it_is_away():
    with pytest.raises(psycopg.OperationalError) as told:
        psycopg.connect("postgresql://nobody@127.0.0.1:1/x", connect_timeout=1)
    error = OperationalError("x")
    error.__cause__ = told.value
    assert queue.is_away(error)


# ---- the heartbeat ---------------------------------------------------------------------------------------------------


def beats(monkeypatch: pytest.MonkeyPatch, settings, *ends: BaseException | None) -> list[int]:
    """Let the heartbeat's beats end so, one after the other, and then well; returns what counts them."""
    settings.MARU_HEARTBEAT_SECONDS = 0.01
    seen: list[int] = []
    todo = list(ends)

    def beat(held: Held) -> None:
        seen.append(held.job_id)
        end = todo.pop(0) if todo else None
        if end is not None:
            raise end

    monkeypatch.setattr(Held, "beat", beat)
    return seen


@pytest.mark.parametrize("error", [away(), away("57P03"), InterfaceError("the connection is closed"), Cancelled()])
def test_the_heart_beats_on_after(monkeypatch: pytest.MonkeyPatch, settings, error: Exception):
    seen = beats(monkeypatch, settings, error, error)
    with queue._heartbeat(Held(7, 1)):
        until = time.monotonic() + 5
        while len(seen) < 5 and time.monotonic() < until:
            time.sleep(0.01)
    assert len(seen) >= 5
    count = len(seen)
    time.sleep(0.05)
    assert len(seen) == count, "it ended with the block"


def test_the_heart_stops_when_the_lease_is_lost(monkeypatch: pytest.MonkeyPatch, settings):
    seen = beats(monkeypatch, settings, LostLease("x"))
    with queue._heartbeat(Held(7, 1)):
        time.sleep(0.2)
    assert len(seen) == 1


def _whole_process_is_a_worker() -> None:
    with superuser(NAME) as held:
        held.execute("alter role maru_app set role maru_worker")
    connection.close()


def _and_no_more() -> None:
    connection.close()
    with superuser(NAME) as held:
        held.execute("alter role maru_app reset role")
