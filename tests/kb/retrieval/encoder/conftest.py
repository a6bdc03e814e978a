"""The real encoder process, started once for these tests."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kb.retrieval.encoder.client import EncoderClient
from kb.retrieval.profiles import PROFILES
from tests.kb.serving.rogue import free_port

ROOT = Path(__file__).resolve().parents[4]
KEY = "a key for tests"


@dataclass
class Running:
    """An encoder process."""

    process: subprocess.Popen[str]
    url: str
    key: str
    ready: str = ""

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}


def start_encoder(*arguments: str, **environ: str) -> Running:
    """Start `manage.py encoder` on a free port. It may still be loading."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "encoder", "--port", str(port), *arguments],
        cwd=ROOT,
        env={**os.environ, "MARU_ENCODER_KEY": KEY, **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    return Running(process, f"http://127.0.0.1:{port}", KEY)


def await_ready(running: Running) -> Running:
    """Wait for its READY line."""
    assert running.process.stdout is not None
    for line in running.process.stdout:
        if line.startswith("READY "):
            running.ready = line.strip()
            return running
    raise AssertionError(f"the encoder ended with {running.process.wait()}")


@pytest.fixture(scope="session")
def models() -> Path:
    """The tests' own folder of models; it stays between runs, so that the bundled model is unpacked once."""
    from django.conf import settings

    return settings.MARU.models


@pytest.fixture(scope="session")
def running(models: Path) -> Iterator[Running]:
    """The real encoder, ready."""
    encoder = await_ready(start_encoder("--models", str(models)))
    yield encoder
    encoder.process.terminate()
    encoder.process.wait(5)


@pytest.fixture
def client(running: Running) -> Iterator[EncoderClient]:
    """A client of the real encoder."""
    client = EncoderClient(running.url, running.key, profile=PROFILES["multilingual-e5-small"])
    yield client
    client.close()
