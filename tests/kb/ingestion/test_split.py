"""SPLIT as a stage: the chunks that are kept, and a file of which nothing is left to search."""

from __future__ import annotations

import pytest

from kb.ingestion import artifacts
from kb.ingestion.outcome import Unreadable
from kb.ingestion.readers.blocks import Block, Kind, Page, ReadResult, Status
from kb.ingestion.split import split
from kb.jobs.claim import LostLease, claim
from kb.models import Job
from tests.cast import Cast
from tests.database import as_worker
from tests.kb.ingestion.steps import expire, task_of, upload


def read_as(kind: Kind) -> ReadResult:
    blocks = (Block(kind, "식비는 1일 35,000원까지 지급한다.", id=0, page=1),)
    return ReadResult(Status.OK, "pdf", "test", pages=(Page(1, letters=10),), blocks=blocks)


def test_the_chunks_are_kept_and_counted(house: Cast):
    taken = upload(house)
    artifacts.keep_read(taken.revision.file, read_as(Kind.PARAGRAPH))
    with as_worker():
        split(task_of(taken))
        job = Job.objects.get()
    (chunk,) = artifacts.chunks(taken.revision.file)
    assert (chunk.text, chunk.context) == ("식비는 1일 35,000원까지 지급한다.", "취업규칙")
    assert (job.checkpoint, job.detail["chunks"]) == ("split", 1)


def test_running_heads_alone_are_no_text(house: Cast):
    taken = upload(house)
    artifacts.keep_read(taken.revision.file, read_as(Kind.HEADER))
    with as_worker(), pytest.raises(Unreadable) as told:
        split(task_of(taken))
    assert told.value.reason == "no_text"


def test_whoever_lost_the_job_while_splitting_keeps_nothing(house: Cast, monkeypatch: pytest.MonkeyPatch):
    taken = upload(house)
    artifacts.keep_read(taken.revision.file, read_as(Kind.PARAGRAPH))

    def slow(*_):
        expire(taken.job)
        claim(taken.job.pk)
        return [artifacts.ChunkDraft(0, "", "", "x", 0, 1, 1, 1, 3)]

    monkeypatch.setattr("kb.ingestion.split.split_layout", slow)
    with as_worker(), pytest.raises(LostLease):
        split(task_of(taken))
    assert [path.name for path in artifacts.folder(taken.revision.file).iterdir()] == ["read.jsonl"]
