"""The process that opens one file: locks itself up, does one task, writes JSON lines, and leaves without cleaning up.

Started by run.py as `python -I -c BOOT root job`, the file on standard input. Standard output belongs to the contract; whatever a
library prints goes to standard error.
"""

from __future__ import annotations

import base64
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, BinaryIO

from kb.ingestion.readers import wire
from kb.ingestion.readers.blocks import ReadResult
from kb.ingestion.readers.limits import MIB, Limits
from kb.ingestion.readers.reasons import ReadFailure
from kb.ingestion.readers.sandbox import lock_up
from kb.ingestion.readers.source import Source


def main() -> None:
    """Do the job given on the command line. Never returns: libraries with threads of their own can hang or abort at exit."""
    job = json.loads(sys.argv[2])
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    limits = Limits(**job["limits"])
    network = lock_up(limits, job["parent"])
    code = 0
    try:
        for line in _lines(job, limits, network, out):
            out.write(line.encode() + b"\n")
        out.flush()
    except BrokenPipeError:
        code = 1
    os._exit(code)


def _lines(job: dict[str, Any], limits: Limits, network: str, out: BinaryIO) -> Iterator[str]:
    try:
        yield from _TASKS[job["task"]](job, limits, network, out)
    except ReadFailure as failure:
        yield from _failed(failure, network)
    except MemoryError:
        yield from _failed(ReadFailure("memory", limit_mb=limits.memory_bytes // MIB), network)
    except Exception as error:  # a reader's fault must end as a reason, not as silence
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        yield from _failed(ReadFailure("crashed", detail=type(error).__name__), network)


def _failed(failure: ReadFailure, network: str) -> list[str]:
    return wire.encode_result(ReadResult(failure.status, reason=failure.reason, network=network))


def _read(job: dict[str, Any], limits: Limits, network: str, out: BinaryIO) -> list[str]:
    from kb.ingestion.readers.reading import read_bytes

    source = _source(job, limits, out)
    _tell(out, wire.encode_line("format", format=source.format.value))
    result = read_bytes(source.data, source.filename, limits, source.progress, kind=source.format)
    return wire.encode_result(replace(result, network=network))


def _reporter(out: BinaryIO) -> Callable[[int, int], None]:
    """Writes a progress line at once: page so-and-so of so many."""

    def progress(done: int, total: int) -> None:
        _tell(out, wire.encode_line("progress", page=done, pages=total))

    return progress


def _tell(out: BinaryIO, line: str) -> None:
    out.write(line.encode() + b"\n")
    out.flush()


def _data(limits: Limits) -> bytes:
    """The file, one byte more than allowed at most, so that too much is seen as such."""
    with os.fdopen(0, "rb", closefd=False) as file:
        return file.read(limits.file_bytes + 1)


def _ocr(job: dict[str, Any], limits: Limits, network: str, out: BinaryIO) -> list[str]:
    from kb.ingestion.readers.finish import finish
    from kb.ingestion.readers.ocr import read_pages

    source = _source(job, limits, out)
    result = finish(read_pages(source, tuple(job["pages"])), source.format, limits)
    return wire.encode_result(replace(result, network=network))


def _source(job: dict[str, Any], limits: Limits, out: BinaryIO) -> Source:
    from kb.ingestion.readers.sniff import sniff

    data = _data(limits)
    return Source(data, job["filename"], sniff(data, job["filename"]), limits, _reporter(out))


def _image(job: dict[str, Any], limits: Limits, network: str, out: BinaryIO) -> list[str]:
    from kb.ingestion.readers.drawing import draw

    webp = draw(_source(job, limits, out), job["page"], job["width"])
    return [wire.encode_line("image", webp=base64.b64encode(webp).decode()), wire.encode_line("end")]


def _quote(job: dict[str, Any], limits: Limits, network: str, out: BinaryIO) -> list[str]:
    from kb.ingestion.readers.drawing import glyphs, sizes
    from kb.ingestion.readers.quotes import find_quote

    source = _source(job, limits, out)
    pages = sizes(source)
    if not 1 <= job["page"] <= len(pages):
        raise ReadFailure("no_page", page=job["page"])
    page = pages[job["page"] - 1]
    on_page = glyphs(source, page.number)
    lines = []
    for quote in job["quotes"]:
        found = find_quote(on_page, quote)
        rects = [[round(value, 2) for value in rect] for rect in found.rects]
        lines.append(wire.encode_line("quote", rects=rects, whole=found.is_whole, width=page.width, height=page.height))
    return [*lines, wire.encode_line("end")]


def _sizes(job: dict[str, Any], limits: Limits, network: str, out: BinaryIO) -> list[str]:
    from kb.ingestion.readers.drawing import sizes

    pages = sizes(_source(job, limits, out))
    return [wire.encode_line("sizes", sizes=[[page.width, page.height] for page in pages]), wire.encode_line("end")]


def _probe(job: dict[str, Any], limits: Limits, network: str, out: BinaryIO) -> list[str]:
    from kb.ingestion.readers.fonts import has_korean_font
    from kb.ingestion.readers.ocr import missing
    from kb.ingestion.readers.rhwp_library import load

    try:
        load()
        pages = True
    except ReadFailure:
        pages = False
    line = wire.encode_line(
        "probe", hwp_pages=pages, korean_font=has_korean_font(), ocr_missing=missing(), network=network
    )
    return [line, wire.encode_line("end")]


_TASKS = {"read": _read, "ocr": _ocr, "image": _image, "quote": _quote, "sizes": _sizes, "probe": _probe}
