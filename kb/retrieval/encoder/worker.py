"""One thread that owns what must not be shared, and the queue in front of it: what is urgent goes first."""

from __future__ import annotations

import heapq
import itertools
import threading
from collections.abc import Callable
from concurrent.futures import Future
from enum import IntEnum
from typing import Any, TypeVar

T = TypeVar("T")


class Urgency(IntEnum):
    """Order of the queue; within one, first come, first served."""

    QUESTION = 0
    SOON = 1
    BULK = 2


class TooMuchWaiting(Exception):
    """The queue is full."""


class Worker:
    """Runs pieces of work one after another in a thread of its own.

    A piece that has begun is finished; so bulk work is handed in in small pieces. A cancelled future leaves the queue.
    `after_bulk` is called in the thread when the last bulk piece of a queue is done.
    """

    def __init__(self, name: str, *, most_waiting: int = 4096, after_bulk: Callable[[], object] | None = None) -> None:
        self._most = most_waiting
        self._after_bulk = after_bulk
        self._queue: list[tuple[int, int, Callable[[], Any], Future[Any]]] = []
        self._order = itertools.count()
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """Pieces of work that nobody has cancelled and that have not begun."""
        with self._changed:
            return sum(not future.cancelled() for *_, future in self._queue)

    def submit(self, urgency: Urgency, work: Callable[[], T]) -> Future[T]:
        """Queue a piece of work. Raises TooMuchWaiting when more than `most_waiting` pieces wait."""
        future: Future[T] = Future()
        with self._changed:
            if len(self._queue) >= self._most:
                self._drop_cancelled()
            if len(self._queue) >= self._most:
                raise TooMuchWaiting
            heapq.heappush(self._queue, (urgency, next(self._order), work, future))
            self._changed.notify()
        return future

    def _drop_cancelled(self) -> None:
        self._queue = [entry for entry in self._queue if not entry[-1].cancelled()]
        heapq.heapify(self._queue)

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._queue:
                    self._changed.wait()
                urgency, _, work, future = heapq.heappop(self._queue)
                was_last = not self._queue
            if future.set_running_or_notify_cancel():
                _settle(future, work)
            if was_last and urgency == Urgency.BULK and self._after_bulk is not None:
                self._after_bulk()


def _settle(future: Future[Any], work: Callable[[], Any]) -> None:
    try:
        result = work()
    except BaseException as error:
        future.set_exception(error)
    else:
        future.set_result(result)
