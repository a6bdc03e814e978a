"""The real encoder, started once for all tests that need it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.retrieval.encoder.client import EncoderClient
from kb.retrieval.profiles import PROFILES
from tests.conftest import use_encoder
from tests.encoders import RememberingClient, Running, await_ready, start_encoder


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


@pytest.fixture(scope="session")
def shared_encoder(running: Running) -> Iterator[EncoderClient]:
    """One client of it for the session."""
    client = RememberingClient(running.url, running.key, profile=PROFILES["multilingual-e5-small"])
    yield client
    client.close()


@pytest.fixture
def real_encoder(shared_encoder: EncoderClient, monkeypatch: pytest.MonkeyPatch) -> EncoderClient:
    """The real encoder wherever the code asks for one."""
    use_encoder(monkeypatch, shared_encoder)
    return shared_encoder
