"""A house whose workers are the test itself."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.doubles import WordEncoder


@pytest.fixture
def house(cast: Cast, word_encoder: WordEncoder, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """Workers do their work inside the test's transaction; their heartbeat would need a connection of its own."""
    from contextlib import nullcontext

    monkeypatch.setattr("kb.jobs.queue._heartbeat", lambda held: nullcontext())
    return cast
