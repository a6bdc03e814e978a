"""An encoder that is down, slow, or lies, met by the real client in each stage: the job waits, and goes on whole."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from accounts.access import as_user
from kb.ingestion import artifacts
from kb.jobs.again import begin_again
from kb.models import Chunk, IndexEntry, Job
from kb.models.jobs import JobState
from kb.retrieval.encoder.client import EncoderClient, Timeouts
from kb.retrieval.profiles import PROFILES
from tests.cast import Cast
from tests.database import as_worker
from tests.faults.word_server import WordServer
from tests.kb.ingestion.steps import do, upload
from tests.kb.serving.rogue import free_port

SHORT = Timeouts(connect=0.3, question=0.6, bulk=0.6, question_absence=0.2, bulk_absence=0.2)
# stage -> (the request that fails in it, the checkpoint that it began from)
STAGES = {"split": ("/analyse", "load"), "embed": ("/embed", "split")}


@pytest.fixture
def server(house: Cast, settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[WordServer]:
    """An encoder's stand-in over HTTP, and the client that workers use, with little patience."""
    settings.MARU_SWEEP_SECONDS = 0
    server = WordServer(free_port())
    server.start()
    client = EncoderClient(
        f"http://127.0.0.1:{server.port}", "key", profile=PROFILES["multilingual-e5-small"], timeouts=SHORT
    )
    for place in ("split", "embed", "store"):
        monkeypatch.setattr(f"kb.ingestion.{place}.encoder", lambda: client)
    yield server
    client.close()
    server.stop()


def down(server: WordServer, path: str) -> Callable[[], None]:
    server.stop()
    return server.start


def slow(server: WordServer, path: str) -> Callable[[], None]:
    return server.hold(path, "").open.set


def lying(status: int, body: bytes) -> Callable[[WordServer, str], Callable[[], None]]:
    def lie(server: WordServer, path: str) -> Callable[[], None]:
        server.lie = (status, body)
        return lambda: setattr(server, "lie", None)

    return lie


FAULTS = {
    "down": (down, "encoder_down"),
    "loading": (lying(503, b'{"error": "loading"}'), "encoder_down"),
    "broken": (lying(500, b"Traceback"), "encoder_down"),
    "slow": (slow, "encoder_slow"),
    "full": (lying(429, b'{"error": "full"}'), "encoder_slow"),
    "garbage": (lying(200, b"<html>"), "encoder_nonsense"),
    "too little": (lying(200, json.dumps([]).encode()), "encoder_nonsense"),
    "not a number": (lying(200, json.dumps([[float("nan")] * 384] * 3).encode()), "encoder_nonsense"),
}


@pytest.mark.parametrize(
    ("stage", "fault"), [("split", "down"), ("split", "garbage"), *(("embed", fault) for fault in FAULTS)]
)
def test_a_job_that_meets_it_waits_keeps_nothing_of_it_and_goes_on_whole(
    house: Cast, server: WordServer, monkeypatch: pytest.MonkeyPatch, stage: str, fault: str
):
    (begin, reason), (path, checkpoint) = FAULTS[fault], STAGES[stage]
    taken = upload(house)
    mend = _before(stage, lambda: begin(server, path), monkeypatch)
    job = do(taken.job)
    assert (job.state, job.reason, job.checkpoint, job.attempts) == (JobState.QUEUED, reason, checkpoint, 0)
    kept = {file.name for file in artifacts.folder(taken.revision.file).iterdir()}
    assert kept == {"read.jsonl"} | ({"chunks.json"} if stage == "embed" else set())
    mend[0]()
    assert do(taken.job).state == JobState.DONE
    with as_worker():
        assert list(Chunk.objects.order_by("position").values_list("position", flat=True)) == [0, 1, 2]
        assert IndexEntry.objects.count() == 3
        assert Job.objects.get().reason == ""


def test_an_encoder_that_refuses_ends_the_job_with_a_reason_and_trying_again_goes_on(
    house: Cast, server: WordServer, monkeypatch: pytest.MonkeyPatch
):
    taken = upload(house)
    server.lie = (401, b'{"error": "wrong key"}')
    job = do(taken.job)
    assert (job.state, job.reason, job.checkpoint) == (JobState.FAILED, "encoder_refused", "load")
    server.lie = None
    with as_user(house.hana):
        begin_again(job, actor=house.hana)
    assert do(taken.job).state == JobState.DONE


def _before(stage: str, begin: Callable[[], Callable[[], None]], monkeypatch: pytest.MonkeyPatch) -> list:
    """Let the fault begin with the stage, once; the list gets what ends it."""
    from kb.ingestion import pipeline

    mend, real = [], pipeline._WORK[stage]

    def faulty(task):
        if not mend:
            mend.append(begin())
        real(task)

    monkeypatch.setitem(pipeline._WORK, stage, faulty)
    return mend
