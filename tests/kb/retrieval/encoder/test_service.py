"""The queue and the batches, with a model that only takes notes."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from kb.retrieval.encoder.service import BadVector, Loading, NotServed, Service, TextTooLong, pack, slices
from kb.retrieval.encoder.worker import TooMuchWaiting, Urgency, Worker


class Notes:
    """An embedder whose vectors are the texts' lengths, and which can be held up."""

    def __init__(self) -> None:
        self.facts = SimpleNamespace(dimensions=2, max_tokens=500)
        self.batches: list[list[str]] = []
        self.go = threading.Event()
        self.begun = threading.Event()
        self.bad = False

    def count(self, texts: Sequence[str]) -> list[int]:
        return [len(text) for text in texts]

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        self.batches.append(list(texts))
        self.begun.set()
        assert self.go.wait(5)
        return np.array([[len(text), np.nan if self.bad else 1] for text in texts], np.float32)


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def service(notes: Notes) -> Service:
    return Service(embedder=notes)  # type: ignore[arg-type]


async def begun(notes: Notes) -> None:
    assert await asyncio.to_thread(notes.begun.wait, 5)


async def test_vectors_come_back_in_the_order_of_the_texts(service: Service, notes: Notes):
    notes.go.set()
    texts = ["a" * n for n in (3, 400, 1, 400, 7, 2, 9, 5, 4, 6, 8, 10, 11, 12)]
    assert (await service.embed(texts, truncate=False))[:, 0].tolist() == [len(text) for text in texts]
    assert max(len(batch) for batch in notes.batches) <= 8


async def test_a_question_goes_before_bulk_that_came_first(service: Service, notes: Notes):
    bulk = asyncio.ensure_future(service.embed([f"passage {n}" for n in range(200)], truncate=False))
    await begun(notes)
    question = asyncio.ensure_future(service.embed(["question"], truncate=False))
    while service.vectors.waiting < 25:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    notes.go.set()
    await question
    assert notes.batches[1] == ["question"]
    assert len(await bulk) == 200


async def test_a_cancelled_request_leaves_the_queue(service: Service, notes: Notes):
    bulk = asyncio.ensure_future(service.embed([f"passage {n}" for n in range(100)], truncate=False))
    await begun(notes)
    assert service.vectors.waiting == 12
    bulk.cancel()
    with pytest.raises(asyncio.CancelledError):
        await bulk
    assert service.vectors.waiting == 0
    notes.go.set()
    await service.embed(["question"], truncate=False)
    assert len(notes.batches) == 2


async def test_a_failed_batch_fails_its_request_and_takes_the_rest_along(service: Service, notes: Notes):
    embed = notes.embed

    def fail_first(texts: Sequence[str]) -> np.ndarray:
        if notes.batches:
            return embed(texts)
        notes.batches.append(list(texts))
        raise ZeroDivisionError

    notes.embed = fail_first  # type: ignore[method-assign]
    with pytest.raises(ZeroDivisionError):
        await service.embed(["a"] * 100, truncate=False)
    assert service.vectors.waiting == 0
    notes.go.set()


async def test_a_vector_that_is_not_finite_is_not_given_out(service: Service, notes: Notes):
    notes.go.set()
    notes.bad = True
    with pytest.raises(BadVector):
        await service.embed(["a", "b"], truncate=False)


async def test_a_text_over_the_limit_is_refused_unless_it_may_be_cut(service: Service, notes: Notes):
    notes.go.set()
    with pytest.raises(TextTooLong, match=r"inputs\[1\]"):
        await service.embed(["a", "a" * 501], truncate=False)
    assert (await service.embed(["a" * 501], truncate=True)).shape == (1, 2)


async def test_what_is_not_loaded_is_not_asked():
    empty = Service()
    with pytest.raises(Loading):
        await empty.embed(["a"], truncate=True)
    with pytest.raises(Loading):
        await empty.analyse(["a"])
    with pytest.raises(NotServed):
        await Service(embeds=False).count(["a"])
    assert not empty.ready


async def test_analysis_is_queued_in_small_pieces_and_joined(service: Service):
    seen: list[int] = []

    class Analyser:
        def analyse(self, texts: Sequence[str]) -> list[Any]:
            seen.append(len(texts))
            return list(texts)

    service.analyser = Analyser()  # type: ignore[assignment]
    texts = [str(n) * 3000 for n in range(9)]
    assert await service.analyse(texts) == texts
    assert seen == [2, 2, 2, 2, 1]


def test_urgent_work_goes_first_and_equals_in_their_order():
    done: list[str] = []
    gate = threading.Event()
    worker = Worker("test")
    first = worker.submit(Urgency.BULK, lambda: gate.wait(5))
    while not first.running():
        pass
    names = [
        ("b1", Urgency.BULK),
        ("s1", Urgency.SOON),
        ("q1", Urgency.QUESTION),
        ("b2", Urgency.BULK),
        ("q2", Urgency.QUESTION),
    ]
    futures = [worker.submit(urgency, lambda name=name: done.append(name)) for name, urgency in names]
    gate.set()
    for future in futures:
        future.result(5)
    assert done == ["q1", "q2", "s1", "b1", "b2"]


def test_memory_is_returned_when_the_last_bulk_work_is_done_and_not_after_questions():
    returned: list[int] = []
    done: list[str] = []
    worker = Worker("test", after_bulk=lambda: returned.append(len(done)))
    gate = threading.Event()
    worker.submit(Urgency.BULK, lambda: gate.wait(5))
    futures = [worker.submit(Urgency.BULK, lambda: done.append("bulk")) for _ in range(3)]
    futures.append(worker.submit(Urgency.QUESTION, lambda: done.append("question")))
    gate.set()
    for future in futures:
        future.result(5)
    worker.submit(Urgency.QUESTION, lambda: done.append("question")).result(5)
    assert returned == [4]


def test_a_full_queue_refuses_and_cancelled_work_makes_room():
    gate = threading.Event()
    worker = Worker("test", most_waiting=2)
    first = worker.submit(Urgency.BULK, lambda: gate.wait(5))
    while not first.running():
        pass
    waiting = [worker.submit(Urgency.BULK, lambda: None) for _ in range(2)]
    with pytest.raises(TooMuchWaiting):
        worker.submit(Urgency.QUESTION, lambda: None)
    waiting[0].cancel()
    last = worker.submit(Urgency.QUESTION, lambda: 7)
    gate.set()
    assert last.result(5) == 7


def test_the_thread_outlives_work_that_fails():
    worker = Worker("test")
    with pytest.raises(SystemExit):
        worker.submit(Urgency.BULK, lambda: exec("raise SystemExit")).result(5)
    assert worker.submit(Urgency.BULK, lambda: 1).result(5) == 1


def test_batches_hold_neighbours_in_length_within_the_limits():
    counts = [500, 10, 480, 20, 300, 300, 15, 5, 5, 5, 5, 5, 5, 900]
    batches = pack(counts)
    assert sorted(place for batch in batches for place in batch) == list(range(len(counts)))
    assert all(
        len(batch) == 1 or (len(batch) <= 8 and max(counts[i] for i in batch) * len(batch) <= 1280) for batch in batches
    )
    assert batches[0] == [13]


def test_slices_keep_the_order_and_a_large_one_stands_alone():
    assert slices(["a", "b", "c", "d"], [3, 3, 20, 1], 8) == [["a", "b"], ["c"], ["d"]]
