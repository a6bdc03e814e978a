"""How many index rows an audience has: it decides between the exact form of the search and the HNSW index."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Any

_KEPT_SECONDS = 30.0
_counts: dict[tuple[int, int, int], tuple[float, int]] = {}
_lock = threading.Lock()


def readable_rows(cursor: Any, version: int, audiences: Sequence[int], collections: Sequence[int] | None) -> int:
    """Rows of `version` for these audiences (and collections), at most half a minute old."""
    now = time.monotonic()
    wanted = [(version, audience) for audience in audiences]
    with _lock:
        stale = [pair for pair in wanted if _counts_age(pair, now) > _KEPT_SECONDS]
    if stale:
        _count_again(cursor, version, [audience for _, audience in stale], now)
    chosen = set(collections) if collections is not None else None
    with _lock:
        return sum(
            rows
            for (held, audience, collection), (_, rows) in _counts.items()
            if held == version and audience in set(audiences) and (chosen is None or collection in chosen)
        )


def _counts_age(pair: tuple[int, int], now: float) -> float:
    ages = [now - at for (version, audience, _), (at, _) in _counts.items() if (version, audience) == pair]
    return min(ages, default=float("inf"))


def _count_again(cursor: Any, version: int, audiences: list[int], now: float) -> None:
    cursor.execute(
        "select audience_id, collection_id, count(*) from kb_indexentry"
        " where version = %s and audience_id = any(%s) group by 1, 2",
        [version, audiences],
    )
    fresh = {(version, audience, collection): (now, rows) for audience, collection, rows in cursor.fetchall()}
    with _lock:
        for key in [key for key in _counts if key[0] == version and key[1] in audiences]:
            del _counts[key]
        for audience in audiences:
            _counts[(version, audience, 0)] = (now, 0)  # remembers that an audience without rows was counted
        _counts.update(fresh)


def forget() -> None:
    """Count anew at the next search; tests and a changed database need it."""
    with _lock:
        _counts.clear()
