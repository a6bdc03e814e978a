"""How wide text is, and how a table's columns share a line."""

from __future__ import annotations

import re
import unicodedata

from samples.build.blocks import Cell, Table
from samples.build.markup import printed

_NUMBER = re.compile(r"[-+±]?[\d,.]+\s*(?:원|%|일|회|개월|명|시간|대|점)?")


def width(text: str) -> int:
    """Columns that the text takes on a terminal: 2 for Hangul, 1 for Latin."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def shares(table: Table) -> list[float]:
    """The part of the line, summing to 1, that each column gets by its longest texts."""
    wants = [4.0] * table.columns
    for cell in table.cells:
        if cell.colspan == 1:
            wants[cell.column] = max(wants[cell.column], min(width(printed(cell.text)), 46) + 2.0)
    return [want / sum(wants) for want in wants]


def alignment(table: Table, cell: Cell) -> str:
    """Headings and columns of short words stand in the middle, numbers to the right, the rest to the left."""
    if cell.row < table.header_rows:
        return "center"
    if _NUMBER.fullmatch(cell.text):
        return "right"
    column = [other for other in table.cells if other.column == cell.column and other.row >= table.header_rows]
    return "center" if max(width(other.text) for other in column) <= 14 else "left"
