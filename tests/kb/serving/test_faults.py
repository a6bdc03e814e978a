"""Every way in which a model server can fail, in every dialect: one clear error, in time, with the connection closed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import Callable
from typing import Any

import pytest

from accounts.errors import MaruError
from kb.serving.errors import (
    ModelServerBusy,
    ModelServerDown,
    ModelServerNonsense,
    ModelServerRefused,
    ModelServerSlow,
    ModelServerTooLong,
)
from kb.serving.generation import Finished, Limits, StopReason, Token
from tests.kb.serving.rogue import Exchange, free_port, rogue, until
from tests.kb.serving.servers import DIALECTS, PATIENT, SHORT, WORDS, Dialect

every_dialect = pytest.mark.parametrize("dialect", DIALECTS, ids=str)


async def write(dialect: Dialect, url: str, tokens: list[str] | None = None, limits: Limits = PATIENT) -> Finished:
    """Run the dialect's request; texts go to `tokens`."""
    last: Any = None
    async for event in dialect.make(url, limits).generate(dialect.request):
        assert not isinstance(last, Finished)
        last = event
        if isinstance(event, Token):
            assert event.text
            (tokens if tokens is not None else []).append(event.text)
    assert isinstance(last, Finished)
    return last


async def fails(
    dialect: Dialect, act: Callable[[Exchange], None], error: type[MaruError], limits: Limits = PATIENT
) -> MaruError:
    """Run it against `act` and return the error, which must be of that kind, quick, and without secrets."""
    begun = time.monotonic()
    with rogue(act) as server, pytest.raises(error) as raised:
        await write(dialect, server.url, limits=limits)
    assert time.monotonic() - begun < 8
    told = f"{raised.value} {raised.value.why}"  # type: ignore[attr-defined]
    assert "s3cret-of-tests" not in told and str(raised.value)
    return raised.value


@every_dialect
async def test_a_text_is_written_word_by_word_and_ends_once(dialect: Dialect):
    tokens: list[str] = []
    with rogue(lambda exchange: exchange.stream(dialect.events)) as server:
        finished = await write(dialect, server.url, tokens)
    assert tokens == WORDS
    assert (finished.reason, finished.prompt_tokens, finished.completion_tokens) == (StopReason.STOP, 11, 3)
    (seen,) = server.seen
    assert (seen.method, seen.path) == ("POST", dialect.path)
    assert seen.headers["authorization"] == "Bearer s3cret-of-tests"


@every_dialect
async def test_events_without_a_space_and_keep_alive_lines_are_understood(dialect: Dialect):
    def act(exchange: Exchange) -> None:
        exchange.begin_stream()
        exchange.send(": keep-alive\n\nevent: message\nid: 3\n")
        for event in dialect.events:
            exchange.send(f"data:{event if isinstance(event, str) else json.dumps(event)}\r\n\r\n:\n")

    tokens: list[str] = []
    with rogue(act) as server:
        await write(dialect, server.url, tokens)
    assert tokens == WORDS


@every_dialect
async def test_lines_may_arrive_in_bytes(dialect: Dialect):
    def act(exchange: Exchange) -> None:
        exchange.begin_stream()
        told = "".join(
            f"data: {e if isinstance(e, str) else json.dumps(e, ensure_ascii=False)}\n\n" for e in dialect.events
        )
        data = told.encode()
        for n in range(0, len(data), 7):
            exchange.send(data[n : n + 7])

    tokens: list[str] = []
    with rogue(act) as server:
        await write(dialect, server.url, tokens)
    assert tokens == WORDS


@every_dialect
async def test_nobody_listening_is_down(dialect: Dialect):
    with pytest.raises(ModelServerDown):
        await write(dialect, f"http://127.0.0.1:{free_port()}")


@every_dialect
async def test_a_loading_model_is_down(dialect: Dialect):
    loading = {"error": {"message": "Loading model", "type": "unavailable_error", "code": 503}}
    await fails(dialect, lambda exchange: exchange.answer(loading, 503), ModelServerDown)


@every_dialect
async def test_silence_before_the_first_text_is_slow(dialect: Dialect):
    await fails(dialect, Exchange.wait, ModelServerSlow, SHORT)

    def only_the_head(exchange: Exchange) -> None:
        exchange.begin_stream()
        exchange.wait()

    await fails(dialect, only_the_head, ModelServerSlow, SHORT)


@every_dialect
async def test_keep_alive_lines_do_not_stand_for_text(dialect: Dialect):
    def act(exchange: Exchange) -> None:
        exchange.begin_stream()
        for _ in range(200):
            exchange.send(": keep-alive\n\n")
            time.sleep(0.05)

    await fails(dialect, act, ModelServerSlow, SHORT)


@every_dialect
async def test_a_stall_between_texts_is_slow_and_what_came_is_kept(dialect: Dialect):
    def act(exchange: Exchange) -> None:
        exchange.begin_stream()
        exchange.event(dialect.text("한국의 "))
        exchange.wait()

    tokens: list[str] = []
    with rogue(act) as server, pytest.raises(ModelServerSlow) as raised:
        await write(dialect, server.url, tokens, SHORT)
    assert tokens == ["한국의 "]
    assert raised.value.why == "no text for 0.5 s"


@every_dialect
async def test_a_text_without_end_is_slow_when_its_time_is_over(dialect: Dialect):
    def act(exchange: Exchange) -> None:
        exchange.begin_stream()
        for _ in range(100):
            exchange.event(dialect.text("가"))
            time.sleep(0.1)

    begun = time.monotonic()
    await fails(dialect, act, ModelServerSlow, SHORT)
    assert time.monotonic() - begun > 1.4


@every_dialect
async def test_a_stream_that_ends_in_the_middle_is_nonsense(dialect: Dialect):
    await fails(dialect, lambda exchange: exchange.stream([dialect.text("가")]), ModelServerNonsense)
    await fails(dialect, lambda exchange: exchange.stream([]), ModelServerNonsense)


@every_dialect
async def test_half_a_line_is_not_read(dialect: Dialect):
    def act(exchange: Exchange) -> None:
        exchange.begin_stream()
        exchange.event(dialect.text("가"))
        exchange.send('data: {"half')

    await fails(dialect, act, ModelServerNonsense)


@every_dialect
async def test_a_reset_is_down(dialect: Dialect):
    def act(exchange: Exchange) -> None:
        exchange.begin_stream()
        exchange.event(dialect.text("가"))
        time.sleep(0.1)
        exchange.reset()

    await fails(dialect, act, ModelServerDown)
    await fails(dialect, Exchange.reset, ModelServerDown)


def _not_http(exchange: Exchange) -> None:
    exchange.send("220 smtp.example\r\n\r\n")
    exchange.reset()


@every_dialect
async def test_a_server_that_does_not_speak_http_is_down(dialect: Dialect):
    await fails(dialect, _not_http, ModelServerDown)


GARBAGE = [
    "not json",
    "[]",
    "3",
    "{}",
    '{"choices": 3}',
    '{"token": null}',
    '{"stop": false}',
    "[" * 50_000,
    '{"choices": [7]}',
]


@every_dialect
@pytest.mark.parametrize("garbage", GARBAGE)
async def test_a_garbage_line_is_nonsense(dialect: Dialect, garbage: str):
    await fails(dialect, lambda exchange: exchange.stream([garbage]), ModelServerNonsense)


@every_dialect
async def test_text_that_is_not_text_is_nonsense(dialect: Dialect):
    await fails(dialect, lambda exchange: exchange.stream([dialect.text({"a": 1})]), ModelServerNonsense)  # type: ignore[arg-type]


@every_dialect
async def test_bytes_that_are_not_utf8_are_nonsense(dialect: Dialect):
    def act(exchange: Exchange) -> None:
        exchange.begin_stream()
        exchange.send(b"data: \xff\xfe\n\n")
        exchange.wait()

    await fails(dialect, act, ModelServerNonsense)


@every_dialect
@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"error": "Request failed during generation", "error_type": "generation"}, ModelServerDown),
        ({"error": "Model is overloaded", "error_type": "overloaded"}, ModelServerBusy),
        ({"error": {"message": "Input validation error", "http_status_code": 422}}, ModelServerRefused),
        ({"error": {"message": "the server died", "type": "server_error", "code": 500}}, ModelServerDown),
        ({"object": "error", "message": "no such model", "type": "NotFoundError", "code": 404}, ModelServerRefused),
        ({"error": {"message": "This model's maximum context length is 4096", "code": 400}}, ModelServerTooLong),
        ({"error": "something"}, ModelServerNonsense),
    ],
)
async def test_an_error_inside_a_stream_with_status_200_is_an_error(
    dialect: Dialect, said: Any, error: type[MaruError]
):
    await fails(dialect, lambda exchange: exchange.stream([dialect.text("가"), said]), error)


@every_dialect
@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (401, b"", ModelServerRefused),
        (
            401,
            b'{"error": {"message": "wrong key s3cret-of-tests", "type": "authentication_error"}}',
            ModelServerRefused,
        ),
        (404, b'{"object": "error", "message": "no model", "code": 404}', ModelServerRefused),
        (422, b'{"error": "unknown parameter", "error_type": "validation"}', ModelServerRefused),
        (
            422,
            b'{"error": "`inputs` tokens + `max_new_tokens` must be <= 4096", "error_type": "validation"}',
            ModelServerTooLong,
        ),
        (400, b'{"error": {"code": 400, "message": "x", "type": "exceed_context_size_error"}}', ModelServerTooLong),
        (400, b'{"error": {"message": "x", "code": "context_length_exceeded"}}', ModelServerTooLong),
        (424, b'{"error": "x", "error_type": "generation"}', ModelServerDown),
        (429, b'{"error": "Model is overloaded", "error_type": "overloaded"}', ModelServerBusy),
        (500, b"<html>oops</html>", ModelServerDown),
        (500, b"\xff\xfe", ModelServerDown),
        (503, b"[1, 2]", ModelServerDown),
    ],
)
async def test_an_error_status_is_an_error(dialect: Dialect, status: int, body: bytes, error: type[MaruError]):
    await fails(dialect, lambda exchange: exchange.answer(body, status), error)


@every_dialect
async def test_a_redirect_is_not_followed(dialect: Dialect):
    def act(exchange: Exchange) -> None:
        exchange.send(f"HTTP/1.1 307 X\r\nLocation: {elsewhere.url}{exchange.path}\r\nContent-Length: 0\r\n\r\n")

    with rogue(lambda exchange: exchange.stream(dialect.events)) as elsewhere:
        await fails(dialect, act, ModelServerRefused)
        assert elsewhere.seen == []


@every_dialect
async def test_a_flood_is_stopped(dialect: Dialect):
    def act(exchange: Exchange) -> None:
        exchange.begin_stream()
        event = f"data: {json.dumps(dialect.text('가' * 1000))}\n\n".encode() * 100
        while True:
            exchange.send(event)

    error = await fails(dialect, act, ModelServerNonsense)
    assert "more text" in error.why  # type: ignore[attr-defined]


@every_dialect
async def test_a_line_without_end_is_stopped(dialect: Dialect):
    def act(exchange: Exchange) -> None:
        exchange.begin_stream()
        exchange.send(b"data: ")
        while True:
            exchange.send(b"a" * 65_536)

    error = await fails(dialect, act, ModelServerNonsense)
    assert error.why == "a line has no end"  # type: ignore[attr-defined]


@every_dialect
async def test_an_error_page_without_end_is_stopped(dialect: Dialect):
    def act(exchange: Exchange) -> None:
        exchange.send("HTTP/1.1 500 X\r\nConnection: close\r\n\r\n")
        while True:
            exchange.send(b"a" * 65_536)

    await fails(dialect, act, ModelServerNonsense)


@every_dialect
async def test_text_that_no_database_takes_is_cleaned(dialect: Dialect):
    events = [dialect.text("가\x00나\ud800"), *dialect.events]
    tokens: list[str] = []
    with rogue(lambda exchange: exchange.stream(events)) as server:
        await write(dialect, server.url, tokens)
    assert tokens == ["가나", *WORDS]


def _endless(dialect: Dialect, left: list[bool]) -> Callable[[Exchange], None]:
    def act(exchange: Exchange) -> None:
        exchange.begin_stream()
        exchange.event(dialect.text("가"))
        left.append(exchange.client_left_within(3))

    return act


@every_dialect
async def test_cancelling_closes_the_connection_within_a_second(dialect: Dialect):
    left: list[bool] = []
    tokens: list[str] = []
    with rogue(_endless(dialect, left)) as server:
        task = asyncio.ensure_future(write(dialect, server.url, tokens))
        await until(lambda: tokens)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await until(lambda: left) < 1
        assert left == [True]


@every_dialect
async def test_closing_the_iterator_closes_the_connection_within_a_second(dialect: Dialect):
    left: list[bool] = []
    with rogue(_endless(dialect, left)) as server:
        async with contextlib.aclosing(dialect.make(server.url, PATIENT).generate(dialect.request)) as events:
            assert isinstance(await anext(events), Token)
        assert await until(lambda: left) < 1
        assert left == [True]


@every_dialect
async def test_cancelling_before_the_first_text_closes_too(dialect: Dialect):
    left: list[bool] = []
    with rogue(lambda exchange: left.append(exchange.client_left_within(3))) as server:
        task = asyncio.ensure_future(write(dialect, server.url))
        await until(lambda: server.seen)
        task.cancel()
        assert await until(lambda: left) < 1
        assert left == [True]


@every_dialect
async def test_neither_key_nor_prompt_nor_answer_reach_the_log(dialect: Dialect, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG, "kb")
    parrot = {"error": {"message": "Bearer s3cret-of-tests 질문 서울은 한국의", "type": "x", "code": 400}}
    for act in (lambda e: e.answer(parrot, 400), Exchange.reset, lambda e: e.stream([dialect.text("답입니다"), "{"])):
        with rogue(act) as server, pytest.raises(MaruError):
            await write(dialect, server.url)
    assert not any(word in caplog.text for word in ("s3cret-of-tests", "질문", "서울", "답입니다"))
