"""Looking at processes and ending them. Linux tells all of it in /proc; elsewhere less is known, and said so."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_LINUX = sys.platform == "linux"
_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True, slots=True)
class Running:
    """A process, told apart from a later one of the same number by its start time (0 where that is not known)."""

    pid: int
    started: int

    @classmethod
    def of(cls, pid: int) -> Running | None:
        """The process of that number, None when there is none. A dead one that nobody has collected counts as none."""
        if not _LINUX:
            return cls(pid, 0) if _answers(pid) else None
        status = _status(pid)
        return cls(pid, status.started) if status is not None and status.lives else None

    def alive(self) -> bool:
        """Whether it still runs."""
        return Running.of(self.pid) == self

    def send(self, number: int) -> None:
        """Send a signal, unless it is gone."""
        if self.alive():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def wait(self, seconds: float) -> bool:
        """Wait until it is gone; False when it is still there after `seconds`."""
        until = time.monotonic() + seconds
        while self.alive():
            if time.monotonic() > until:
                return False
            time.sleep(0.02)
        return True


@dataclass(frozen=True, slots=True)
class _Status:
    state: str
    parent: int
    group: int
    started: int

    @property
    def lives(self) -> bool:
        return self.state not in "ZX"


def _status(pid: int) -> _Status | None:
    try:
        # The name in brackets may hold anything, so count from the last bracket.
        words = (_PROC / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    return _Status(state=words[0], parent=int(words[1]), group=int(words[2]), started=int(words[19]))


def _answers(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _all() -> Iterator[int]:
    if _LINUX:
        yield from (int(place.name) for place in _PROC.iterdir() if place.name.isdigit())


def _statuses() -> Iterator[tuple[int, _Status]]:
    for pid in _all():
        status = _status(pid)
        if status is not None:
            yield pid, status


def children_of(pid: int) -> list[Running]:
    """The living processes whose parent is `pid`."""
    return [Running(other, status.started) for other, status in _statuses() if status.parent == pid and status.lives]


def zombies_of(pid: int) -> set[int]:
    """The numbers of dead children of `pid` that nobody has collected."""
    return {other for other, status in _statuses() if status.parent == pid and not status.lives}


def members_of(group: int) -> list[Running]:
    """The living processes of a process group."""
    return [Running(other, status.started) for other, status in _statuses() if status.group == group and status.lives]


def sees_folders() -> bool:
    """Whether this system tells which processes work in a folder."""
    return _LINUX


def working_in(folder: Path) -> list[Running]:
    """The living processes whose current folder is `folder`: PostgreSQL's, for its data folder."""
    found = []
    for pid in _all():
        with contextlib.suppress(OSError):
            if (_PROC / str(pid) / "cwd").readlink() == folder:
                process = Running.of(pid)
                if process is not None:
                    found.append(process)
    return found


def end_group(group: int) -> None:
    """SIGKILL to every process of a group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def become_subreaper() -> bool:
    """Make orphans below this process its own children, so that none is lost sight of. Only Linux can."""
    if not _LINUX:
        return False
    return ctypes.CDLL(None, use_errno=True).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0
