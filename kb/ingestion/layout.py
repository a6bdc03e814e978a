"""From blocks to one text: pages in order, every block at its place in it. Pure.

A revision's text is its pages joined by a line end; a page's text is its blocks joined by line ends; a table is its rows,
one a line. All places are code points of that text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kb.ingestion.readers.blocks import Block, Kind, ReadResult, grid, heading_path

CELL = " | "
LONGEST_PATH = 500


@dataclass(frozen=True, slots=True)
class PlacedBlock:
    """A block of the text: text[start:end] of the revision. `rows` are the places of a table's rows."""

    kind: Kind
    level: int
    page: int
    start: int
    end: int
    path: tuple[str, ...]
    rows: tuple[tuple[int, int], ...] = ()
    cells: tuple[tuple[str, ...], ...] = ()
    header_rows: int = 0
    depth: int = 0
    label: str = ""


@dataclass(frozen=True, slots=True)
class LaidPage:
    """A page: number from 1, label (sheet, slide title), its first code point in the revision's text, and its text."""

    number: int
    label: str
    start: int
    text: str


@dataclass(frozen=True, slots=True)
class Layout:
    """A revision as text."""

    text: str
    pages: tuple[LaidPage, ...]
    blocks: tuple[PlacedBlock, ...]

    def page_at(self, place: int) -> int:
        """The number of the page that a code point lies on."""
        found = 1
        for page in self.pages:
            if page.start > place:
                break
            found = page.number
        return found


def lay_out(result: ReadResult) -> Layout:
    """Lay the body blocks of a reader's result out as one text."""
    labels = {page.number: page.label or "" for page in result.pages}
    pages: list[LaidPage] = []
    blocks: list[PlacedBlock] = []
    place = 0
    for number, group in _by_page(block for block in result.blocks if block.is_body):
        lines: list[str] = []
        begin = place
        for block in group:
            placed, text = _place(block, place, number, heading_path(result.blocks, block))
            blocks.append(placed)
            lines.append(text)
            place = placed.end + 1
        pages.append(LaidPage(number, labels.get(number, ""), begin, "\n".join(lines)))
    return Layout("\n".join(page.text for page in pages), tuple(pages), tuple(blocks))


def _by_page(body: Iterable[Block]) -> list[tuple[int, list[Block]]]:
    """Blocks in order, grouped by page. A block without a page belongs to the page before it."""
    groups: list[tuple[int, list[Block]]] = []
    for block in body:
        number = block.page or (groups[-1][0] if groups else 1)
        if groups and number <= groups[-1][0]:
            groups[-1][1].append(block)
        else:
            groups.append((number, [block]))
    return groups


def _place(block: Block, start: int, page: int, path: Sequence[str]) -> tuple[PlacedBlock, str]:
    if block.rows:
        return _place_table(block, start, page, tuple(path))
    text = block.text
    placed = PlacedBlock(
        block.kind,
        block.level,
        page,
        start,
        start + len(text),
        tuple(path),
        depth=block.mark.depth if block.mark else 0,
        label=block.mark.label if block.mark else "",
    )
    return placed, text


def _place_table(block: Block, start: int, page: int, path: tuple[str, ...]) -> tuple[PlacedBlock, str]:
    cells = tuple(tuple(" ".join(cell.split()) for cell in row) for row in grid(block.rows))
    lines = [CELL.join(row) for row in cells]
    places, at = [], start
    for line in lines:
        places.append((at, at + len(line)))
        at += len(line) + 1
    text = "\n".join(lines)
    placed = PlacedBlock(
        Kind.TABLE,
        0,
        page,
        start,
        start + len(text),
        path,
        rows=tuple(places),
        cells=cells,
        header_rows=block.header_rows,
    )
    return placed, text


def block_rows(layout: Layout, page: int) -> list[dict[str, Any]]:
    """The blocks of a page as they are kept for showing: kind, level, place, and for a table its rows."""
    return [
        {
            "kind": str(block.kind),
            "level": block.level,
            "start": block.start,
            "end": block.end,
            **(
                {"rows": [list(row) for row in block.rows], "cells": [list(row) for row in block.cells]}
                if block.rows
                else {}
            ),
            **({"head": block.header_rows} if block.header_rows else {}),
            **({"depth": block.depth} if block.kind == Kind.LIST_ITEM else {}),
        }
        for block in layout.blocks
        if block.page == page
    ]


def path_text(path: Iterable[str]) -> str:
    """A heading path as one line."""
    return " › ".join(" ".join(part.split()) for part in path)[:LONGEST_PATH]
