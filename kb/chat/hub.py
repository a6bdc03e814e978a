"""Answers that are being made in this process: what there is so far, and waking those who read or make them.

Readers in the same process read from here and touch the database only to show that they are there; readers elsewhere
poll the row.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Live:
    """An answer in the making. `event` rises with every change; `over` once its row is at its end."""

    owner_id: int
    draft: str = ""
    stage: str = ""
    detail: dict[str, Any] = field(default_factory=dict)
    event: int = 0
    over: bool = False
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    readers: set[asyncio.Event] = field(default_factory=set)

    def announce(self) -> None:
        """Something changed: wake everyone who reads."""
        self.event += 1
        for reader in self.readers:
            reader.set()


SLOWEST = 5.0  # seconds within which a revoked access ends an answer, however much there is to do

_live: dict[int, Live] = {}
_readers: Counter[int] = Counter()


def begin(answer_id: int, owner_id: int) -> Live:
    """An answer begins to be made here."""
    return _live.setdefault(answer_id, Live(owner_id))


def end(answer_id: int) -> None:
    """It is at its end; the row says how."""
    live = _live.pop(answer_id, None)
    if live is not None:
        live.over = True
        live.announce()


def made_here(answer_id: int) -> Live | None:
    """The answer, when this process makes it."""
    return _live.get(answer_id)


def at_work() -> int:
    """How many answers are being made here."""
    return len(_live)


@contextmanager
def reading(answer_id: int) -> Iterator[None]:
    """Somebody reads the answer in this process, for as long as the block lasts."""
    _readers[answer_id] += 1
    try:
        yield
    finally:
        _readers[answer_id] -= 1
        if not _readers[answer_id]:
            del _readers[answer_id]


def is_read_here(answer_id: int) -> bool:
    """Whether somebody reads the answer in this process now."""
    return answer_id in _readers


def pace(seconds: float, at_ease: int) -> float:
    """Seconds between two looks at the database: `seconds` up to `at_ease` answers at once here, then more, at most SLOWEST.

    Hundreds of answers that each look every two seconds keep the database so busy that none of them comes to its end.
    """
    return min(seconds * max(1.0, at_work() / at_ease), max(seconds, SLOWEST))


def stop_here(answer_id: int) -> None:
    """Wake the answer's producer, when it is here, so that a stop takes effect at once."""
    live = _live.get(answer_id)
    if live is not None:
        live.wake.set()


async def news(live: Live | None, seconds: float) -> None:
    """Return when the answer changed, at the latest after `seconds`."""
    if live is None:
        await asyncio.sleep(seconds)
        return
    event = asyncio.Event()
    live.readers.add(event)
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
    finally:
        live.readers.discard(event)
