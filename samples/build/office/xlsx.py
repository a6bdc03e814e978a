"""A workbook: every `#` heading starts a sheet; numbers and dates are typed cells."""

from __future__ import annotations

import io
import re
from datetime import date, datetime
from zipfile import ZipFile

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from samples.build.archive import pack, repack
from samples.build.blocks import Block, Heading, Item, Note, Table
from samples.build.markup import printed
from samples.build.source import Source
from samples.build.widths import alignment, shares

_WHOLE = re.compile(r"-?\d{1,3}(?:,\d{3})*|-?\d+")
_DECIMAL = re.compile(r"-?\d+\.\d+")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_THIN = Side(style="thin", color="7D8580")
_GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEADER = PatternFill("solid", fgColor="E8EAE6")
_SHEET_WIDTH = 110  # in characters
_WRITTEN = datetime(2026, 1, 2)


def build(source: Source) -> bytes:
    """The source as an XLSX file."""
    book = Workbook()
    book.remove(book.active)
    sheet = None
    for block in source.blocks():
        if isinstance(block, Heading) and block.level == 1:
            sheet = book.create_sheet(block.text)
        elif sheet is not None:
            _add(sheet, block)
    book.properties.title, book.properties.creator = source.title, source.head.get("author", "한빛정밀 주식회사")
    book.properties.created = book.properties.modified = _WRITTEN
    buffer = io.BytesIO()
    book.save(buffer)
    return _without_clock(repack(buffer.getvalue()))


def _without_clock(data: bytes) -> bytes:
    # openpyxl stamps docProps/core.xml with the time of saving, whatever its properties say.
    with ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    core = members["docProps/core.xml"].decode()
    stamp = f"{_WRITTEN:%Y-%m-%dT%H:%M:%SZ}"
    members["docProps/core.xml"] = re.sub(r"(<dcterms:modified[^>]*>)[^<]*", rf"\g<1>{stamp}", core).encode()
    return pack(members)


def _add(sheet: Worksheet, block: Block) -> None:
    row = sheet.max_row + 1 if sheet.max_row > 1 or sheet["A1"].value is not None else 1
    match block:
        case Table():
            _add_table(sheet, block, row)
        case Heading(text=text):
            sheet.cell(row, 1, text).font = Font(bold=True, size=12)
        case Item(label=label, text=text):
            sheet.cell(row, 1, f"{label} {printed(text)}")
        case Note(number, text):
            sheet.cell(row, 1, f"{number}) {text}").font = Font(size=9)
        case _:
            sheet.cell(row, 1, printed(block.text))


def _add_table(sheet: Worksheet, table: Table, top: int) -> None:
    for cell in table.cells:
        place = sheet.cell(top + cell.row, 1 + cell.column)
        place.value, place.number_format = _typed(printed(cell.text))
        place.alignment = Alignment(horizontal=alignment(table, cell), vertical="center", wrap_text=True)
        if cell.row < table.header_rows:
            place.font, place.fill = Font(bold=True), _HEADER
        if cell.rowspan > 1 or cell.colspan > 1:
            last = (top + cell.row + cell.rowspan - 1, cell.column + cell.colspan)
            sheet.merge_cells(start_row=place.row, start_column=place.column, end_row=last[0], end_column=last[1])
    for row in sheet.iter_rows(min_row=top, max_row=top + table.rows - 1, max_col=table.columns):
        for place in row:
            place.border = _GRID
    for i, share in enumerate(shares(table), 1):
        column = sheet.column_dimensions[get_column_letter(i)]
        column.width = max(column.width, round(share * _SHEET_WIDTH, 1))


def _typed(text: str) -> tuple[object, str]:
    if _WHOLE.fullmatch(text):
        return int(text.replace(",", "")), "#,##0" if "," in text else "General"
    if _DECIMAL.fullmatch(text):
        return float(text), "General"
    if _DATE.fullmatch(text):
        return date.fromisoformat(text), "yyyy-mm-dd"
    return text or None, "General"
