"""Jobs whose work is a function of the test's."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from kb.jobs.claim import Held
from tests.cast import Cast
from tests.database import as_worker

Work = Callable[[Held], None]


@pytest.fixture
def worker(cast: Cast) -> Iterator[None]:
    """The test does what a worker does."""
    with as_worker():
        yield


@pytest.fixture
def does(monkeypatch: pytest.MonkeyPatch) -> Callable[[Work], None]:
    """does(function): jobs are this function's from now on, without a heartbeat, which would need another connection."""
    from contextlib import nullcontext

    monkeypatch.setattr("kb.jobs.queue._heartbeat", lambda held: nullcontext())

    def set_work(function: Work) -> None:
        monkeypatch.setattr("kb.jobs.kinds.worker_for", lambda job: function)

    return set_work
