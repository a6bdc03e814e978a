"""A Word document: real heading styles, lists, tables with merged cells, header, and page number."""

from __future__ import annotations

import io
from datetime import datetime

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph as DocxParagraph

from samples.build.archive import repack
from samples.build.blocks import Block, Box, Cell, Heading, Item, Note, PageBreak, Paragraph, SpeakerNote, Table
from samples.build.markup import spans
from samples.build.source import Source
from samples.build.widths import alignment, shares

_ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}
_TEXT_WIDTH = 165  # mm
_WRITTEN = datetime(2026, 1, 2)


def build(source: Source) -> bytes:
    """The source as a DOCX file."""
    document = docx.Document()
    _prepare(document, source)
    document.add_heading(source.title, 0)
    for line in source.head.get("subtitle", []):
        document.add_paragraph().add_run(line).italic = True
    for block in source.blocks():
        _add(document, block)
    buffer = io.BytesIO()
    document.save(buffer)
    return repack(buffer.getvalue())


def _prepare(document: Document, source: Source) -> None:
    font = "Calibri" if source.language == "en" else "맑은 고딕"
    for name in ("Normal", "Title", "Heading 1", "Heading 2", "Heading 3"):
        style = document.styles[name]
        style.font.name = font
        style.font.color.rgb = RGBColor(0x1F, 0x24, 0x21)
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    document.styles["Normal"].font.size = Pt(10.5)
    document.styles["Title"].font.size = Pt(20)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22.5)
    section.header.paragraphs[0].text = source.head.get("header", "")
    _number_pages(section.footer.paragraphs[0], source.head.get("footer", ""))
    properties = document.core_properties
    properties.title, properties.author = source.title, source.head.get("author", "한빛정밀 주식회사")
    properties.created = properties.modified = _WRITTEN
    properties.language = source.language


def _number_pages(paragraph: DocxParagraph, text: str) -> None:
    paragraph.add_run(f"{text}  ")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)


def _add(document: Document, block: Block) -> None:
    match block:
        case Heading(level, text):
            document.add_heading(text, level)
        case Paragraph(text):
            _write(document.add_paragraph(), text)
        case Item(depth, "-", text):
            _write(document.add_paragraph(style="List Bullet 2" if depth else "List Bullet"), text)
        case Item(depth, label, text):
            paragraph = document.add_paragraph()
            paragraph.paragraph_format.left_indent = Mm(8 + 7 * depth)
            paragraph.paragraph_format.first_line_indent = Mm(-6)
            _write(paragraph, f"{label} {text}")
        case Box(text):
            table = document.add_table(1, 1, "Table Grid")
            _write(table.cell(0, 0).paragraphs[0], text)
            document.add_paragraph()
        case Table():
            _add_table(document, block)
        case Note(number, text):
            document.add_paragraph().add_run(f"{number}) {text}").font.size = Pt(8.5)
        case PageBreak():
            document.add_page_break()
        case SpeakerNote():
            pass


def _write(paragraph: DocxParagraph, text: str, bold: bool = False) -> None:
    for span in spans(text):
        run = paragraph.add_run(f"{span.note})" if span.note else span.text)
        run.bold = True if bold or span.bold else None
        run.font.superscript = True if span.note else None


def _add_table(document: Document, table: Table) -> None:
    grid = document.add_table(table.rows, table.columns, "Table Grid")
    grid.autofit = False
    for column, share in zip(grid.columns, shares(table), strict=True):
        for cell in column.cells:
            cell.width = Mm(_TEXT_WIDTH * share)
    for cell in table.cells:
        _fill(grid, table, cell)
    document.add_paragraph()


def _fill(grid: docx.table.Table, table: Table, cell: Cell) -> None:
    place = grid.cell(cell.row, cell.column)
    if cell.rowspan > 1 or cell.colspan > 1:
        place = place.merge(grid.cell(cell.row + cell.rowspan - 1, cell.column + cell.colspan - 1))
    paragraph = place.paragraphs[0]
    paragraph.alignment = _ALIGN[alignment(table, cell)]
    _write(paragraph, cell.text, bold=cell.row < table.header_rows)
    for run in paragraph.runs:
        run.font.size = Pt(9)
