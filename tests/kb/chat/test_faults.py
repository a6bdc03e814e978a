"""A model server that fails while it answers: a clear end, what was heard kept once and marked, nothing held any more."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from asgiref.sync import sync_to_async

from accounts.access import as_user
from kb.chat import hub
from kb.models import Answer
from kb.serving.openai import OpenAIServer
from kb.views.failures import failure_of
from tests.cast import Cast
from tests.kb.chat.conftest import CARRY
from tests.kb.chat.made import answered
from tests.kb.serving.rogue import Exchange, free_port, rogue, until
from tests.kb.serving.servers import KEY, SHORT, chat_chunk, usage_chunk

QUESTION = "연차는 언제까지 이월됩니까?"
BEGUN = "연차는 다음 해 "
GOOD = [chat_chunk(CARRY), chat_chunk("", "stop"), usage_chunk(), "[DONE]"]


def refuses(exchange: Exchange) -> None:
    exchange.answer({"error": "no"}, 503)


def is_busy(exchange: Exchange) -> None:
    exchange.answer({"error": "Model is overloaded", "error_type": "overloaded"}, 429)


def says_nothing(exchange: Exchange) -> None:
    exchange.begin_stream()
    exchange.wait()


def stalls(exchange: Exchange) -> None:
    exchange.begin_stream()
    exchange.event(chat_chunk(BEGUN))
    exchange.wait()


def talks_garbage(exchange: Exchange) -> None:
    exchange.stream([chat_chunk(BEGUN), '{"choices": 3}'])


def sends_a_line_without_end(exchange: Exchange) -> None:
    exchange.begin_stream()
    exchange.event(chat_chunk(BEGUN))
    exchange.send(b"data: ")
    while True:
        exchange.send(b"a" * 65_536)


def ends_half_way(exchange: Exchange) -> None:
    exchange.stream([chat_chunk(BEGUN)])


def resets(exchange: Exchange) -> None:
    exchange.begin_stream()
    exchange.event(chat_chunk(BEGUN))
    time.sleep(0.1)
    exchange.reset()


def dies_in_its_own_words(exchange: Exchange) -> None:
    exchange.stream([chat_chunk(BEGUN), {"error": {"message": f"CUDA error, key {KEY}", "code": 500}}])


FAULTS = [
    (refuses, "model_server_down", ""),
    (is_busy, "model_server_busy", ""),
    (says_nothing, "model_server_slow", ""),
    (stalls, "model_server_slow", BEGUN),
    (talks_garbage, "model_server_nonsense", BEGUN),
    (sends_a_line_without_end, "model_server_nonsense", BEGUN),
    (ends_half_way, "model_server_nonsense", BEGUN),
    (resets, "model_server_down", BEGUN),
    (dies_in_its_own_words, "model_server_down", BEGUN),
]


@dataclass
class Acted:
    """A server that lists its model well and writes as `act` says."""

    act: Callable[[Exchange], None]
    asked: list[Exchange] = field(default_factory=list)

    def __call__(self, exchange: Exchange) -> None:
        if exchange.path == "/v1/models":
            exchange.answer({"data": [{"id": "m", "max_model_len": 4096}]})
            return
        self.asked.append(exchange)
        self.act(exchange)


@pytest.mark.parametrize(("act", "code", "kept"), FAULTS, ids=lambda value: getattr(value, "__name__", ""))
async def test_a_fault_ends_the_answer_once_and_the_next_one_works(
    committed_house: Cast, monkeypatch: pytest.MonkeyPatch, act: Callable[[Exchange], None], code: str, kept: str
):
    suji = committed_house.suji
    server = Acted(act)
    with rogue(server) as running:
        client = OpenAIServer(running.url, KEY, limits=SHORT)
        monkeypatch.setattr("kb.chat.route.model_server", lambda: client)
        begun = time.monotonic()
        answer = await answered(suji, QUESTION)
        assert time.monotonic() - begun < 6
        assert (answer.state, answer.error, answer.draft, answer.text) == ("failed", code, kept, "")
        assert (len(answer.citations.all()), answer.citation_count, answer.basis) == (0, 0, "")
        assert hub.at_work() == 0
        server.act = lambda exchange: exchange.stream(GOOD)
        again = await answered(suji, QUESTION)
    assert (again.state, again.basis, again.text) == ("done", "sourced", CARRY)
    assert len(server.asked) == 2, "an answer is asked for once, never again by itself"
    failure = failure_of(answer)
    assert failure.retryable and failure.kept is bool(kept)
    assert KEY not in failure.text and "CUDA" not in failure.text and "language model" in failure.text


async def test_the_connection_to_a_server_that_stalls_is_closed(committed_house: Cast, monkeypatch: pytest.MonkeyPatch):
    left: list[bool] = []

    def act(exchange: Exchange) -> None:
        if exchange.path == "/v1/models":
            exchange.answer({"data": [{"id": "m"}]})
            return
        exchange.begin_stream()
        exchange.event(chat_chunk(BEGUN))
        left.append(exchange.client_left_within(4))

    with rogue(act) as running:
        client = OpenAIServer(running.url, limits=SHORT)
        monkeypatch.setattr("kb.chat.route.model_server", lambda: client)
        await answered(committed_house.suji, QUESTION)
        assert await until(lambda: left) < 1
    assert left == [True]


async def test_nobody_listening_is_said_and_not_replaced_by_something_else(
    committed_house: Cast, monkeypatch: pytest.MonkeyPatch
):
    client = OpenAIServer(f"http://127.0.0.1:{free_port()}")
    monkeypatch.setattr("kb.chat.route.model_server", lambda: client)
    answer = await answered(committed_house.suji, QUESTION)
    assert (answer.state, answer.error, answer.error_params["retryable"]) == ("failed", "model_server_down", True)


async def test_a_partial_answer_is_one_row_with_one_version(committed_house: Cast, monkeypatch: pytest.MonkeyPatch):
    with rogue(Acted(ends_half_way)) as running:
        client = OpenAIServer(running.url, limits=SHORT)
        monkeypatch.setattr("kb.chat.route.model_server", lambda: client)
        await answered(committed_house.suji, QUESTION)

    def rows() -> list[tuple[int, str]]:
        with as_user(committed_house.suji):
            return list(Answer.objects.values_list("version", "draft"))

    assert await sync_to_async(rows)() == [(1, BEGUN)]
