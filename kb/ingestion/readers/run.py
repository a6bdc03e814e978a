"""Files read from outside: one child process a file, whatever happens inside. Nothing here opens the file's format.

`read_file` is the way in. Every call ends in a result: text, or a reason that is true. The child gets the file as its standard
input, an empty environment and a session of its own; it is killed with its whole group when the time is over.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from kb.ingestion.readers import wire
from kb.ingestion.readers.blocks import ReadResult, Reason, Status
from kb.ingestion.readers.limits import MIB, OCR_BLOCK, Limits
from kb.ingestion.readers.merge import with_recognised, without
from kb.ingestion.readers.process import Child, run_child
from kb.ingestion.readers.reasons import ReadFailure

DEFAULT = Limits()
_LONGEST_NAME = 1_000
Progress = Callable[[int, int], None]


def read_file(
    path: Path, *, filename: str, limits: Limits = DEFAULT, progress: Progress | None = None, ocr_blocks: int = 0
) -> ReadResult:
    """Read one file. `filename` is the name that people gave it: a hint for text kinds, never opened.

    Pages that are pictures come back in `pending_ocr`; `ocr_blocks` blocks of them (20 pages each) are recognised right here, for
    callers without a queue. What `progress(page, pages)` raises stops the reading and passes on. Never raises for the file.
    """
    started = time.monotonic()
    result = _result(path, {"task": "read", "filename": filename[-_LONGEST_NAME:]}, limits, progress)
    for _ in range(ocr_blocks):
        if not result.pending_ocr:
            break
        waiting = result.pending_ocr[:OCR_BLOCK]
        result = ocr_pages(path, result, waiting[0], waiting[-1], limits=limits, progress=progress)
    return replace(result, seconds=round(time.monotonic() - started, 3))


def ocr_pages(
    path: Path, result: ReadResult, first: int, last: int, *, limits: Limits = DEFAULT, progress: Progress | None = None
) -> ReadResult:
    """The result with its waiting pages from `first` to `last` recognised.

    Whatever happens, fewer pages wait afterwards: those that could not be recognised are told in a warning, or as the result's
    reason when it has no text at all. Pages that the time did not suffice for go on waiting. At most OCR_BLOCK pages at a time.
    """
    pages = tuple(page for page in result.pending_ocr if first <= page <= last)
    job = {"task": "ocr", "filename": "", "pages": pages}
    part = _result(path, job, limits.for_ocr(), progress)
    if part.reason is not None and part.reason.code == "ocr_missing":
        return without(result, result.pending_ocr, part)
    if part.status in (Status.OK, Status.EMPTY, Status.NEEDS_OCR):
        done = tuple(page for page in pages if page not in part.pending_ocr)
        return with_recognised(result, part, done or pages[:1])
    return without(result, pages, part)


def _result(path: Path, job: dict[str, Any], limits: Limits, progress: Progress | None) -> ReadResult:
    try:
        child = start(path, job, limits, progress)
        if child.failure is not None:
            return ReadResult(child.failure.status, format=child.format, reason=child.failure.reason)
        return wire.decode_result(child.lines)
    except ReadFailure as failure:
        return ReadResult(failure.status, reason=failure.reason)
    except wire.BadLine:
        return ReadResult(Status.CRASH, reason=Reason("crashed", {"detail": "output"}))


def start(path: Path, job: dict[str, Any], limits: Limits, progress: Progress | None) -> Child:
    """Run the child on an opened file. Raises ReadFailure for a file that is absent or too large to begin with."""
    try:
        file = path.open("rb")
    except OSError:
        raise ReadFailure("unreadable") from None
    with file:
        size = os.fstat(file.fileno()).st_size
        if size > limits.file_bytes:
            raise ReadFailure("file_too_large", size_mb=size // MIB, limit_mb=limits.file_bytes // MIB)
        return run_child(file, job, limits, progress)
