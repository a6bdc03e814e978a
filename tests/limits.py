"""Too little room, without filling a disk: the system refuses this process to write a file beyond a limit."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_room(most: int = 16 * 1024, process: int = 0) -> Iterator[None]:
    """Writing beyond `most` bytes of a file fails with EFBIG, in this process or in another (by its id)."""
    held = resource.prlimit(process, resource.RLIMIT_FSIZE)
    resource.prlimit(process, resource.RLIMIT_FSIZE, (most, held[1]))
    try:
        yield
    finally:
        resource.prlimit(process, resource.RLIMIT_FSIZE, held)
