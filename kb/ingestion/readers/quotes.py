"""Where a quote stands on a page: letters compared without blanks, after NFKC, so that line ends and spacing do not matter. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kb.ingestion.readers.blocks import Box
from kb.normalise import normalise

_LEAST = 12
_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character as the page draws it, and its box in points from the top left."""

    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class Found:
    """Rectangles that cover the quote, one a line, and whether all of it stands on this page."""

    rects: tuple[Box, ...] = ()
    is_whole: bool = False


def find_quote(glyphs: Iterable[Glyph], quote: str) -> Found:
    """The quote among a page's glyphs in their order.

    A quote that runs on from or to another page is found by its end or its beginning, when that is long enough.
    """
    letters, owners = _letters(list(glyphs))
    wanted = "".join(_folded(quote))
    start, end = _match("".join(letters), wanted)
    if start < 0:
        return Found()
    boxes = [box for _, box in dict.fromkeys(owners[start:end])]
    return Found(tuple(_lines(boxes)), end - start == len(wanted))


def _letters(glyphs: list[Glyph]) -> tuple[list[str], list[tuple[int, Box]]]:
    """The page's comparable characters, and for each the glyph that drew it. Combining marks join the glyph before them."""
    letters: list[str] = []
    owners: list[tuple[int, Box]] = []
    for number, (text, box) in enumerate(_clusters(glyphs)):
        for char in _folded(text):
            letters.append(char)
            owners.append((number, box))
    return letters, owners


def _clusters(glyphs: list[Glyph]) -> Iterator[tuple[str, Box]]:
    """Glyphs with the marks and conjoining jamo that follow them: NFKC composes them only together."""
    text, box = "", None
    for glyph in glyphs:
        if box is not None and glyph.text and _joins(glyph.text[0]):
            text += glyph.text
            continue
        if box is not None:
            yield text, box
        text, box = glyph.text, glyph.box
    if box is not None:
        yield text, box


def _joins(char: str) -> bool:
    return unicodedata.combining(char) != 0 or "\u1160" <= char <= "\u11ff"


def _folded(text: str) -> Iterator[str]:
    """What is compared: letters, digits and marks that mean something, without blanks, hyphens of line ends, case and quotes."""
    for char in normalise(text).casefold():
        if char.isalnum() or char in "%.,+/℃$€₩()":
            yield char


def _match(page: str, wanted: str) -> tuple[int, int]:
    """Start and end of the quote on the page, or of its longest beginning or end that is here; (-1, -1) for none."""
    if not wanted:
        return -1, -1
    start = page.find(wanted)
    if start >= 0:
        return start, start + len(wanted)
    head, tail = _longest(page, wanted, from_start=True), _longest(page, wanted, from_start=False)
    size = max(head, tail)
    if size < _LEAST or size < len(wanted) * _SHARE:
        return -1, -1
    part = wanted[:head] if head >= tail else wanted[-tail:]
    start = page.rfind(part) if head >= tail else page.find(part)
    return start, start + size


def _longest(page: str, wanted: str, *, from_start: bool) -> int:
    """How many characters of the quote's beginning (or end) stand on the page together; halving works since parts of a part do."""
    low, high = 0, len(wanted)
    while low < high:
        middle = (low + high + 1) // 2
        part = wanted[:middle] if from_start else wanted[-middle:]
        low, high = (middle, high) if part in page else (low, middle - 1)
    return low


def _lines(boxes: list[Box]) -> Iterator[Box]:
    """One rectangle for the boxes that stand on one line, side by side."""
    line: Box | None = None
    for box in boxes:
        if line is not None and _is_next(line, box):
            line = min(line[0], box[0]), min(line[1], box[1]), max(line[2], box[2]), max(line[3], box[3])
            continue
        if line is not None:
            yield line
        line = box
    if line is not None:
        yield line


def _is_next(line: Box, box: Box) -> bool:
    """On the same height and going on to the right; or, on a turned page, above or below a line no wider than the glyph."""
    tall, wide = max(line[3] - line[1], box[3] - box[1]), box[2] - box[0]
    level = _overlap(line[1], line[3], box[1], box[3])
    across = level and -tall < box[0] - line[2] < 3 * tall
    is_narrow = line[2] - line[0] <= 1.5 * max(wide, 1.0)
    gap = max(box[1] - line[3], line[1] - box[3])
    along = is_narrow and _overlap(line[0], line[2], box[0], box[2]) and gap < 1.5 * wide
    return across or along


def _overlap(a0: float, a1: float, b0: float, b1: float) -> bool:
    return min(a1, b1) - max(a0, b0) > 0.5 * min(a1 - a0, b1 - b0)
