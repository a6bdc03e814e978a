"""Pages to look at, from outside: pictures, quote boxes, sizes; each made in a child of its own, like reading.

Errors are ReadFailure (reasons.py): no_picture for formats that have no pages to draw, no_page, no_korean_font, and those of reading.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.ingestion.readers import wire
from kb.ingestion.readers.blocks import Box, Page
from kb.ingestion.readers.limits import Limits
from kb.ingestion.readers.reasons import ReadFailure
from kb.ingestion.readers.run import DEFAULT, start

WIDEST = 2_400
_LONGEST = 10_000  # the job travels as one argument, which Linux bounds at 128 KiB


@dataclass(frozen=True, slots=True)
class Quote:
    """Where a quote stands: rectangles in points from the top left, the page's size in points, and whether all of it is there."""

    page: int
    width: float
    height: float
    rects: tuple[Box, ...]
    is_whole: bool


def page_image(path: Path, page: int, *, width: int, limits: Limits = DEFAULT) -> bytes:
    """A page (from 1) as WebP, `width` pixels wide (at most WIDEST). Raises ReadFailure."""
    line = _answer(path, {"task": "image", "page": page, "width": min(max(width, 16), WIDEST)}, limits, "image")
    return base64.b64decode(line["webp"])


def find_quote(path: Path, page: int, quote: str, *, limits: Limits = DEFAULT) -> Quote:
    """The quote's rectangles on a page; none when it does not stand there. Raises ReadFailure."""
    return find_quotes(path, page, [quote], limits=limits)[0]


def find_quotes(path: Path, page: int, quotes: Sequence[str], *, limits: Limits = DEFAULT) -> list[Quote]:
    """Several quotes' rectangles on one page, in their order, from one child. Raises ReadFailure."""
    most = _LONGEST // max(len(quotes), 1)
    job = {"task": "quote", "page": page, "quotes": [quote[:most] for quote in quotes]}
    return [_quote(page, line) for line in _answers(path, job, limits, "quote")]


def _quote(page: int, line: dict[str, Any]) -> Quote:
    rects = tuple((float(r[0]), float(r[1]), float(r[2]), float(r[3])) for r in line["rects"])
    return Quote(page, float(line["width"]), float(line["height"]), rects, bool(line["whole"]))


def page_sizes(path: Path, *, limits: Limits = DEFAULT) -> tuple[Page, ...]:
    """Every page's size in points as it is shown. Raises ReadFailure."""
    line = _answer(path, {"task": "sizes"}, limits, "sizes")
    return tuple(
        Page(number, width=float(size[0]), height=float(size[1])) for number, size in enumerate(line["sizes"], start=1)
    )


def _answer(path: Path, job: dict[str, Any], limits: Limits, kind: str) -> dict[str, Any]:
    """The child's one line of this kind. Raises the failure that it tells instead."""
    return _answers(path, job, limits, kind)[0]


def _answers(path: Path, job: dict[str, Any], limits: Limits, kind: str) -> list[dict[str, Any]]:
    """The child's lines of this kind, at least one. Raises the failure that it tells instead."""
    try:
        child = start(path, {"filename": "", **job}, limits, None)
        if child.failure is not None:
            raise child.failure
        lines = child.lines
        found = [line for line in lines if line["type"] == kind]
        if found:
            return found
        reason = wire.decode_result(lines).reason
    except wire.BadLine:
        raise ReadFailure("crashed", detail="output") from None
    if reason is None:
        raise ReadFailure("crashed", detail="output")
    raise ReadFailure(reason.code, **reason.params)
