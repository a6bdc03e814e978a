"""Files as they come: the share with text by format, and the reasons of the others."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from kb.ingestion.readers.blocks import Status
from kb.ingestion.readers.measure import Reading, read_all
from kb.management.bench.bench import Bench
from kb.management.bench.findings import Cell, Column, Findings, Table
from kb.retrieval.evaluation import percentile

METHOD = (
    "Every file of a collection of public documents and test files of parsers (many of them broken, encrypted or hostile on purpose) goes "
    "through `read_file`, as uploads do, scanned pages recognised. A crash is never a true reason and must not occur."
)


def measure(bench: Bench) -> Findings:
    """Formats by how they ended, reasons, seconds. Raises LeftOut without the shared data."""
    readings = []
    for reading in read_all(bench.shared("files")):
        readings.append(reading)
        if len(readings) % 50 == 0:
            bench.tell(f"{len(readings)} files")
    crashes = [reading.path.name for reading in readings if reading.result.status is Status.CRASH]
    notes = (f"{len(crashes)} files **crashed** their reader: {', '.join(crashes)}.",) if crashes else ()
    return Findings(METHOD, (by_format(readings), reasons(readings)), notes)


def by_format(readings: Sequence[Reading]) -> Table:
    """Files, with text, and seconds, a row a format and one for all."""
    groups: dict[str, list[Reading]] = defaultdict(list)
    for reading in readings:
        groups[reading.result.format or "unknown"].append(reading)
    rows = [_row(name, group) for name, group in sorted(groups.items())]
    columns = (
        Column("format"),
        Column("files"),
        Column("with text"),
        Column("share", 3),
        Column("median s", 2),
        Column("p95 s", 1),
        Column("slowest s", 1),
    )
    return Table("With text, by format", columns, [*rows, _row("**all**", readings)])


def _row(name: str, readings: Sequence[Reading]) -> tuple[Cell, ...]:
    with_text = sum(reading.result.status is Status.OK for reading in readings)
    seconds = [reading.result.seconds for reading in readings]
    return (
        name,
        len(readings),
        with_text,
        with_text / (len(readings) or 1),
        percentile(seconds, 0.5),
        percentile(seconds, 0.95),
        max(seconds, default=0.0),
    )


def reasons(readings: Iterable[Reading]) -> Table:
    """Why files have no text, the most frequent reason first."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for reading in readings:
        if reading.result.reason:
            counted[reading.result.reason.code][reading.result.format or "unknown"] += 1
    ordered = sorted(counted.items(), key=lambda item: (-item[1].total(), item[0]))
    rows = [
        (code, kinds.total(), ", ".join(f"{kind} {count}" for kind, count in kinds.most_common()))
        for code, kinds in ordered
    ]
    return Table("Reasons of files without text", (Column("reason"), Column("files"), Column("formats")), rows)
