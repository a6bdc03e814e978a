"""The support check on labelled sentences: how the verdicts meet the labels, and what a sentence costs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from kb.chat.support.bench import Timing, time_check
from kb.chat.support.report import check_file
from kb.management.bench.bench import Bench, services
from kb.management.bench.findings import Cell, Column, Findings, Table
from kb.retrieval.encoder.connection import encoder

LABELS = ("supported", "partial", "unsupported", "contradicted")
Confusion = Mapping[str, Mapping[str, int]]
Row = dict[str, Any]
SETS = ("ko-korquad1-dev", "en-squad1-dev")  # some of the sentences are about passages of theirs, named by id
METHOD = (
    "The check of `check_support` on the labelled sentences of `support/train.jsonl` (made together with the rules, so that the figures "
    "are an upper bound), with the passages of two public sets that it names. Without embedding. Time: processor time of one thread, "
    "passages prepared before."
)


def measure(bench: Bench) -> Findings:
    """Confusion, the shares that have goals, and milliseconds. Raises LeftOut without the shared data."""
    rows = _read(bench.shared("support/train.jsonl"))
    rows += named_passages(rows, [folder / "corpus.jsonl" for folder in bench.shared_sets(SETS)])
    with services(encoder=True):
        analyse = encoder().analyse
        confusion = check_file(rows, analyse)["confusion"]
        timing = time_check(rows, analyse)
    return Findings(METHOD, (shares(confusion), _confusion(confusion), _times(timing)))


def named_passages(rows: Sequence[Row], corpora: Iterable[Path]) -> list[Row]:
    """Rows for the passages that sentences name and the file has not."""
    known = {row["id"] for row in rows if row.get("type") == "passage"}
    wanted = {key for row in rows for key in row.get("passages", ())} - known
    return [
        {"type": "passage", "id": row["id"], "text": row["text"]}
        for corpus in corpora
        for row in _read(corpus)
        if row["id"] in wanted
    ]


def _read(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def shares(confusion: Confusion) -> Table:
    """What issue and reference ask for: kept, called contradicted, found, right."""
    rows = [
        ("faithful sentences kept", _share(confusion, "supported", "supported"), "≥ .90"),
        ("faithful sentences called contradicted", _share(confusion, "supported", "contradicted"), "≤ .02"),
        ("contradictions found", _share(confusion, "contradicted", "contradicted"), "≥ .90"),
        ("all four labels met", _right(confusion), "≥ .936"),
    ]
    return Table("", (Column("what"), Column("share", 3), Column("goal")), rows)


def _confusion(confusion: Confusion) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (label, *(confusion.get(label, {}).get(verdict, 0) for verdict in LABELS)) for label in LABELS
    ]
    return Table("Verdicts by label", (Column("label"), *(Column(verdict) for verdict in LABELS)), rows)


def _times(timing: Timing) -> Table:
    columns = (
        Column("sentences"),
        Column("a sentence, median ms", 2),
        Column("p95 ms", 2),
        Column("slowest ms", 2),
        Column("a passage prepared, ms", 2),
    )
    row = (timing.sentences, timing.median, timing.p95, timing.slowest, timing.passage)
    return Table("Time (goal: under 5 ms a sentence)", columns, (row,))


def _share(confusion: Confusion, label: str, verdict: str) -> float:
    counts = confusion.get(label, {})
    return counts.get(verdict, 0) / (sum(counts.values()) or 1)


def _right(confusion: Confusion) -> float:
    total = sum(sum(counts.values()) for counts in confusion.values()) or 1
    return sum(counts.get(label, 0) for label, counts in confusion.items()) / total
