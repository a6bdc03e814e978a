"""A sheet's cells as tables: groups of rows between empty rows, columns that hold nothing left out, merged ranges as spans. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.ingestion.readers.blocks import Block, Cell, Kind, Rows
from kb.ingestion.readers.structure import guess_header_rows

_SRC = "xlsx"
_RANGE = re.compile(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})")
_MOST_MERGES = 20_000


@dataclass(frozen=True, slots=True)
class Grid:
    """Filled cells: row number -> column number -> text, both from 1. Merged ranges as written (A1:C1)."""

    rows: dict[int, dict[int, str]]
    merges: list[str]


def to_blocks(grid: Grid, label: str, page: int) -> list[Block]:
    """Tables in order; a row of one cell above a table is its title, a group of single cells is paragraphs."""
    spans = _spans(grid.merges)
    blocks: list[Block] = []
    for group in _groups(sorted(grid.rows)):
        titles = 0
        while titles < len(group) and len(grid.rows[group[titles]]) == 1:
            titles += 1
        for y in group[:titles]:
            text = next(iter(grid.rows[y].values()))
            blocks.append(Block(Kind.PARAGRAPH, text, page=page, page_label=label, src=_SRC))
        if titles < len(group):
            rows = _table(grid, group[titles:], spans)
            blocks.append(
                Block(Kind.TABLE, rows=rows, header_rows=guess_header_rows(rows), page=page, page_label=label, src=_SRC)
            )
    return blocks


def _groups(numbers: list[int]) -> list[list[int]]:
    """Runs of rows without an empty one between them."""
    groups: list[list[int]] = []
    for y in numbers:
        if groups and y == groups[-1][-1] + 1:
            groups[-1].append(y)
        else:
            groups.append([y])
    return groups


def _table(grid: Grid, group: list[int], spans: dict[tuple[int, int], tuple[int, int]]) -> Rows:
    columns = sorted({x for y in group for x in grid.rows[y]})
    covered: set[tuple[int, int]] = set()
    rows = []
    for y in group:
        cells = []
        for x in columns:
            if (y, x) in covered:
                continue
            height, width = spans.get((y, x), (1, 1))
            inside = (
                [(v, u) for v in group if y <= v < y + height for u in columns if x <= u < x + width]
                if height * width > 1
                else []
            )
            covered.update(inside)
            shown = (len({v for v, _ in inside}), len({u for _, u in inside})) if inside else (1, 1)
            cells.append(Cell(grid.rows[y].get(x, ""), *shown))
        rows.append(tuple(cells))
    return tuple(rows)


def _spans(merges: list[str]) -> dict[tuple[int, int], tuple[int, int]]:
    """Rows and columns that a merged range covers, by its first cell."""
    found = {}
    for reference in merges[:_MOST_MERGES]:
        match = _RANGE.fullmatch(reference)
        if match:
            left, top, right, bottom = match.groups()
            x0, x1, y0, y1 = _column(left), _column(right), int(top), int(bottom)
            found[y0, x0] = (y1 - y0 + 1, x1 - x0 + 1)
    return found


def _column(letters: str) -> int:
    value = 0
    for char in letters:
        value = value * 26 + ord(char) - 64
    return value
