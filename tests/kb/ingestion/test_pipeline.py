"""From bytes to the index: what is lost when a worker dies anywhere, and what a bad file becomes."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from accounts.access import as_user
from accounts.errors import Unavailable
from accounts.models import Notification
from kb.documents import changes
from kb.ingestion import artifacts, pipeline
from kb.ingestion.intake import OnSameName
from kb.jobs.claim import Held, LostLease, claim
from kb.jobs.queue import work
from kb.models import Chunk, IndexEntry, Job, Page, Revision
from kb.models.jobs import JobState
from kb.retrieval.search import search
from tests.cast import Cast
from tests.database import as_worker
from tests.kb.ingestion.steps import RULES, do, expire, upload

WHOLE = [0, 1, 2]  # the positions of its chunks


class Died(BaseException):
    """The worker is gone at this very place: no handler runs, as with SIGKILL."""


def index_rows(cast: Cast) -> list[tuple]:
    with as_user(cast.minsu):
        rows = IndexEntry.objects.order_by("chunk__position").values_list(
            "chunk__position", "chunk__text", "version", "valid", "length"
        )
        return [tuple(row) for row in rows]


def test_a_file_becomes_passages_that_can_be_found_and_the_uploader_is_told(house: Cast):
    taken = upload(house)
    assert do(taken.job).state == JobState.DONE
    found = search(house.minsu, "연차 이월")
    assert "10일까지" in found.hits[0].text
    assert found.hits[0].path.startswith("취업규칙")
    with as_user(house.minsu):
        revision = Revision.objects.get()
        assert revision.state == "ready"
        assert revision.chunk_count == Chunk.objects.count() > 1
        page = Page.objects.get()
        for chunk in Chunk.objects.all():
            assert page.text[chunk.start : chunk.end] == chunk.text
    assert Notification.objects.get(user=house.hana).kind == "document_ready"
    assert not artifacts.folder(taken.revision.file).exists()


@pytest.mark.parametrize("stage", pipeline.STAGES)
def test_a_worker_that_dies_before_a_stage_is_committed_loses_nothing(
    house: Cast, monkeypatch: pytest.MonkeyPatch, stage: str
):
    taken = upload(house)
    real = Held.step

    @contextmanager
    def dying(held: Held, checkpoint: str):
        with real(held, checkpoint):
            yield
            if checkpoint == stage:
                raise Died

    monkeypatch.setattr(Held, "step", dying)
    with as_worker():
        with pytest.raises(Died):
            work(claim(taken.job.pk))
        assert Chunk.objects.count() == IndexEntry.objects.count() == Page.objects.count() == 0
        assert (
            Job.objects.get(pk=taken.job.pk).checkpoint
            == dict(zip(pipeline.STAGES, ["", *pipeline.STAGES], strict=False))[stage]
        )
        monkeypatch.setattr(Held, "step", real)
        expire(taken.job)
    assert do(taken.job).state == JobState.DONE
    assert [row[0] for row in index_rows(house)] == WHOLE


@pytest.mark.parametrize("stage", pipeline.STAGES)
def test_a_worker_that_dies_behind_a_commit_is_followed_by_one_that_goes_on_from_there(
    house: Cast, monkeypatch: pytest.MonkeyPatch, stage: str
):
    taken = upload(house)
    real, begun = dict(pipeline._WORK), []

    def counting(name):
        def stage_work(task):
            begun.append(name)
            real[name](task)
            if name == stage:
                raise Died

        return stage_work

    for name in pipeline.STAGES:
        monkeypatch.setitem(pipeline._WORK, name, counting(name))
    with as_worker():
        with pytest.raises(Died):
            work(claim(taken.job.pk))
        expire(taken.job)
    for name in pipeline.STAGES:
        monkeypatch.setitem(pipeline._WORK, name, lambda task, name=name: (begun.append(name), real[name](task)))
    assert do(taken.job).state == JobState.DONE
    assert begun == list(pipeline.STAGES), "a finished stage was begun again, or one was left out"
    assert [row[0] for row in index_rows(house)] == WHOLE


def test_a_worker_that_slept_past_its_lease_writes_nothing_any_more(house: Cast):
    taken = upload(house)
    with as_worker():
        old = claim(taken.job.pk)
        expire(taken.job)
        new = claim(taken.job.pk)
        with pytest.raises(LostLease):
            pipeline.ingest(old)
        assert Chunk.objects.count() == 0
        work(new)
    assert [row[0] for row in index_rows(house)] == WHOLE


def test_doing_the_same_job_again_changes_nothing(house: Cast):
    taken = upload(house)
    do(taken.job)
    before = index_rows(house)
    do(taken.job)
    assert index_rows(house) == before


def test_a_task_near_its_end_rests_and_the_next_one_goes_on(house: Cast, settings):
    settings.MARU_TASK_SECONDS = 0
    taken = upload(house)
    assert [do(taken.job).checkpoint for _task in range(4)] == list(pipeline.STAGES)
    assert (taken.job.state, taken.job.attempts) == (JobState.DONE, 1)


def test_an_encoder_that_is_down_makes_the_job_wait_not_fail(house: Cast, monkeypatch: pytest.MonkeyPatch):
    class Down(Unavailable):
        code = "encoder_down"

    def refuse(*_args):
        raise Down("the encoder is down")

    monkeypatch.setattr("tests.doubles.WordEncoder.embed_passages", refuse)
    job = do(upload(house).job)
    assert (job.state, job.reason, job.checkpoint, job.attempts) == (JobState.QUEUED, "encoder_down", "split", 0)
    monkeypatch.undo()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("leer.md", b" \n\n ", "no_text"),
        ("bild.pdf", b"%PDF-1.4\nbroken", "broken"),
        ("x.exe", b"MZ\x90\x00" + b"\x00" * 200, "unsupported_type"),
    ],
)
def test_a_file_without_text_becomes_its_reason_and_the_uploader_is_told(
    house: Cast, name: str, content: bytes, reason: str
):
    job = do(upload(house, content, name).job)
    assert (job.state, job.reason) == (JobState.FAILED, reason)
    with as_user(house.hana):
        assert Revision.objects.get().reason == reason
    notice = Notification.objects.get(user=house.hana)
    assert (notice.kind, notice.params["reason"]) == ("document_failed", reason)


def test_a_bad_new_revision_leaves_the_old_one_in_force(house: Cast):
    do(upload(house).job)
    before = index_rows(house)
    job = do(upload(house, b"MZ\x90\x00" + b"\x00" * 200, on_same_name=OnSameName.REPLACE).job)
    assert job.state == JobState.FAILED
    assert index_rows(house) == before


def test_a_replacement_is_found_in_place_of_the_old_text_and_the_old_stays_readable(house: Cast):
    taken = upload(house)
    do(taken.job)
    do(upload(house, RULES.replace("10일까지", "5일까지"), on_same_name=OnSameName.REPLACE).job)
    texts = [hit.text for hit in search(house.minsu, "연차 이월", limit=50).hits]
    assert any("5일까지" in text for text in texts)
    assert not any("10일까지" in text for text in texts)
    with as_user(house.minsu):
        assert "10일까지" in Page.objects.get(revision=taken.revision).text


def test_a_document_deleted_while_it_is_read_is_never_found(house: Cast, monkeypatch: pytest.MonkeyPatch):
    taken = upload(house)
    real = pipeline._WORK["split"]

    def deleting(task):
        real(task)
        changes.delete(task.revision.document, actor=house.hana)

    monkeypatch.setitem(pipeline._WORK, "split", deleting)
    assert do(taken.job).state == JobState.CANCELLED
    assert search(house.minsu, "연차 이월", limit=50).hits == ()
    with as_worker():
        assert Chunk.objects.count() == 0


def test_restoring_it_later_lets_the_job_be_begun_again(house: Cast):
    taken = upload(house)
    with as_user(house.hana):
        changes.delete(taken.document, actor=house.hana)
    assert do(taken.job).state == JobState.CANCELLED
    from kb.jobs.claim import retry

    with as_user(house.hana):
        changes.restore(taken.document, actor=house.hana)
    with as_worker():
        assert retry(taken.job)
    assert do(taken.job).state == JobState.DONE
    assert search(house.minsu, "연차 이월").hits
