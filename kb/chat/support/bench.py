"""How long the check takes, for docs/benchmarks.md: one thread, analyses made before."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kb.chat.support.check import check
from kb.chat.support.report import Analyse, read
from kb.chat.support.weights import frequencies_of


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds of processor time: a sentence over its candidates (median, 95th percentile, slowest), a passage prepared."""

    sentences: int
    median: float
    p95: float
    slowest: float
    passage: float


def time_check(rows: Iterable[Mapping[str, Any]], analyse: Analyse, *, rounds: int = 3) -> Timing:
    """Time `check` on the sentences of a file (see report.py); passages are prepared once, as they are for an answer."""
    started = time.process_time()
    passages, questions = read(rows, _counted := _Counted(analyse))
    preparing = time.process_time() - started - _counted.seconds
    idf = frequencies_of(passages.values())
    times: list[float] = []
    for _ in range(rounds):
        for question in questions:
            candidates = [passages[key] for key in question.candidates]
            started = time.process_time()
            check(question.analysis, candidates, idf=idf)
            times.append(1000 * (time.process_time() - started))
    ordered = sorted(times)
    return Timing(
        sentences=len(questions),
        median=statistics.median(ordered),
        p95=ordered[int(0.95 * (len(ordered) - 1))],
        slowest=ordered[-1],
        passage=1000 * preparing / max(1, len(passages)),
    )


class _Counted:
    """An analyser whose own time is known, so that it is not taken for ours."""

    def __init__(self, analyse: Analyse) -> None:
        self._analyse = analyse
        self.seconds = 0.0

    def __call__(self, texts: Any) -> Any:
        started = time.process_time()
        found = self._analyse(texts)
        self.seconds += time.process_time() - started
        return found
