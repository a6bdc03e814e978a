"""The client against servers that are away, slow, wrong, or TEI."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from kb.retrieval.encoder.client import EncoderClient, Timeouts
from kb.retrieval.encoder.errors import EncoderDown, EncoderNonsense, EncoderRefused, EncoderSlow
from kb.retrieval.profiles import PROFILES
from tests.kb.serving.rogue import Exchange, free_port, rogue

E5 = PROFILES["multilingual-e5-small"]
SHORT = Timeouts(connect=0.5, question=1.0, bulk=1.5, question_absence=0.5, bulk_absence=0.5)


def unit(dimensions: int = 384) -> list[float]:
    return [1.0] + [0.0] * (dimensions - 1)


def client_of(url: str, **options: Any) -> EncoderClient:
    return EncoderClient(url, "key", **{"profile": E5, **options})


def test_nobody_listening_is_said_within_the_patience():
    begun = time.monotonic()
    with pytest.raises(EncoderDown) as raised:
        client_of(f"http://127.0.0.1:{free_port()}", timeouts=SHORT).embed_query("질문")
    assert time.monotonic() - begun < 3
    assert raised.value.retryable and raised.value.status == 503


def test_a_loading_encoder_is_awaited():
    def act(exchange: Exchange) -> None:
        exchange.answer(
            [unit()] if len(server.seen) > 2 else {"error": "loading"}, 200 if len(server.seen) > 2 else 503
        )

    with rogue(act) as server:
        assert client_of(server.url).embed_query("질문")[0] == 1
        assert len(server.seen) == 3


def test_an_encoder_that_stays_loading_is_down():
    with rogue(lambda exchange: exchange.answer({"error": "loading"}, 503)) as server, pytest.raises(EncoderDown):
        client_of(server.url, timeouts=SHORT).embed_query("질문")
    assert len(server.seen) < 6


def test_an_overloaded_encoder_is_slow():
    with rogue(lambda exchange: exchange.answer({"error": "full"}, 429)) as server, pytest.raises(EncoderSlow):
        client_of(server.url, timeouts=SHORT).embed_query("질문")


def silent(exchange: Exchange) -> None:
    exchange.wait()


def half_a_head(exchange: Exchange) -> None:
    exchange.send("HTTP/1.1 200 OK\r\nContent-")
    exchange.wait()


def trickle(exchange: Exchange) -> None:
    exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n")
    for _ in range(100):
        exchange.send("[")
        time.sleep(0.1)


@pytest.mark.parametrize("act", [silent, half_a_head, trickle])
def test_an_answer_that_does_not_come_is_slow_within_the_limit(act: Callable[[Exchange], None]):
    begun = time.monotonic()
    with rogue(act) as server, pytest.raises(EncoderSlow):
        client_of(server.url, timeouts=SHORT).embed_query("질문")
    assert time.monotonic() - begun < 4
    assert len(server.seen) == 1


def cut_short(exchange: Exchange) -> None:
    exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n[[1")
    exchange.reset()


def not_http(exchange: Exchange) -> None:
    exchange.send("220 smtp.example\r\n\r\n")
    exchange.reset()


@pytest.mark.parametrize("act", [Exchange.reset, cut_short, not_http, lambda e: e.answer({"error": "no"}, 500)])
def test_an_encoder_that_breaks_off_is_down(act: Callable[[Exchange], None]):
    with rogue(act) as server, pytest.raises(EncoderDown):
        client_of(server.url).embed_query("질문")
    assert len(server.seen) == 1


VECTORS: list[Any] = [
    [],
    [unit(), unit()],
    [unit(383)],
    [[0.0] * 384],
    [[2.0] + [0.0] * 383],
    [[None] + [0.0] * 383],
    [[*unit()[:-1], "x"]],
    [[float("nan")] * 384],
    [[float("inf")] + [0.0] * 383],
    {"embeddings": [unit()]},
    "vector",
    None,
    [unit(), [1.0]],
]


@pytest.mark.parametrize("garbage", VECTORS)
def test_garbage_for_a_vector_is_never_returned(garbage: Any):
    with rogue(lambda exchange: exchange.answer(json.dumps(garbage).encode())) as server:
        with pytest.raises(EncoderNonsense) as raised:
            client_of(server.url).embed_passages(["글"])
        assert raised.value.why and raised.value.status == 502


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff\xfe", b"[[0.1,"])
def test_an_answer_that_is_not_json_is_nonsense(body: bytes):
    with rogue(lambda exchange: exchange.answer(body)) as server, pytest.raises(EncoderNonsense):
        client_of(server.url).embed_query("질문")


@pytest.mark.parametrize("garbage", [[], [0], ["3"], [1.5], [True], [1, 2], {}])
def test_garbage_for_a_count_is_never_returned(garbage: Any):
    with rogue(lambda exchange: exchange.answer(garbage)) as server, pytest.raises(EncoderNonsense):
        client_of(server.url).count(["글"])


@pytest.mark.parametrize(
    "garbage",
    [
        {},
        {"analyses": []},
        {"analyses": [{"sentences": [[0, 99]], "tokens": []}]},
        {"analyses": [{"sentences": [[1, 0]], "tokens": []}]},
        {"analyses": [{"sentences": [], "tokens": [["글", "NNG", -1, 1]]}]},
        {"analyses": [{"sentences": [], "tokens": [["글", "NNG"]]}]},
        {"analyses": [None]},
    ],
)
def test_garbage_for_an_analysis_is_never_returned(garbage: Any):
    with rogue(lambda exchange: exchange.answer(garbage)) as server, pytest.raises(EncoderNonsense):
        client_of(server.url).analyse(["글"])


def test_a_wrong_key_is_refused_and_never_told():
    with rogue(lambda exchange: exchange.answer({"error": "the key is wrong"}, 401)) as server:
        with pytest.raises(EncoderRefused) as raised:
            client_of(server.url).embed_query("질문")
        assert server.seen[0].headers["authorization"] == "Bearer key"
    assert "Bearer" not in str(raised.value) + raised.value.why and not raised.value.retryable


def test_a_redirect_is_not_followed():
    def act(exchange: Exchange) -> None:
        exchange.send(f"HTTP/1.1 302 Found\r\nLocation: {elsewhere.url}/embed\r\nContent-Length: 0\r\n\r\n")

    with rogue(lambda exchange: exchange.answer([unit()])) as elsewhere, rogue(act) as server:
        with pytest.raises(EncoderRefused):
            client_of(server.url).embed_query("질문")
        assert elsewhere.seen == []


def test_prefixes_and_normalised_text_are_sent():
    with rogue(lambda exchange: exchange.answer([unit()] * len(exchange.json["inputs"]))) as server:
        client = client_of(server.url)
        client.embed_query("①번\x00 질문")
        client.embed_passages(["글"])
    assert server.seen[0].json == {"inputs": ["query: (1)번 질문"], "normalize": True, "truncate": True}
    assert server.seen[1].json == {"inputs": ["passage: 글"], "normalize": True, "truncate": False}


def test_many_passages_go_in_requests_that_a_server_takes():
    with rogue(lambda exchange: exchange.answer([unit()] * len(exchange.json["inputs"]))) as server:
        assert client_of(server.url).embed_passages(["글"] * 70).shape == (70, 384)
        assert [len(seen.json["inputs"]) for seen in server.seen] == [32, 32, 6]
        server.seen.clear()
        client_of(server.url).embed_passages(["가" * 300_000] * 3)
        assert [len(seen.json["inputs"]) for seen in server.seen] == [1, 1, 1]


def test_nothing_to_do_asks_nobody():
    client = client_of(f"http://127.0.0.1:{free_port()}")
    assert client.embed_passages([]).shape == (0, 384)
    assert client.count(["", " \n"]) == [2, 2]
    assert client.analyse([" "])[0].sentences == ()


def test_one_connection_serves_many_requests_and_threads_share_the_client():
    ports = set()

    def act(exchange: Exchange) -> None:
        ports.add(exchange.socket.getpeername()[1])
        exchange.answer([unit()])

    with rogue(act) as server:
        client = client_of(server.url)
        for _ in range(5):
            client.embed_query("질문")
        assert len(ports) == 1
        threads = [threading.Thread(target=client.embed_query, args=("질문",)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(server.seen) == 9


def test_a_forked_child_uses_connections_of_its_own():
    peers: list[int] = []

    def act(exchange: Exchange) -> None:
        peers.append(exchange.socket.getpeername()[1])
        exchange.answer([unit()])

    with rogue(act) as server:
        client = client_of(server.url)
        client.embed_query("질문")
        child = os.fork()
        if child == 0:
            try:
                client.embed_query("질문")
                os._exit(0)
            finally:
                os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        client.embed_query("질문")
    assert peers[0] == peers[2] != peers[1]


# ---- A TEI server in place of the embedding part -------------------------------------------------------------------------

TEI_INFO = {
    "model_id": "intfloat/multilingual-e5-small",
    "model_sha": "fd1525a9fd15316a2d503bf26ab031a61d056e98",
    "model_dtype": "float16",
    "model_type": {"embedding": {"pooling": "mean"}},
    "max_concurrent_requests": 512,
    "max_input_length": 512,
    "max_batch_tokens": 16384,
    "max_batch_requests": None,
    "max_client_batch_size": 4,
    "auto_truncate": False,
    "tokenization_workers": 2,
    "version": "1.8.2",
}


def tei(exchange: Exchange) -> None:
    """Answers as TEI 1.8 does, and holds requests to its shapes."""
    if exchange.path == "/info":
        exchange.answer(TEI_INFO)
        return
    body = exchange.json
    inputs = [body["inputs"]] if isinstance(body["inputs"], str) else body["inputs"]
    known = {"/embed": {"inputs", "normalize", "truncate"}, "/tokenize": {"inputs", "add_special_tokens"}}
    assert set(body) <= known[exchange.path]
    if len(inputs) > TEI_INFO["max_client_batch_size"]:  # type: ignore[operator]
        message = f"batch size {len(inputs)} > maximum allowed batch size 4"
        exchange.answer({"error": message, "error_type": "Validation"}, 413)
    elif exchange.path == "/embed":
        exchange.answer([unit()] * len(inputs))
    else:
        special = {"id": 0, "text": "<s>", "special": True, "start": None, "stop": None}
        word = {"id": 9, "text": "▁a", "special": False, "start": 0, "stop": 1}
        exchange.answer([[special, *[word] * len(text.split()), special] for text in inputs])


def test_tei_embeds_and_counts_with_the_prefixes_of_its_model():
    with rogue(tei) as server:
        client = client_of("http://127.0.0.1:1", embedder_url=server.url, embedder_key="secret", profile=None)
        assert client.embed_query("질문").shape == (384,)
        assert client.embed_passages(["글"] * 9).shape == (9, 384)
        assert client.count(["a b c", "", "a"]) == [5, 2, 3]
        assert client.info().model == "intfloat/multilingual-e5-small"
        assert client.profile.name == "multilingual-e5-small"
    bodies = [seen.json for seen in server.seen if seen.path == "/embed"]
    assert bodies[-1]["inputs"] == ["passage: 글"]
    assert ["query: 질문"] in [body["inputs"] for body in bodies]
    assert all(seen.headers["authorization"] == "Bearer secret" for seen in server.seen)


def test_beside_tei_texts_are_analysed_by_our_own_encoder():
    own = lambda exchange: exchange.answer({"analyses": [{"sentences": [[0, 1]], "tokens": [["글", "NNG", 0, 1]]}]})  # noqa: E731
    with rogue(tei) as server, rogue(own) as encoder:
        client = client_of(encoder.url, embedder_url=server.url, profile=None)
        assert client.analyse(["글"])[0].tokens[0].form == "글"
        assert {seen.path for seen in server.seen} == set()


def test_an_unlisted_model_of_tei_gets_the_generic_profile_with_its_own_dimensions():
    def act(exchange: Exchange) -> None:
        if exchange.path == "/info":
            exchange.answer({**TEI_INFO, "model_id": "somebody/other"})
        else:
            exchange.answer([unit(512)] * len(exchange.json["inputs"]))

    with rogue(act) as server:
        client = client_of("http://127.0.0.1:1", embedder_url=server.url, profile=None)
        assert client.embed_query("질문").shape == (512,)
        assert (client.profile.name, client.profile.model, client.profile.calibrated) == (
            "generic",
            "somebody/other",
            False,
        )
        assert server.seen[-1].json["inputs"] == ["질문"]


@pytest.mark.parametrize(
    ("status", "kind", "error"),
    [
        (413, "Validation", EncoderRefused),
        (422, "Tokenizer", EncoderRefused),
        (424, "Backend", EncoderDown),
        (429, "Overloaded", EncoderSlow),
        (503, "Unhealthy", EncoderDown),
    ],
)
def test_teis_errors_are_ours(status: int, kind: str, error: type[Exception]):
    with (
        rogue(lambda exchange: exchange.answer({"error": "it says why", "error_type": kind}, status)) as server,
        pytest.raises(error),
    ):
        client_of("http://127.0.0.1:1", embedder_url=server.url, timeouts=SHORT).embed_passages(["글"])


@pytest.mark.parametrize("garbage", [{}, {"model_id": None}, [], {"model_id": 3}])
def test_an_info_without_a_model_is_nonsense(garbage: Any):
    with rogue(lambda exchange: exchange.answer(garbage)) as server, pytest.raises(EncoderNonsense):
        client_of("http://127.0.0.1:1", embedder_url=server.url, profile=None).embed_query("질문")


def test_what_is_returned_is_float32():
    with rogue(lambda exchange: exchange.answer([unit()])) as server:
        assert client_of(server.url).embed_query("질문").dtype == np.float32
