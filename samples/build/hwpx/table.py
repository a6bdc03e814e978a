"""A table of a HWPX section, with merged cells."""

from __future__ import annotations

from collections.abc import Callable

from samples.build.blocks import Cell, Table
from samples.build.hwpx.header import Look, Shape
from samples.build.widths import alignment, shares

_ROW_HEIGHT = 1900  # 1/7200 inch; a renderer grows it to its text
_ALIGNED = {"center": Shape.CENTER, "right": Shape.RIGHT, "left": Shape.LEFT}


def table_xml(table: Table, width: int, paragraph: Callable[[str, Shape, Look], str], number: int) -> str:
    """The table as `hp:tbl`, `width` in 1/7200 inch; `paragraph` writes a cell's text."""
    widths = [int(share * width) for share in shares(table)]
    rows = "".join(
        f"<hp:tr>{''.join(_cell(table, cell, widths, paragraph) for cell in table.row(row))}</hp:tr>"
        for row in range(table.rows)
    )
    return (
        f'<hp:tbl id="{1000000 + number}" zOrder="{number}" numberingType="TABLE" textWrap="TOP_AND_BOTTOM" '
        'textFlow="BOTH_SIDES" lock="0" dropcapstyle="None" pageBreak="CELL" repeatHeader="1" '
        f'rowCnt="{table.rows}" colCnt="{table.columns}" cellSpacing="0" borderFillIDRef="2" noAdjust="0">'
        f'<hp:sz width="{sum(widths)}" widthRelTo="ABSOLUTE" height="{table.rows * _ROW_HEIGHT}" '
        'heightRelTo="ABSOLUTE" protect="0"/>'
        '<hp:pos treatAsChar="1" affectLSpacing="0" flowWithText="1" allowOverlap="0" holdAnchorAndSO="0" '
        'vertRelTo="PARA" horzRelTo="COLUMN" vertAlign="TOP" horzAlign="LEFT" vertOffset="0" horzOffset="0"/>'
        '<hp:outMargin left="0" right="0" top="283" bottom="283"/>'
        f'<hp:inMargin left="400" right="400" top="141" bottom="141"/>{rows}</hp:tbl>'
    )


def _cell(table: Table, cell: Cell, widths: list[int], paragraph: Callable[[str, Shape, Look], str]) -> str:
    header = cell.row < table.header_rows
    text = paragraph(cell.text, _ALIGNED[alignment(table, cell)], Look.CELL_BOLD if header else Look.CELL)
    width = sum(widths[cell.column : cell.column + cell.colspan])
    return (
        f'<hp:tc name="" header="{int(header)}" hasMargin="0" protect="0" editable="0" dirty="0" '
        f'borderFillIDRef="{3 if header else 2}"><hp:subList id="" textDirection="HORIZONTAL" lineWrap="BREAK" '
        'vertAlign="CENTER" linkListIDRef="0" linkListNextIDRef="0" textWidth="0" textHeight="0" hasTextRef="0" '
        f'hasNumRef="0">{text}</hp:subList><hp:cellAddr colAddr="{cell.column}" rowAddr="{cell.row}"/>'
        f'<hp:cellSpan colSpan="{cell.colspan}" rowSpan="{cell.rowspan}"/>'
        f'<hp:cellSz width="{width}" height="{_ROW_HEIGHT * cell.rowspan}"/>'
        '<hp:cellMargin left="400" right="400" top="141" bottom="141"/></hp:tc>'
    )
