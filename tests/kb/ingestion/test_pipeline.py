"""From bytes to the index: what is lost when a worker dies anywhere, and what a bad file becomes."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.access import as_user
from accounts.errors import Unavailable
from accounts.models import Notification
from kb.documents import changes
from kb.ingestion import artifacts, pipeline
from kb.ingestion.intake import OnSameName, Taken, Wishes, take_in
from kb.jobs.claim import Held, LostLease, claim
from kb.jobs.queue import run, work
from kb.models import Chunk, IndexEntry, Job, Page, Revision
from kb.models.jobs import JobState
from kb.retrieval.search import search
from tests.cast import Cast
from tests.database import as_worker
from tests.doubles import WordEncoder

RULES = """# 취업규칙

## 제15조(연차의 이월)

연차 휴가는 10일까지 다음 해로 이월할 수 있다. 다만 이월한 연차는 6월 30일까지 사용한다. 이월을 바라는 직원은 12월 10일까지
전자결재로 신청하고 부서장이 승인한다. 승인한 날수는 인사 시스템에서 직원마다 볼 수 있으며 인사팀이 다음 해 1월에 알린다. 이월하지
아니한 연차는 수당으로 지급하고 그 계산은 급여 규정에 따른다. 퇴직하는 직원의 남은 연차는 퇴직하는 달의 급여와 함께 지급한다.

## 제16조(병가)

병가는 연간 30일까지 쓸 수 있다. 나흘을 넘는 병가에는 의사의 진단서를 낸다. 진단서는 쉬기 시작한 날부터 이레 안에 인사팀으로 보낸다.
병가 가운데 처음 열흘은 급여를 그대로 지급하고 나머지는 절반을 지급한다. 업무로 다친 때에는 산업재해 절차를 따르며 병가로 세지 아니한다.
경조사로 쉬는 날은 아래 표에 따르고 사유가 생긴 날부터 한 달 안에 쓴다. 나누어 쓰지 못한다.

| 구분 | 일수 |
|---|---|
| 본인 결혼 | 5일 |
| 자녀 결혼 | 1일 |
"""


WHOLE = [0, 1, 2]  # the positions of its chunks


class Died(BaseException):
    """The worker is gone at this very place: no handler runs, as with SIGKILL."""


@pytest.fixture
def house(cast: Cast, word_encoder: WordEncoder, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """Workers do their work inside the test's transaction; their heartbeat would need a connection of its own."""
    from contextlib import nullcontext

    monkeypatch.setattr("kb.jobs.queue._heartbeat", lambda held: nullcontext())
    return cast


def upload(cast: Cast, content: str | bytes = RULES, name: str = "취업규칙.md", **wishes) -> Taken:
    data = content.encode() if isinstance(content, str) else content
    with as_user(cast.hana):
        return take_in(cast.hana, cast.rules, name, [data], Wishes(**wishes))


def do(job: Job) -> Job:
    with as_worker():
        run(job.pk)
        job.refresh_from_db()
    return job


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


def expire(job: Job) -> None:
    Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(lease_until=timezone.now() - timedelta(1))


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
