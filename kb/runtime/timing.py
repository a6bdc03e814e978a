"""How patient the supervisor is. Tests use shorter times."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds, all of them.

    A dead child is started again after `first_delay`, twice as long each time up to `longest_delay`, and from the start
    once it has run for `settled`. Stopping everything takes at most `stop`, and then the process itself has to end.
    Workers wait for the encoder for `workers_wait`: jobs that begin without it fail and come back only later.
    """

    first_delay: float = 1.0
    longest_delay: float = 30.0
    settled: float = 60.0
    ready_poll: float = 0.15
    stop: float = 8.0
    orphans: float = 5.0
    workers_wait: float = 120.0

    def delay(self, failures: int) -> float:
        """How long to wait before the start after so many failures in a row."""
        return min(self.longest_delay, self.first_delay * 2 ** max(0, failures - 1))
