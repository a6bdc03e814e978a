"""Reads every file of a folder through read_file and counts how each ended: `python -m kb.ingestion.readers.measure FOLDER`.

FOLDER holds files and may hold MANIFEST.tsv, whose `probe` column says what another check found (encrypted, error, NO-TEXT). Prints
counts only: formats by status, reasons by format, the share with text, the slowest files, and where the hints disagree.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kb.ingestion.readers.blocks import ReadResult, Status
from kb.ingestion.readers.run import read_file

_SLOWEST = 10
_OCR_BLOCKS = 50


@dataclass(frozen=True, slots=True)
class Reading:
    """One file's end."""

    path: Path
    result: ReadResult
    hint: str = ""


def read_all(folder: Path) -> Iterator[Reading]:
    """Every file below the folder, in the order of names."""
    hints = read_hints(folder / "MANIFEST.tsv")
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.name not in ("MANIFEST.tsv", "README.md")):
        name = path.relative_to(folder).as_posix()
        yield Reading(path, read_file(path, filename=path.name, ocr_blocks=_OCR_BLOCKS), hints.get(name, ""))


def read_hints(manifest: Path) -> dict[str, str]:
    """The `probe` column by file, empty without a manifest."""
    if not manifest.exists():
        return {}
    with manifest.open(encoding="utf-8", newline="") as file:
        return {row["file"]: row["probe"] for row in csv.DictReader(file, delimiter="\t")}


def disagrees(reading: Reading) -> str:
    """In a word, what the hint says otherwise; empty when it does not."""
    status, hint = reading.result.status, reading.hint
    says_locked = "encrypted=True" in hint or "PASSWORD" in hint or "ENCRYPTED" in hint
    if says_locked != (status is Status.ENCRYPTED):
        return f"hint {hint!r}, status {status.value}"
    if hint.startswith(("ERROR", '"ERROR')) and status is Status.OK:
        return f"hint {hint[:40]!r}, but text was read"
    return ""


def report(readings: list[Reading]) -> Iterator[str]:
    """The lines of the report."""
    by_format: dict[str, Counter[str]] = defaultdict(Counter)
    reasons: Counter[tuple[str, str]] = Counter()
    for reading in readings:
        result = reading.result
        by_format[result.format][result.status.value] += 1
        if result.reason:
            reasons[result.format, result.reason.code] += 1
    yield from _table("format", by_format)
    yield ""
    yield from (
        f"{code:18} {kind:18} {count}"
        for (kind, code), count in sorted(reasons.items(), key=lambda item: item[0][::-1])
    )
    yield ""
    slow = sorted(readings, key=lambda reading: -reading.result.seconds)[:_SLOWEST]
    yield from (f"{reading.result.seconds:7.1f} s  {reading.path.name}" for reading in slow)
    yield ""
    yield from (f"{reading.path.name}: {word}" for reading in readings if (word := disagrees(reading)))


def _table(head: str, by_format: dict[str, Counter[str]]) -> Iterator[str]:
    columns = [status.value for status in Status if any(counts[status.value] for counts in by_format.values())]
    yield " | ".join([f"{head:18}", "files", *columns, "with text"])
    for name, counts in sorted(by_format.items()):
        yield _line(name, counts, columns)
    yield _line("all", sum(by_format.values(), Counter()), columns)


def _line(name: str, counts: Counter[str], columns: Iterable[str]) -> str:
    share = counts[Status.OK.value] / max(counts.total(), 1)
    numbers = [f"{counts[column]:{len(column)}}" for column in columns]
    return " | ".join([f"{name:18}", f"{counts.total():5}", *numbers, f"{share:8.0%}"])


def main() -> int:
    """Read, print, and fail when a reader crashed: that is never a true reason."""
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        sys.stderr.write("usage: python -m kb.ingestion.readers.measure FOLDER\n")
        return 2
    readings = list(read_all(Path(sys.argv[1])))
    sys.stdout.write("\n".join(report(readings)) + "\n")
    return int(any(reading.result.status is Status.CRASH for reading in readings))


if __name__ == "__main__":
    sys.exit(main())
