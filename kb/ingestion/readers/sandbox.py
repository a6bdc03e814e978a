"""The child locks itself up before it looks at a file: no network, bounded memory, time, files; it dies with its parent.

Linux does all of it. Other systems do what `resource` offers, and the result says that the network was open.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys

from kb.ingestion.readers.limits import Limits

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38


def lock_up(limits: Limits, parent: int) -> str:
    """Apply everything; `parent` is the pid that started this process. Returns the network's state: "off" or "open"."""
    network = _leave_network()
    _die_with(parent)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, limits.open_files)
    _limit(resource.RLIMIT_FSIZE, limits.written_bytes)
    _limit(resource.RLIMIT_CPU, limits.cpu_s, limits.cpu_s + 2)
    _limit(resource.RLIMIT_AS, limits.memory_bytes)
    return network


def _leave_network() -> str:
    """An empty network namespace. Root may make one at once, others inside a namespace of users where the system lets them.

    Must run before any thread and before PDEATHSIG, which a change of credentials clears.
    """
    if sys.platform != "linux":
        return "open"
    libc = ctypes.CDLL(None, use_errno=True)
    for flags in (_CLONE_NEWNET, _CLONE_NEWUSER | _CLONE_NEWNET):
        if libc.unshare(flags) == 0:
            return "off"
    return "open"


def _die_with(parent: int) -> None:
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def _limit(which: int, soft: int, hard: int | None = None) -> None:
    """Lower a limit; one that is lower already stays."""
    _, ceiling = resource.getrlimit(which)
    wanted = soft if hard is None else hard
    top = wanted if ceiling == resource.RLIM_INFINITY else min(wanted, ceiling)
    resource.setrlimit(which, (min(soft, top), top))
