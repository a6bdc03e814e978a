"""STORE: everything or nothing, beside people who change the document meanwhile."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager

import pytest
from django.db import connection

from accounts.access import as_user
from accounts.models import Audience, AudiencePerson, Notification
from kb.documents import changes
from kb.ingestion import pipeline, store
from kb.jobs.claim import Held, claim
from kb.jobs.queue import work
from kb.models import Chunk, Document, IndexEntry, Job, Page, Revision
from kb.models.jobs import JobState
from tests.cast import Cast
from tests.database import NAME, as_worker, superuser
from tests.doubles import WordEncoder
from tests.kb.ingestion.steps import do, upload


@pytest.fixture
def worker_process(committed_cast: Cast, word_encoder: WordEncoder):
    """Every connection of this process has the workers' role, so that threads can be workers too."""
    with superuser(NAME) as held:
        held.execute("alter role maru_app set role maru_worker")
    connection.close()
    yield committed_cast
    connection.close()
    with superuser(NAME) as held:
        held.execute("alter role maru_app reset role")


def waiting() -> int:
    with superuser(NAME) as held:
        row = held.execute(
            "select count(*) from pg_stat_activity where datname = %s and wait_event_type = 'Lock'", [NAME]
        ).fetchone()
        return int(row[0])


def test_deleting_at_the_moment_of_storing_waits_and_then_hides_all_of_it(
    worker_process: Cast, monkeypatch: pytest.MonkeyPatch
):
    """The two take their locks in one order: the other way round the database ends one of them as a dead lock."""
    taken = upload(worker_process)
    failed: list[BaseException] = []

    def delete() -> None:
        try:
            with as_user(worker_process.hana):
                changes.delete(taken.document, actor=worker_process.hana)
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    thread, real = threading.Thread(target=delete), Held.step

    @contextmanager
    def step(held: Held, checkpoint: str):
        with real(held, checkpoint):
            if checkpoint == "store":
                thread.start()
                until = time.monotonic() + 10
                while not waiting() and time.monotonic() < until:
                    time.sleep(0.02)
            yield

    monkeypatch.setattr(Held, "step", step)
    work(claim(taken.job.pk))
    thread.join(10)
    assert failed == []
    assert Job.objects.get().state == JobState.DONE
    assert Document.objects.get().deleted_at is not None
    assert IndexEntry.objects.count() == 3
    assert not IndexEntry.objects.exclude(valid__isempty=True).exists()


def test_a_document_that_went_to_the_trash_before_it_was_stored_has_no_rows(
    house: Cast, monkeypatch: pytest.MonkeyPatch
):
    taken = upload(house)
    real = pipeline._WORK["store"]

    def deleting(task):
        changes.delete(task.revision.document, actor=house.hana)
        Job.objects.update(cancel_requested=False)  # the flag alone must not be what saves it
        real(task)

    monkeypatch.setitem(pipeline._WORK, "store", deleting)
    assert do(taken.job).state == JobState.CANCELLED
    with as_worker():
        assert Chunk.objects.count() == IndexEntry.objects.count() == Page.objects.count() == 0
    assert not Notification.objects.filter(kind="document_ready").exists()


def test_an_audience_that_was_changed_while_it_was_read_counts(house: Cast, monkeypatch: pytest.MonkeyPatch):
    taken = upload(house)
    only = Audience.objects.create(name="하나만")
    AudiencePerson.objects.create(audience=only, user=house.hana)
    real = pipeline._WORK["embed"]

    def closing(task):
        real(task)
        changes.set_audience(task.revision.document, only, actor=house.hana)

    monkeypatch.setitem(pipeline._WORK, "embed", closing)
    assert do(taken.job).state == JobState.DONE
    with as_worker():
        for model in (Page, Chunk, IndexEntry, Revision):
            assert set(model.objects.values_list("audience_id", flat=True)) == {only.pk}, model


def test_what_an_earlier_try_left_is_replaced(house: Cast, monkeypatch: pytest.MonkeyPatch):
    """Rows without a checkpoint cannot be, but if they are there they are not doubled."""
    taken = upload(house)
    real = pipeline._WORK["store"]

    def twice(task):
        with pytest.raises(InterruptedError):
            _without_the_end(task, real, monkeypatch)
        real(task)

    monkeypatch.setitem(pipeline._WORK, "store", twice)
    assert do(taken.job).state == JobState.DONE
    with as_worker():
        assert sorted(Chunk.objects.values_list("position", flat=True)) == [0, 1, 2]
        assert IndexEntry.objects.count() == 3
        assert Page.objects.count() == 1


def _without_the_end(task, real, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(_task) -> None:
        raise InterruptedError

    with monkeypatch.context() as patched:
        patched.setattr(store, "tell_ready", stop)
        real(task)
