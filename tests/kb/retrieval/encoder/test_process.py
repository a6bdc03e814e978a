"""The encoder as a process: start, key, limits, priority, stop."""

from __future__ import annotations

import signal
import threading
import time
from pathlib import Path

import httpx
import numpy as np
import pytest

from kb.retrieval.encoder.client import EncoderClient
from tests.encoders import Running, await_ready, start_encoder

PASSAGE = "연차 유급휴가는 근로자가 1년간 80퍼센트 이상 출근한 경우에 15일을 부여하며, 다음 해 3월 말까지 이월하여 쓸 수 있다. "


def post(running: Running, path: str, **options: object) -> httpx.Response:
    return httpx.post(running.url + path, **{"timeout": 60, "headers": running.headers, **options})  # type: ignore[arg-type]


def test_a_question_lies_nearer_to_its_answer_than_to_another_text(client: EncoderClient):
    question = client.embed_query("연차는 며칠까지 이월되나요?")
    passages = client.embed_passages(
        ["남은 연차는 10일까지 다음 해로 이월된다.", "스핀들 베어링은 2,000시간마다 교체한다."]
    )
    assert question.shape == (384,) and question.dtype == np.float32
    assert passages.shape == (2, 384)
    near, far = passages @ question
    assert near > far + 0.05


def test_an_english_question_lies_near_its_korean_answer(client: EncoderClient):
    question = client.embed_query("How many days of annual leave can be carried over?")
    near, far = (
        client.embed_passages(["남은 연차는 10일까지 다음 해로 이월된다.", "회의실은 사내 포털에서 예약한다."])
        @ question
    )
    assert near > far


def test_vectors_do_not_depend_on_what_they_are_batched_with(client: EncoderClient):
    texts = [PASSAGE * n for n in (1, 5, 2, 4, 3, 1, 2, 5, 4, 3)]
    together = client.embed_passages(texts)
    alone = np.stack([client.embed_passages([text])[0] for text in texts])
    assert (together * alone).sum(axis=1).min() > 0.9999


def test_tokens_are_counted_with_the_special_ones(client: EncoderClient, running: Running):
    counts = client.count(["연차는 며칠까지 이월되나요?", "", "a"])
    assert counts[1:] == [2, 3]
    tokens = post(running, "/tokenize", json={"inputs": ["연차는 며칠까지 이월되나요?"]}).json()[0]
    assert counts[0] == len(tokens)
    assert tokens[0] == {"id": 0, "text": "<s>", "special": True, "start": None, "stop": None}
    assert set(tokens[1]) == {"id", "text", "special", "start", "stop"}
    bare = post(running, "/tokenize", json={"inputs": ["a"], "add_special_tokens": False}).json()[0]
    assert [token["special"] for token in bare] == [False]


def test_analysis_comes_with_places_in_the_normalised_text(client: EncoderClient):
    (found,) = client.analyse(["제목\r\n연차는 ①15일이다. 다음 해까지 쓴다."])
    assert found.text == "제목\n연차는 (1)15일이다. 다음 해까지 쓴다."
    assert [found.text[s:e] for s, e in found.sentences] == ["제목", "연차는 (1)15일이다.", "다음 해까지 쓴다."]
    assert "연차" in {token.form for token in found.tokens if found.text[token.start : token.end] == "연차"}


def test_decomposed_hangul_is_the_same_text(client: EncoderClient):
    import unicodedata

    whole = "연차 규정"
    apart = unicodedata.normalize("NFD", whole)
    assert apart != whole
    assert np.array_equal(client.embed_query(whole), client.embed_query(apart))


def test_hostile_text_is_encoded_like_any_other(client: EncoderClient):
    vectors = client.embed_passages(["\ufdfa" * 40, "nul\x00byte", "\ud800 alone", "</s><pad>", "🙂"])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)


def test_a_long_question_is_cut_and_a_long_passage_is_refused(client: EncoderClient, running: Running):
    assert client.embed_query(PASSAGE * 60).shape == (384,)
    answer = post(running, "/embed", json={"inputs": ["짧다", PASSAGE * 60], "truncate": False})
    assert answer.status_code == 413
    assert "`inputs[1]`" in answer.json()["error"] and answer.json()["error_type"] == "Validation"


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "a key for tests"}])
def test_without_its_key_nothing_is_answered(running: Running, headers: dict[str, str]):
    for path in ("/embed", "/analyse", "/count", "/tokenize"):
        answer = post(running, path, json={"inputs": ["a"], "texts": ["a"]}, headers=headers)
        assert answer.status_code == 401 and set(answer.json()) == {"error", "error_type"}
    assert httpx.get(running.url + "/info", headers=headers).status_code == 401


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/embed", b"{", 400),
        ("/embed", b"[" * 100_000, 400),
        ("/embed", b"[]", 422),
        ("/embed", b"{}", 422),
        ("/embed", b'{"inputs": []}', 422),
        ("/embed", b'{"inputs": ["a", 1]}', 422),
        ("/embed", b'{"inputs": ["a", " \\u0000 "]}', 422),
        ("/embed", b'{"inputs": ["a"], "truncate": "yes"}', 422),
        ("/embed", b'{"inputs": ["a"], "normalize": false}', 422),
        ("/embed", b'{"inputs": [' + b'"a",' * 600 + b'"a"]}', 413),
        ("/analyse", b'{"inputs": ["a"]}', 422),
        ("/analyse", b'{"texts": ["' + b"a" * 1_000_001 + b'"]}', 413),
        ("/embed", b'{"inputs": ["' + b"a" * 9_000_000 + b'"]}', 413),
        ("/nothing", b"{}", 404),
        ("/healthz", b"{}", 405),
    ],
)
def test_a_bad_request_gets_a_reason(running: Running, path: str, body: bytes, status: int):
    answer = post(running, path, content=body)
    assert answer.status_code == status
    assert answer.json()["error"]


def test_an_empty_text_is_named_by_its_place(running: Running):
    answer = post(running, "/embed", json={"inputs": ["a", "b", "  "]})
    assert (answer.status_code, answer.json()["error"]) == (422, "`inputs[2]` is empty")


def test_info_names_the_model_in_teis_shape(running: Running):
    info = httpx.get(running.url + "/info", headers=running.headers).json()
    assert info["model_id"] == "multilingual-e5-small"
    assert (info["max_input_length"], info["dimensions"]) == (512, 384)
    assert running.ready.startswith(f"READY {running.url} multilingual-e5-small 384 ")


def test_a_question_overtakes_two_hundred_queued_passages(client: EncoderClient, running: Running):
    ended: dict[str, float] = {}

    def bulk() -> None:
        post(running, "/embed", json={"inputs": [f"passage: {PASSAGE * 2}{i}" for i in range(200)]})
        ended["bulk"] = time.monotonic()

    thread = threading.Thread(target=bulk)
    thread.start()
    while httpx.get(running.url + "/healthz").json()["waiting"] < 10:
        time.sleep(0.02)
    begun = time.monotonic()
    client.embed_query("연차는 며칠까지 이월되나요?")
    waited = time.monotonic() - begun
    still = httpx.get(running.url + "/healthz").json()["waiting"]
    thread.join()
    assert still > 5
    assert ended["bulk"] - begun > 2 * waited


def test_work_of_a_client_that_left_leaves_the_queue(running: Running):
    with pytest.raises(httpx.ReadTimeout):
        post(running, "/embed", json={"inputs": [f"passage: {PASSAGE * 4}{i}" for i in range(300)]}, timeout=0.7)
    until = time.monotonic() + 3
    while httpx.get(running.url + "/healthz").json()["waiting"]:
        assert time.monotonic() < until
        time.sleep(0.05)


def test_it_says_at_once_that_it_is_loading_and_stops_within_two_seconds(models: Path):
    encoder = start_encoder("--models", str(models))
    try:
        until = time.monotonic() + 60
        while True:
            try:
                health = httpx.get(encoder.url + "/healthz").json()
                break
            except httpx.TransportError:
                assert time.monotonic() < until
                time.sleep(0.02)
        assert health["status"] == "loading"
        answer = post(encoder, "/embed", json={"inputs": ["a"]}, headers=encoder.headers)
        assert (answer.status_code, answer.json()["error_type"]) == (503, "Unhealthy")
        await_ready(encoder)
        thread = threading.Thread(target=_embed_until_it_breaks, args=(encoder,))
        thread.start()
        time.sleep(0.3)
        begun = time.monotonic()
        encoder.process.send_signal(signal.SIGTERM)
        assert encoder.process.wait(10) == 0
        assert time.monotonic() - begun < 2
        thread.join()
    finally:
        encoder.process.kill()


def _embed_until_it_breaks(encoder: Running) -> None:
    with pytest.raises(httpx.TransportError):
        post(encoder, "/embed", json={"inputs": [f"{PASSAGE}{i}" for i in range(400)]}, headers=encoder.headers)


def test_a_model_that_is_not_there_ends_the_start_with_its_name(tmp_path: Path):
    (tmp_path / "empty").mkdir()
    encoder = start_encoder(MARU_EMBEDDER=str(tmp_path / "empty"))
    _, said = encoder.process.communicate(timeout=60)
    assert encoder.process.returncode == 1
    assert said.splitlines()[-1].startswith(f"The embedding model {tmp_path / 'empty'} cannot be loaded: ")


def test_beside_a_tei_server_only_texts_are_analysed():
    encoder = await_ready(start_encoder(MARU_EMBEDDER="tei+http://127.0.0.1:1"))
    try:
        texts = {"texts": ["연차는 15일이다."], "inputs": ["a"]}
        assert post(encoder, "/analyse", json=texts, headers=encoder.headers).status_code == 200
        assert post(encoder, "/embed", json=texts, headers=encoder.headers).status_code == 404
        maps = Path(f"/proc/{encoder.process.pid}/maps").read_text()
        assert "libtorch" not in maps
    finally:
        encoder.process.kill()
        encoder.process.wait()
