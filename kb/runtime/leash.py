"""Starts one program on a leash: it dies with whoever started it, or when nobody needs it any more.

Run as a script of its own (`python -I leash.py … -- program arguments`) and never imported by what it starts: code
between fork and exec of a process with threads is not safe, and the parent-death signal must be set after the change of
user, which clears it.

Without --while-used it becomes the program. With it, it stays as the program's parent and stops it when the last process
that holds that lock file shared has gone.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import fcntl
import os
import signal
import sys
import time
from typing import NoReturn

_SET_PARENT_DEATH_SIGNAL = 1
_ENDINGS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class _Over(Exception):
    """Something happened that ends the wait for the lock."""


def main() -> NoReturn:
    """Start what the arguments say."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--parent", type=int, default=0, help="process whose death is also the program's")
    parser.add_argument("--death-signal", type=int, default=signal.SIGKILL)
    parser.add_argument("--uid", type=int)
    parser.add_argument("--gid", type=int)
    parser.add_argument("--while-used", default="", help="lock file of those who use the program")
    parser.add_argument("--stop-signal", type=int, default=signal.SIGTERM)
    parser.add_argument("--stop-seconds", type=float, default=5.0)
    parser.add_argument("program", nargs="+")
    options = parser.parse_args()
    if options.while_used:
        _stay(options)
    _become(options, options.parent)


def _become(options: argparse.Namespace, parent: int) -> NoReturn:
    if options.uid is not None:
        os.setgroups([])
        os.setgid(options.gid)
        os.setuid(options.uid)
    if parent:
        _die_with(parent, options.death_signal)
    os.umask(0o077)
    os.execvp(options.program[0], options.program)  # noqa: S606 - our own program, no shell


def _die_with(parent: int, number: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_SET_PARENT_DEATH_SIGNAL, number, 0, 0, 0)
    if os.getppid() != parent:  # it died before the line above
        os._exit(1)


def _stay(options: argparse.Namespace) -> NoReturn:
    lock = os.open(options.while_used, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    me = os.getpid()
    for number in _ENDINGS:
        signal.signal(number, _interrupt)
    child = os.fork()
    if child == 0:
        os.setsid()
        for number in _ENDINGS:
            signal.signal(number, signal.SIG_DFL)
        _become(options, me)

    def look(_number: int, _frame: object) -> None:
        if _ended(child):  # a child that was only halted or continued is no reason
            raise _Over

    with contextlib.suppress(_Over):
        signal.signal(signal.SIGCHLD, look)
        if not _ended(child):
            fcntl.flock(lock, fcntl.LOCK_EX)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for number in _ENDINGS:
        signal.signal(number, signal.SIG_IGN)
    _stop(child, options.stop_signal, options.stop_seconds)
    os._exit(0)


def _interrupt(_number: int, _frame: object) -> None:
    raise _Over


def _stop(child: int, number: int, seconds: float) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, number)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if _ended(child):
            break
        time.sleep(0.02)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(child, 0)


def _ended(child: int) -> bool:
    try:
        return os.waitpid(child, os.WNOHANG)[0] == child
    except ChildProcessError:
        return True


if __name__ == "__main__":
    main()
