"""A client of the real encoder (tests/kb/conftest.py), made anew for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kb.retrieval.encoder.client import EncoderClient
from kb.retrieval.profiles import PROFILES
from tests.encoders import Running


@pytest.fixture
def client(running: Running) -> Iterator[EncoderClient]:
    """A client of the real encoder."""
    client = EncoderClient(running.url, running.key, profile=PROFILES["multilingual-e5-small"])
    yield client
    client.close()
