"""LOAD: what a reader gives is kept; scanned pages are recognised block by block; a failure is read anew when tried again."""

from __future__ import annotations

import pytest

from accounts.access import as_user
from kb.documents import changes
from kb.ingestion import artifacts, load
from kb.ingestion.outcome import Rest, Unreadable
from kb.ingestion.readers.blocks import Block, Kind, Page, ReadResult, Reason, Status
from kb.jobs.again import begin_again
from kb.jobs.claim import Cancelled, LostLease, ask_to_cancel, claim
from kb.models import Job, Revision
from kb.models.jobs import JobState
from tests.cast import Cast
from tests.database import as_worker
from tests.kb.ingestion.steps import RULES, do, expire, task_of, upload


def scan(pages: int, pending: int) -> ReadResult:
    """A scan of so many pages, the last `pending` of which wait for recognition."""
    waiting = tuple(range(pages - pending + 1, pages + 1))
    status = Status.NEEDS_OCR if pending else Status.OK
    blocks = tuple(Block(Kind.PARAGRAPH, f"쪽 {n}의 글이다.", id=n - 1, page=n) for n in range(1, pages - pending + 1))
    made = tuple(Page(n, letters=10) for n in range(1, pages + 1))
    return ReadResult(status, "pdf", "test", "스캔", made, blocks, pending_ocr=waiting)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch):
    """reads(result, recognise=…): what the reader child gives, in place of one; returns the list of what was asked."""

    def set_up(result: ReadResult, at_once: int = 20) -> list[str]:
        asked: list[str] = []

        def read(path, *, filename, limits, progress):
            asked.append("read")
            progress(1, len(result.pages) or 1)
            return result

        def recognise(path, held, first, last, *, limits):
            asked.append(f"ocr {first}-{last}")
            return scan(len(held.pages), max(0, len(held.pending_ocr) - at_once))

        monkeypatch.setattr(load, "read_file", read)
        monkeypatch.setattr(load, "ocr_pages", recognise)
        return asked

    return set_up


def test_limits_are_the_installations(settings):
    settings.MARU_READER_BYTES, settings.MARU_READER_SECONDS = 10**9, 7.0
    settings.MARU_READER_CPU_SECONDS, settings.MARU_UPLOAD_BYTES = 5, 1000
    found = load.limits()
    assert (found.memory_bytes, found.wall_s, found.cpu_s, found.file_bytes) == (10**9, 7.0, 5, 1000)


def test_what_was_read_is_kept_with_its_figures(house: Cast, reads):
    asked = reads(scan(3, 0))
    taken = upload(house)
    with as_worker():
        task = task_of(taken)
        load.load(task)
        job = Job.objects.get(pk=taken.job.pk)
    assert (job.checkpoint, job.stage, job.percent) == ("load", "load", 100)
    assert job.detail["pages"] == 3
    assert artifacts.read(taken.revision.file) == scan(3, 0)
    assert asked == ["read"]


def test_scanned_pages_are_recognised_in_blocks_until_none_waits(house: Cast, reads):
    asked = reads(scan(45, 45))
    taken = upload(house)
    with as_worker():
        load.load(task_of(taken))
    assert asked == ["read", "ocr 1-20", "ocr 21-40", "ocr 41-45"]


def test_a_task_whose_time_is_over_rests_behind_a_block_and_the_next_goes_on(house: Cast, reads):
    asked = reads(scan(45, 45))
    taken = upload(house)
    with as_worker():
        for block in ("ocr 1-20", "ocr 21-40"):
            task = task_of(taken, seconds=0)
            with pytest.raises(Rest):
                load.load(task)
            assert asked[-1] == block
            task.held.rest()
        load.load(task_of(taken, seconds=0))
    assert asked == ["read", "ocr 1-20", "ocr 21-40", "ocr 41-45"], "nothing was read twice"


def test_a_task_that_is_over_before_it_began_still_brings_the_job_on(house: Cast, reads):
    """Else a job with little time would rest for ever."""
    asked = reads(scan(5, 5))
    taken = upload(house)
    with as_worker():
        load.load(task_of(taken, seconds=-60))
    assert asked == ["read", "ocr 1-5"]


def test_a_reason_is_told_and_trying_again_reads_the_file_again(house: Cast, reads):
    asked = reads(ReadResult(Status.LIMIT, reason=Reason("wall_time", {"seconds": 60})))
    taken = upload(house)
    job = do(taken.job)
    assert (job.state, job.reason, job.reason_params) == (JobState.FAILED, "wall_time", {"seconds": 60})
    assert not artifacts.folder(taken.revision.file).exists()
    reads(scan(2, 0))
    with as_user(house.hana):
        begin_again(job, actor=house.hana)
    assert do(taken.job).state == JobState.DONE
    with as_user(house.hana):
        assert Revision.objects.get().state == "ready"
    assert asked == ["read"]


def test_a_result_without_a_reason_has_its_status_as_one(house: Cast, reads):
    reads(ReadResult(Status.EMPTY))
    taken = upload(house)
    with as_worker(), pytest.raises(Unreadable) as told:
        load.load(task_of(taken))
    assert told.value.reason == "empty"


def test_whoever_lost_the_job_while_reading_keeps_nothing(house: Cast, monkeypatch: pytest.MonkeyPatch):
    taken = upload(house)

    def slow(path, **_):
        expire(taken.job)
        claim(taken.job.pk)
        return scan(1, 0)

    monkeypatch.setattr(load, "read_file", slow)
    with as_worker(), pytest.raises(LostLease):
        load.load(task_of(taken))
    assert not artifacts.folder(taken.revision.file).exists()


def test_cancelling_ends_the_reading_at_its_next_page(house: Cast, monkeypatch: pytest.MonkeyPatch):
    taken = upload(house)
    asked = []

    def endless(path, *, progress, **_):
        for page in range(1000):
            asked.append(page)
            progress(page, 1000)

    monkeypatch.setattr(load, "read_file", endless)
    with as_worker():
        task = task_of(taken)
        ask_to_cancel(taken.job)
        with pytest.raises((Cancelled, LostLease)):
            load.load(task)
    assert len(asked) < 3


def test_a_work_folder_that_is_gone_is_made_again_from_the_start(house: Cast, monkeypatch: pytest.MonkeyPatch):
    taken = upload(house)
    with as_worker():
        task = task_of(taken)
        load.load(task)
        task.held.rest()
    artifacts.clear(taken.revision.file)
    assert do(taken.job).state == JobState.DONE


def test_a_document_in_the_trash_is_not_read(house: Cast, reads):
    asked = reads(scan(1, 0))
    taken = upload(house)
    with as_user(house.hana):
        changes.delete(taken.document, actor=house.hana)
    with as_worker():
        Job.objects.update(cancel_requested=False)
    assert do(taken.job).state == JobState.CANCELLED
    assert asked == []


def test_the_real_reader_is_asked_with_the_name_that_people_gave(house: Cast):
    taken = upload(house, RULES, "취업규칙.md")
    with as_worker():
        load.load(task_of(taken))
    result = artifacts.read(taken.revision.file)
    assert (result.status, result.format) == (Status.OK, "md")
    assert result.blocks[0].text == "취업규칙"
