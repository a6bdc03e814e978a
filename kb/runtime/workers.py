"""The queue's cluster: `manage.py qcluster`, with every process that it forks bound to the life of its parent.

django-q2's processes outlive a killed parent and go on consuming without anybody who records what they did.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_SET_PARENT_DEATH_SIGNAL = 1


def bind_forks_to_parents() -> None:
    """From now on a forked process dies when the process that forked it does. Only Linux can."""
    if sys.platform != "linux":
        return
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parents: list[int] = []

    def remember() -> None:
        parents[:] = [os.getpid()]

    def bind() -> None:
        prctl(_SET_PARENT_DEATH_SIGNAL, int(signal.SIGKILL), 0, 0, 0)
        if os.getppid() != parents[0]:
            os._exit(1)

    os.register_at_fork(before=remember, after_in_child=bind)


def canary() -> None:
    """What the watchdog asks the queue to do: nothing. That it was recorded is the answer."""


def main() -> None:
    """Run the cluster until SIGTERM."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    bind_forks_to_parents()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["manage.py", "qcluster"])


if __name__ == "__main__":
    main()
