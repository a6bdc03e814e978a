"""Who uses a home now: `up`, and commands that run without it. All of it is file locks, which die with their holders.

- `up`: held alone by the one `up` of a home.
- `gate`: held for the moments in which services are started or stopped for a command.
- `users`: held shared by everybody who uses the services; who gets it alone, under the gate, is the last one out.
- `lifeline`: held shared by the same; a borrowed service waits to get it alone, and then stops. So services also end when
  their last user was killed.
"""

from __future__ import annotations

import json
import os
import signal
import time

from kb.runtime.files import write_whole
from kb.runtime.home import Home
from kb.runtime.locks import Lock
from kb.runtime.problems import StartProblem
from kb.runtime.processes import Running

SERVICES = ("encoder", "model-server", "database")  # in the order in which they are stopped
STOPPING = 15.0  # seconds; each service has at most five


class Occupancy:
    """One process's part in using a home."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self.gate = Lock(home.run / "gate.lock")
        self.lifeline = home.run / "lifeline.lock"
        self._up = Lock(home.run / "up.lock")
        self._users = Lock(home.run / "users.lock")
        self._life = Lock(self.lifeline)

    def claim_up(self, url: str) -> None:
        """Become this home's `up`. Raises StartProblem when there is one."""
        # Commands look at this lock by taking it for an instant, so one refusal says nothing yet.
        for _ in range(5):
            if self._up.try_acquire():
                write_whole(self._home.run / "up.json", json.dumps({"pid": os.getpid(), "url": url}) + "\n")
                return
            time.sleep(0.1)
        raise StartProblem(
            f"Maru already runs on {self._home.root} ({self._description()}). "
            "Stop it first, or set MARU_HOME and PORT to run a second one beside it."
        )

    def up_runs(self) -> bool:
        """Whether some process is this home's `up`, this one included."""
        if self._up.held:
            return True
        free = self._up.try_acquire(shared=True)
        self._up.release()
        return not free

    def use(self) -> None:
        """Count as a user; the gate is held. Waits while services are being stopped because their users were killed.

        A keeper that does not get it done is killed; its service dies with it. Raises StartProblem when that is no help.
        """
        self._users.acquire(shared=True)
        if self._life.acquire_within(STOPPING, shared=True):
            return
        for name in SERVICES:
            keeper = keeper_of(self._home, name)
            if keeper is not None:
                keeper.send(signal.SIGKILL)
        if not self._life.acquire_within(STOPPING, shared=True):
            self.leave()
            raise StartProblem(f"A process that does not end holds {self.lifeline}. End it, then try again.")

    def last_out(self) -> bool:
        """Whether nobody else uses the services. Under the gate only, and only on the way out: the answer costs the lock."""
        return self._users.try_acquire()

    def leave(self) -> None:
        """Count as a user no more."""
        self._users.release()
        self._life.release()

    def give_up(self) -> None:
        """Be this home's `up` no more."""
        if self._up.held:
            (self._home.run / "up.json").unlink(missing_ok=True)
        self._up.release()

    def _description(self) -> str:
        try:
            known = json.loads((self._home.run / "up.json").read_text(encoding="utf-8"))
            return f"process {int(known['pid'])}, {known['url']}"
        except (OSError, ValueError, KeyError, TypeError):
            return "another process holds run/up.lock"


def note_keeper(home: Home, name: str, pid: int) -> None:
    """Remember the process that keeps a borrowed service."""
    process = Running.of(pid)
    if process is not None:
        write_whole(home.run / f"{name}.keeper", json.dumps([process.pid, process.started]) + "\n")


def keeper_of(home: Home, name: str) -> Running | None:
    """The living keeper of a borrowed service."""
    try:
        pid, started = json.loads((home.run / f"{name}.keeper").read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError):
        return None
    process = Running(int(pid), int(started))
    return process if process.alive() else None
