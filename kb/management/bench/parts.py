"""The parts of the bench by name, and running them one after the other."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kb.management.bench import answers, machine, reading, retrieval, search, start, support
from kb.management.bench.bench import Bench, LeftOut
from kb.management.bench.findings import Findings


@dataclass(frozen=True, slots=True)
class Part:
    """One measurement: its title on the page, and what does it."""

    title: str
    measure: Callable[[Bench], Findings]


PARTS: Mapping[str, Part] = {
    "start": Part("Start and stop", start.measure),
    "search": Part("Search among 100,000 chunks", search.measure),
    "retrieval": Part("Retrieval quality", retrieval.measure),
    "support": Part("Support check", support.measure),
    "answers": Part("Answers to the golden questions", answers.measure),
    "reading": Part("Reading files", reading.measure),
}


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of a part: findings, or why it was left out; when, on which machine, in how many seconds."""

    name: str
    findings: Findings | None
    left_out: str
    machine: str
    day: str
    seconds: float

    def lines(self) -> Iterator[str]:
        """The part in Markdown, below its heading."""
        if self.findings is None:
            yield f"Left out: {self.left_out}."
            return
        yield f"*{self.day}, {self.machine}; {self.seconds / 60:.1f} minutes. Again: `make bench BENCH_FLAGS={self.name}`.*"
        yield ""
        yield from self.findings.lines()

    def as_json(self) -> dict[str, Any]:
        """The part for programs."""
        if self.findings is None:
            return {"left_out": self.left_out}
        about = {"machine": self.machine, "day": self.day, "seconds": round(self.seconds, 1)}
        return about | self.findings.as_json()


def run(names: Sequence[str], bench: Bench, parts: Mapping[str, Part] = PARTS) -> Iterator[Measured]:
    """Measure these parts in turn; what cannot be measured here says why."""
    for name in names:
        bench.tell(f"{name}: {parts[name].title}")
        yield _measured(name, parts[name], bench)


def _measured(name: str, part: Part, bench: Bench) -> Measured:
    load, begun = machine.load(), time.monotonic()
    try:
        findings: Findings | None = part.measure(bench)
        left_out = ""
    except LeftOut as why:
        findings, left_out = None, str(why)
    about = f"{machine.described()}, load {load:.1f} before and {machine.load():.1f} after"
    return Measured(name, findings, left_out, about, machine.today().isoformat(), time.monotonic() - begun)
