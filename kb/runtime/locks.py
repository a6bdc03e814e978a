"""File locks between processes. The kernel drops them when their holder dies, however it dies."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Lock:
    """A lock on a file, held from `acquire` to `release`. Not to be shared between threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: int | None = None

    @property
    def held(self) -> bool:
        """Whether this object holds the lock."""
        return self._file is not None

    def acquire(self, *, shared: bool = False) -> None:
        """Wait for the lock."""
        self._lock(fcntl.LOCK_SH if shared else fcntl.LOCK_EX)

    def try_acquire(self, *, shared: bool = False) -> bool:
        """Take the lock if it is free. Holding it shared already, this asks to hold it alone."""
        try:
            self._lock((fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def acquire_within(self, seconds: float, *, shared: bool = False) -> bool:
        """Wait for the lock that long; False when it did not come free."""
        until = time.monotonic() + seconds
        while not self.try_acquire(shared=shared):
            if time.monotonic() > until:
                return False
            time.sleep(0.02)
        return True

    def release(self) -> None:
        """Give the lock back; harmless when it is not held."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _lock(self, how: int) -> None:
        file = (
            self._file if self._file is not None else os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        )
        try:
            fcntl.flock(file, how)
        except BaseException:
            if file != self._file:
                os.close(file)
            raise
        self._file = file


@contextmanager
def locked(path: Path, *, shared: bool = False) -> Iterator[None]:
    """Hold the lock on `path` for the length of a `with` block."""
    lock = Lock(path)
    lock.acquire(shared=shared)
    try:
        yield
    finally:
        lock.release()


def somebody_holds(path: Path) -> bool:
    """Whether any process holds the lock on `path` now."""
    lock = Lock(path)
    free = lock.try_acquire()
    lock.release()
    return not free
