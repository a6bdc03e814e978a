"""The queue in figures: how much waits and for how long, and how many jobs stand before one. Numbers, never titles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """The whole queue, whoever may see its jobs.

    `waiting` could begin now, `running` hold a lease, `silent` let theirs run out, `failed` ended badly in the last 24
    hours; `oldest_seconds` is how long the first waiting one has waited.
    """

    waiting: int
    running: int
    silent: int
    failed: int
    oldest_seconds: float


def queue_figures() -> QueueFigures:
    """The figures of now; one query, also outside `as_user`."""
    with connection.cursor() as cursor:
        cursor.execute("select waiting, running, silent, failed, oldest_seconds from maru_queue()")
        return QueueFigures(*cursor.fetchone())


def places(job_ids: Sequence[int]) -> dict[int, int]:
    """For each of these jobs that waits, its place in the queue: 1 is next. One query for all of them."""
    if not job_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("select job, place from maru_queue_places(%s)", [list(job_ids)])
        return dict(cursor.fetchall())
