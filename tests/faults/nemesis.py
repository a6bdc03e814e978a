"""Somebody who kills, halts and starves the house's processes at random, from a seed that can be given again."""

from __future__ import annotations

import contextlib
import random
import signal
import time
from collections import Counter
from collections.abc import Callable

import psycopg

from kb.runtime.postgres.cluster import find_postmaster
from kb.runtime.processes import Running, children_of
from tests.faults.house import House


class Nemesis:
    """`strike()` does one thing; `done` counts what was done. What it halts, it lets go on after a while, or at `rest()`."""

    def __init__(self, house: House, seed: int) -> None:
        self.house, self.dice, self.done = house, random.Random(seed), Counter[str]()
        self._halted: list[tuple[float, Running]] = []

    def strike(self) -> None:
        """One of its deeds, by chance."""
        self._wake(time.monotonic())
        deeds: list[tuple[int, Callable[[], str | None]]] = [
            (8, self.kill_a_worker),
            (4, self.halt_a_worker),
            (2, self.kill_an_organ),
            (1, self.kill_the_cluster),
            (1, self.kill_the_database),
            (2, self.double_the_kicks),
            (1, self.lose_the_kicks),
            (2, self.confuse_the_encoder),
        ]
        deed = self.dice.choices([each for _, each in deeds], [weight for weight, _ in deeds])[0]
        with contextlib.suppress(psycopg.Error, LookupError):  # the database may be away, or nobody be there to hit
            if (name := deed()) is not None:
                self.done[name] += 1

    def rest(self) -> None:
        """Let everything go on."""
        self._wake(float("inf"))
        self.house.words.lie = None

    def kill_a_worker(self) -> str:
        """SIGKILL to a process that holds a job, or else to any below the sentinel."""
        self._victim().send(signal.SIGKILL)
        return "worker killed"

    def halt_a_worker(self) -> str:
        """SIGSTOP past the lease."""
        victim = self._victim()
        victim.send(signal.SIGSTOP)
        self._halted.append((time.monotonic() + self.dice.uniform(1, 7), victim))
        return "worker halted"

    def kill_an_organ(self) -> str:
        """SIGKILL to whatever stands below the sentinel: workers, monitor, pusher."""
        self.dice.choice(children_of(self.house.parts()["sentinel"].pid)).send(signal.SIGKILL)
        return "organ killed"

    def kill_the_cluster(self) -> str:
        """SIGKILL to the sentinel or to the cluster's first process."""
        name = self.dice.choice(["sentinel", "main"])
        self.house.parts()[name].send(signal.SIGKILL)
        return f"{name} killed"

    def kill_the_database(self) -> str | None:
        """SIGKILL to the postmaster."""
        postmaster = find_postmaster(self.house.home)
        if postmaster is None:
            return None
        postmaster.send(signal.SIGKILL)
        return "database killed"

    def double_the_kicks(self) -> str:
        """Every kick that waits waits three times."""
        for _ in range(2):
            self.house.rows(
                "insert into django_q_ormq (key, payload, lock) select key, payload, lock from django_q_ormq"
                " where lock <= now() limit 20"
            )
        return "kicks doubled"

    def lose_the_kicks(self) -> str:
        """What waits in the queue is gone, or signed with a key that is not ours any more."""
        if self.dice.random() < 0.5:
            self.house.rows("delete from django_q_ormq")
            return "kicks lost"
        self.house.rows("update django_q_ormq set payload = 'x' || payload")
        return "key rotated"

    def confuse_the_encoder(self) -> str:
        """It lies until the next deed."""
        self.house.words.lie = self.dice.choice([(500, b"x"), (200, b"[]"), (503, b"{}"), (429, b"{}"), None])
        return "encoder confused"

    def _victim(self) -> Running:
        held = self.house.rows("select worker from kb_job where state = 'running' and lease_until > now()")
        pids = [int(name.rpartition(":")[2]) for (name,) in held]
        below = children_of(self.house.parts()["sentinel"].pid)
        return self.dice.choice([one for one in below if one.pid in pids] or below)

    def _wake(self, now: float) -> None:
        for until, victim in [each for each in self._halted if each[0] <= now]:
            victim.send(signal.SIGCONT)
            self._halted.remove((until, victim))
