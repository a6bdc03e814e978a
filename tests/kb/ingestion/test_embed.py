"""EMBED: batches that survive the worker, for every index version that is live or being built."""

from __future__ import annotations

import numpy as np
import pytest

from kb.ingestion import artifacts
from kb.ingestion.embed import BATCH, embed
from kb.ingestion.intake import Taken
from kb.ingestion.outcome import Rest
from kb.ingestion.splitter import ChunkDraft
from kb.jobs.claim import Cancelled, LostLease, ask_to_cancel, claim
from kb.models import IndexVersion, Job
from kb.models.index import IndexState
from tests.cast import Cast
from tests.database import as_owner, as_worker
from tests.doubles import WordEncoder
from tests.kb.ingestion.steps import expire, task_of, upload

MANY = 2 * BATCH + 2


class Counting(WordEncoder):
    """Knows how many passages were asked for in each call."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.before = lambda: None

    def embed_passages(self, texts):
        self.before()
        self.asked.append(len(texts))
        return super().embed_passages(texts)


@pytest.fixture
def encoder(monkeypatch: pytest.MonkeyPatch) -> Counting:
    counting = Counting()
    monkeypatch.setattr("kb.ingestion.embed.encoder", lambda: counting)
    return counting


@pytest.fixture
def taken(house: Cast, encoder: Counting) -> Taken:
    """An upload that is split into MANY chunks."""
    taken = upload(house)
    drafts = [ChunkDraft(n, "", f"규칙 {n}", f"글 {n}", n, n + 1, 1, 1, 5) for n in range(MANY)]
    artifacts.keep_chunks(taken.revision.file, drafts)
    return taken


def kept(taken: Taken) -> list[str]:
    return sorted(path.name for path in artifacts.folder(taken.revision.file).glob("vectors-*"))


def test_every_chunk_has_its_vector_in_order(house: Cast, taken: Taken, encoder: Counting):
    with as_worker():
        embed(task_of(taken))
        job = Job.objects.get()
    assert encoder.asked == [BATCH, BATCH, 2]
    assert (job.checkpoint, job.detail) == ("embed", {"chunks": MANY, "embedded": MANY})
    found = artifacts.vectors(taken.revision.file, 1, 384)
    texts = [f"규칙 {n}\n글 {n}" for n in range(MANY)]
    assert np.allclose(found, WordEncoder().embed_passages(texts))


def test_batches_that_are_there_are_not_made_again(house: Cast, taken: Taken, encoder: Counting):
    with as_worker():
        task = task_of(taken, seconds=-1)
        for asked in ([BATCH], [BATCH, BATCH]):
            with pytest.raises(Rest):
                embed(task)
            assert encoder.asked == asked
        embed(task)
    assert encoder.asked == [BATCH, BATCH, 2]


def test_a_version_that_is_being_built_gets_its_vectors_too(house: Cast, taken: Taken, encoder: Counting):
    with as_owner():
        live = IndexVersion.objects.get()
        for number, state in ((2, IndexState.BUILDING), (3, IndexState.RETIRED)):
            IndexVersion.objects.create(
                number=number, state=state, embedder=live.embedder, dimensions=384, profile=live.profile
            )
    with as_worker():
        embed(task_of(taken))
        assert Job.objects.get().percent == 100
    assert len(encoder.asked) == 6
    assert artifacts.vectors(taken.revision.file, 2, 384).shape == (MANY, 384)
    assert artifacts.vectors(taken.revision.file, 3, 384).shape == (0, 384)


def test_whoever_slept_past_the_lease_leaves_no_file(house: Cast, taken: Taken, encoder: Counting):
    def sleep() -> None:
        expire(taken.job)
        claim(taken.job.pk)

    encoder.before = sleep
    with as_worker(), pytest.raises(LostLease):
        embed(task_of(taken))
    assert kept(taken) == []


def test_cancelling_is_seen_between_two_batches(house: Cast, taken: Taken, encoder: Counting):
    with as_worker():
        task = task_of(taken)
        encoder.before = lambda: ask_to_cancel(taken.job)
        with pytest.raises(Cancelled):
            embed(task)
    assert encoder.asked == [BATCH]
