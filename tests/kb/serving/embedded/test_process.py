"""The real llama.cpp with the real Gemma, once, through the product's own client."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from kb.serving.embedded.process import parse
from kb.serving.errors import ModelServerRefused, ModelServerTooLong
from kb.serving.generation import Finished, GenerationRequest, StopReason, Token
from kb.serving.llamacpp import LlamaCppServer
from tests.kb.serving.rogue import free_port, until

pytestmark = pytest.mark.model
ROOT = Path(__file__).resolve().parents[4]
KEY = "a key for the tests"
PROMPT = """문서: 쓰지 못한 연차는 최대 10일까지 다음 해로 이월한다.
질문: 연차는 며칠까지 이월되나요?
답변: 연차는 최대 10일까지 이월됩니다.

문서: 비밀번호는 90일마다 바꾼다.
질문: 비밀번호는 며칠마다 바꾸나요?
답변:"""


@dataclass
class Llama:
    """The running process."""

    process: subprocess.Popen[str]
    url: str

    def server(self, key: str = KEY) -> LlamaCppServer:
        return LlamaCppServer(self.url, key, style="completion")


def start(*arguments: str, **environ: str) -> Llama:
    port = free_port()
    command = [sys.executable, "-m", "kb.serving.embedded.process", "--port", str(port), *arguments]
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environ}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    return Llama(process, f"http://127.0.0.1:{port}")


@pytest.fixture(scope="module")
def models() -> Path:
    from django.conf import settings

    return settings.MARU.models


@pytest.fixture(scope="module")
def llama(models: Path) -> Iterator[Llama]:
    running = start("--models", str(models), MARU_EMBEDDED_KEY=KEY)
    assert running.process.stdout is not None
    assert running.process.stdout.readline().startswith(f"READY {running.url} gemma-3-270m ")
    yield running
    running.process.terminate()
    running.process.wait(5)


async def test_it_continues_a_text_word_by_word_and_counts(llama: Llama):
    request = GenerationRequest(prompt=PROMPT, max_tokens=40, stop=("\n",))
    events = [event async for event in llama.server().generate(request)]
    *tokens, finished = events
    text = "".join(token.text for token in tokens if isinstance(token, Token))
    assert len(tokens) > 3 and "90일" in text and "\n" not in text
    assert isinstance(finished, Finished)
    assert (finished.reason, finished.model) == (StopReason.STOP, "gemma-3-270m")
    assert finished.prompt_tokens == await llama.server().count_tokens(PROMPT) + 1
    assert finished.completion_tokens >= len(tokens)


async def test_it_says_its_model_and_the_context_of_one_answer(llama: Llama):
    info = await llama.server().describe()
    assert (info.model, info.context_length, info.style) == ("gemma-3-270m", 4096, "completion")


async def test_a_prompt_beyond_its_context_is_too_long(llama: Llama):
    with pytest.raises(ModelServerTooLong):
        _ = [event async for event in llama.server().generate(GenerationRequest(prompt="연차 " * 9000))]


async def test_max_tokens_end_a_text_with_their_reason(llama: Llama):
    events = [event async for event in llama.server().generate(GenerationRequest(prompt=PROMPT, max_tokens=2))]
    assert isinstance(events[-1], Finished) and events[-1].reason is StopReason.LENGTH


async def test_without_the_key_nothing_is_written(llama: Llama):
    with pytest.raises(ModelServerRefused):
        _ = [event async for event in llama.server("wrong").generate(GenerationRequest(prompt=PROMPT))]
    async with httpx.AsyncClient(base_url=llama.url) as client:
        for path in ("/completion", "/v1/chat/completions", "/tokenize"):
            body = {"prompt": "a", "content": "a", "messages": []}
            assert (await client.post(path, json=body)).status_code == 401


def test_pages_listings_and_other_origins_are_closed(llama: Llama):
    headers = {"Authorization": f"Bearer {KEY}", "Origin": "http://evil.example"}
    assert httpx.get(llama.url + "/", headers=headers).status_code == 404
    assert httpx.get(llama.url + "/slots", headers=headers).status_code == 501
    allowed = httpx.get(llama.url + "/v1/models", headers=headers).headers.get("access-control-allow-origin", "")
    assert allowed == ""


async def test_a_cancelled_answer_frees_the_server(llama: Llama):
    request = GenerationRequest(prompt=PROMPT, max_tokens=3000)
    written: list[object] = []

    async def write() -> None:
        async for event in llama.server().generate(request):
            written.append(event)  # noqa: PERF401 - they are counted while they come

    tasks = [asyncio.ensure_future(write()) for _ in range(2)]
    await until(lambda: len(written) > 4, 20)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    begun = time.monotonic()
    short = GenerationRequest(prompt=PROMPT, max_tokens=2)
    _ = [event async for event in llama.server().generate(short)]
    assert time.monotonic() - begun < 5


def test_prompts_do_not_reach_its_log_and_it_stops_within_two_seconds(models: Path):
    running = start("--models", str(models), "--key-env", "OWN", OWN=KEY)
    assert running.process.stdout is not None
    running.process.stdout.readline()
    headers = {"Authorization": f"Bearer {KEY}"}
    httpx.post(running.url + "/completion", json={"prompt": PROMPT, "n_predict": 2}, headers=headers, timeout=60)
    with httpx.stream(
        "POST", running.url + "/completion", json={"prompt": PROMPT, "n_predict": 2000, "stream": True}, headers=headers
    ) as answer:
        next(answer.iter_bytes())
        begun = time.monotonic()
        running.process.send_signal(signal.SIGTERM)
        out, err = running.process.communicate(timeout=10)
        assert time.monotonic() - begun < 2 and running.process.returncode == 0
    assert "연차" not in out + err and KEY not in out + err


def test_a_model_file_that_is_not_there_is_named(tmp_path: Path):
    running = start("--models", str(tmp_path), "--model", str(tmp_path / "none.gguf"), MARU_EMBEDDED_KEY=KEY)
    out, err = running.process.communicate(timeout=30)
    assert running.process.returncode == 1
    assert "none.gguf" in err.splitlines()[-1] and "READY" not in out


def test_a_file_that_is_no_model_ends_the_start(tmp_path: Path):
    (tmp_path / "bad.gguf").write_bytes(b"not a model" * 100)
    running = start("--models", str(tmp_path), "--model", str(tmp_path / "bad.gguf"), MARU_EMBEDDED_KEY=KEY)
    _, err = running.process.communicate(timeout=30)
    assert running.process.returncode == 1
    assert err.splitlines()[-1].startswith("The model server cannot start with bad.gguf: ")


def test_without_a_key_it_does_not_start(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.delenv("MARU_EMBEDDED_KEY", raising=False)
    with pytest.raises(SystemExit) as ended:
        parse(["--port", "1", "--models", "m"])
    assert ended.value.code == 2 and "MARU_EMBEDDED_KEY" in capsys.readouterr().err
