"""Page and place of HWP text, from rhwp's own layout: it draws each letter with x and y, we find a block's letters in order.

The layout is rhwp's, not Hancom's: page numbers are approximate, and the result says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import unescape
from typing import Any

from kb.ingestion.readers.blocks import Box, Page, Reason
from kb.ingestion.readers.reasons import ReadFailure
from kb.ingestion.readers.rhwp_library import open_document
from kb.ingestion.readers.source import Draft, Source
from kb.normalise import normalise

_POINTS = 0.75
_TEXT = re.compile(r"<text\b([^>]*)>([^<]*)</text>")
_ATTRIBUTE = re.compile(r'\b(x|y|font-size)="(-?[\d.]+)"')
_SIZE = re.compile(r'<svg[^>]*?\bwidth="([\d.]+)"[^>]*?\bheight="([\d.]+)"')
_KEY = 20
_LEAST = 4
_A4 = 595.3, 841.9


@dataclass(frozen=True, slots=True)
class Letter:
    """One drawn letter: its page and its box in points."""

    char: str
    page: int
    box: Box


@dataclass(frozen=True, slots=True)
class Layout:
    """All letters and digits of a document in drawing order, and the pages' sizes."""

    pages: tuple[Page, ...]
    letters: tuple[Letter, ...]

    @property
    def text(self) -> str:
        """The letters alone, one code point each."""
        return "".join(letter.char for letter in self.letters)


def lay_out(data: bytes, limit: int) -> Layout:
    """Draw every page and collect its letters. Raises ReadFailure when rhwp cannot, or for more than `limit` pages."""
    document = open_document(data)
    if document.page_count > limit:
        raise ReadFailure("too_many_pages", pages=document.page_count, limit=limit)
    pages: list[Page] = []
    letters: list[Letter] = []
    for index in range(document.page_count):
        svg = _draw(document, index)
        pages.append(Page(index + 1, width=_size(svg)[0], height=_size(svg)[1]))
        letters.extend(_letters(svg, index + 1))
    return Layout(tuple(pages), tuple(letters))


def place(draft: Draft, source: Source) -> Draft:
    """The draft with page and box on the blocks that were found, and the pages. Raises ReadFailure."""
    layout = lay_out(source.data, source.limits.pages)
    if not layout.letters:
        raise ReadFailure("broken")
    text = layout.text
    blocks, cursor, page = [], 0, 1
    for block in draft.blocks:
        start, end = find(text, letters_of(block.plain), cursor)
        if start < 0:
            blocks.append(replace(block, page=page if layout.pages else None))
            continue
        page, cursor = layout.letters[start].page, end
        box = surround([letter.box for letter in layout.letters[start:end] if letter.page == page])
        blocks.append(replace(block, page=page, bbox=box))
    warnings = [*draft.warnings, Reason("approximate_pages")]
    return replace(draft, blocks=blocks, pages=list(layout.pages), warnings=warnings)


def find(text: str, wanted: str, cursor: int) -> tuple[int, int]:
    """Where the letters stand, from the cursor on, else anywhere if they are many: (start, end) or (-1, -1)."""
    key = wanted[:_KEY]
    if len(key) < 1:
        return -1, -1
    start = text.find(key, cursor)
    if start < 0 and len(key) >= _LEAST:
        start = text.find(key)
    if start < 0:
        return -1, -1
    same = 0
    while same < len(wanted) and start + same < len(text) and text[start + same] == wanted[same]:
        same += 1
    return start, start + same


def letters_of(text: str) -> str:
    """Letters and digits only, normalised: spacing and marks differ between readers."""
    return "".join(filter(str.isalnum, normalise(text)))


def surround(boxes: list[Box]) -> Box | None:
    """The box around boxes."""
    if not boxes:
        return None
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)


def _draw(document: Any, index: int) -> str:
    try:
        return str(document.render_svg(index))
    except MemoryError:
        raise
    except Exception:  # ValueError, or a panic out of Rust
        return ""


def _size(svg: str) -> tuple[float, float]:
    found = _SIZE.search(svg)
    width, height = (float(found.group(1)) * _POINTS, float(found.group(2)) * _POINTS) if found else (0.0, 0.0)
    return (width, height) if width >= 1 and height >= 1 else _A4


def _letters(svg: str, page: int) -> Iterator[Letter]:
    for attributes, content in _TEXT.findall(svg):
        at = {name: float(value) for name, value in _ATTRIBUTE.findall(attributes)}
        if len(at) < 3:
            continue
        size = at["font-size"] * _POINTS
        x, y = at["x"] * _POINTS, at["y"] * _POINTS
        for char in letters_of(unescape(content)):
            width = size if ord(char) > 0x1100 else size * 0.55
            yield Letter(
                char, page, (round(x, 1), round(y - size * 0.85, 1), round(x + width, 1), round(y + size * 0.15, 1))
            )
            x += width
