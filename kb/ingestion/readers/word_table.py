"""A Word table with its merged cells as spans and its repeated head rows known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from kb.ingestion.readers.blocks import Cell, Rows
from kb.ingestion.readers.ooxml import Element, attribute, child, children, local, number

_MAX_SPAN = 1000
_WRAPPERS = ("sdt", "sdtContent", "customXml", "ins")


@dataclass(frozen=True, slots=True)
class WordTable:
    """Rows without the cells that others cover, and how many rows Word repeats on each page."""

    rows: Rows
    header_rows: int


def read_table(item: Element, text_of: Callable[[Element], str]) -> WordTable:
    """The table of a `tbl` element; `text_of` reads the inside of a cell."""
    rows: list[list[Cell]] = []
    open_cells: dict[int, tuple[int, int]] = {}
    header_rows = 0
    for row in _unwrapped(item, "tr"):
        rows.append(_row(row, rows, open_cells, text_of))
        is_head = child(row, "trPr", "tblHeader") is not None
        header_rows += is_head and header_rows == len(rows) - 1
    return WordTable(tuple(tuple(row) for row in rows if row), min(header_rows, max(len(rows) - 1, 0)))


def _row(
    row: Element, rows: list[list[Cell]], open_cells: dict[int, tuple[int, int]], text_of: Callable[[Element], str]
) -> list[Cell]:
    """One row's own cells. `open_cells` holds, by grid column, where the cell stands that reaches down from above."""
    cells: list[Cell] = []
    column = number(attribute(child(row, "trPr", "gridBefore"), "val"))
    for cell in _unwrapped(row, "tc"):
        properties = child(cell, "tcPr")
        width = min(max(number(attribute(child(properties, "gridSpan"), "val"), 1), 1), _MAX_SPAN)
        merge = child(properties, "vMerge")
        above = open_cells.get(column)
        if merge is not None and attribute(merge, "val", "continue") != "restart" and above is not None:
            y, x = above
            rows[y][x] = replace(rows[y][x], rowspan=rows[y][x].rowspan + 1)
        else:
            open_cells[column] = (len(rows), len(cells))
            cells.append(Cell(text_of(cell), colspan=width))
        column += width
    return cells


def _unwrapped(parent: Element, name: str) -> list[Element]:
    """Children of a name, also inside content controls and tracked insertions."""
    found: list[Element] = []
    for item in children(parent):
        if local(item) == name:
            found.append(item)
        elif local(item) in _WRAPPERS:
            found.extend(_unwrapped(item, name))
    return found
