"""The stage LOAD: a reader child opens the file; every outcome is text or a reason that is true."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.conf import settings

from kb import files
from kb.ingestion import artifacts
from kb.ingestion.outcome import Rest, Unreadable
from kb.ingestion.readers.blocks import ReadResult, Status
from kb.ingestion.readers.limits import OCR_BLOCK, Limits
from kb.ingestion.readers.run import ocr_pages, read_file

if TYPE_CHECKING:
    from kb.ingestion.pipeline import Task

LOOK_SECONDS = 0.5


def limits() -> Limits:
    """The installation's limits for a reader child."""
    return Limits(
        file_bytes=settings.MARU_UPLOAD_BYTES,
        memory_bytes=settings.MARU_READER_BYTES,
        cpu_s=settings.MARU_READER_CPU_SECONDS,
        wall_s=settings.MARU_READER_SECONDS,
    )


def load(task: Task) -> None:
    """Read the file, then its scanned pages in blocks, and keep what was read."""
    task.held.show("load", 0)
    result = _opened(task)
    recognised = 0
    while result.pending_ocr:
        if task.over and recognised:  # every task brings the job on, however short its time is
            raise Rest
        result = _recognise(task, result)
        recognised += 1
    if result.status != Status.OK:
        task.held.beat()
        artifacts.clear(task.revision.file)  # trying again reads the file again
        reason = result.reason
        raise Unreadable(reason.code if reason else str(result.status), reason.params if reason else {})
    with task.held.step("load"):
        task.held.show("load", 100, pages=len(result.pages), characters=result.letters)


def _opened(task: Task) -> ReadResult:
    """What an earlier task has read already, or the file read now."""
    revision = task.revision
    if (artifacts.folder(revision.file) / "read.jsonl").exists():
        return artifacts.read(revision.file)
    result = read_file(
        files.path_of(revision.file),
        filename=revision.filename,
        limits=limits(),
        progress=_teller(task),
    )
    task.held.beat()
    artifacts.keep_read(revision.file, result)
    return result


def _teller(task: Task) -> Callable[[int, int], None]:
    """Shows how far reading is, and ends it when the job was cancelled or lost; not more often than people can see."""
    told = -LOOK_SECONDS

    def tell(page: int, of: int) -> None:
        nonlocal told
        if page < of and time.monotonic() - told < LOOK_SECONDS:
            return
        told = time.monotonic()
        task.held.beat()
        task.held.show("load", 100 * page / max(of, 1), page=page, pages=of)

    return tell


def _recognise(task: Task, result: ReadResult) -> ReadResult:
    """Text recognition of the next block of scanned pages."""
    whole = len(result.pages) or 1
    task.held.show("ocr", 100 * (whole - len(result.pending_ocr)) / whole, page=result.pending_ocr[0], pages=whole)
    first, last = result.pending_ocr[0], result.pending_ocr[:OCR_BLOCK][-1]
    result = ocr_pages(files.path_of(task.revision.file), result, first, last, limits=limits())
    task.held.beat()
    artifacts.keep_read(task.revision.file, result)
    return result
