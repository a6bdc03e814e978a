"""Heads and feet that repeat on the pages: marked as such, so that they are neither searched nor cut into sentences.

Pure. A text counts when it stands in the top or bottom band of a page and the same text does on others. A number counts when it
runs with the pages ("- 3 -", "3 / 12"); 제1장, 제2장 at the top of pages are real headings and stay.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import replace

from kb.ingestion.readers.blocks import Block, Kind, Page

_BAND = 0.12
_SHARE = 0.3
_PAGE_NUMBER = re.compile(
    r"[-–—\s]*(?:p(?:age)?\.?\s*)?(\d{1,4})(?:\s*(?:/|of|쪽|페이지)\s*\d{0,4})?[-–—\s]*(?:쪽|페이지)?", re.I
)
_BODY = (Kind.PARAGRAPH, Kind.HEADING, Kind.LIST_ITEM)


def mark_running(blocks: list[Block], pages: list[Page]) -> list[Block]:
    """The same blocks, repeated heads and feet with the kinds HEADER and FOOTER."""
    heights = {page.number: page.height for page in pages if page.height}
    places = [_band(block, heights) for block in blocks]
    repeated = _repeated_texts(blocks, places, len(heights)) | _page_numbers(blocks, places)
    return [
        replace(block, kind=place, level=0, mark=None) if place and index in repeated else block
        for index, (block, place) in enumerate(zip(blocks, places, strict=True))
    ]


def _band(block: Block, heights: dict[int, float]) -> Kind | None:
    """HEADER or FOOTER when the block lies wholly in that band of its page."""
    height = heights.get(block.page or 0)
    if not height or block.bbox is None or block.kind not in _BODY:
        return None
    if block.bbox[3] <= height * _BAND:
        return Kind.HEADER
    return Kind.FOOTER if block.bbox[1] >= height * (1 - _BAND) else None


def _repeated_texts(blocks: list[Block], places: list[Kind | None], pages: int) -> set[int]:
    """Blocks whose very text stands in the same band on enough pages: a third of them, and at least two (three when there are)."""
    if pages < 2:
        return set()
    seen: dict[tuple[Kind, str], set[int]] = defaultdict(set)
    for block, place in zip(blocks, places, strict=True):
        if place:
            seen[place, _key(block)].add(block.page or 0)
    enough = max(min(3, pages), pages * _SHARE)
    often = {key for key, found in seen.items() if len(found) >= enough}
    return {
        i
        for i, (block, place) in enumerate(zip(blocks, places, strict=True))
        if place and (place, _key(block)) in often
    }


def _page_numbers(blocks: list[Block], places: list[Kind | None]) -> set[int]:
    """Blocks that are only a number which differs from their page by the same amount on at least two pages."""
    found: dict[int, int] = {}
    for index, (block, place) in enumerate(zip(blocks, places, strict=True)):
        number = _PAGE_NUMBER.fullmatch(_shown(block)) if place else None
        if number and block.page:
            found[index] = int(number.group(1)) - block.page
    steady = {offset for offset, times in Counter(found.values()).items() if times > 1}
    return {index for index, offset in found.items() if offset in steady}


def _shown(block: Block) -> str:
    """The text with its bullet: a foot like "- 3 -" reads as a list item."""
    label = block.mark.label if block.mark else ""
    return block.text if block.text.startswith(label) else f"{label} {block.text}"


def _key(block: Block) -> str:
    return "".join(block.text.split())
