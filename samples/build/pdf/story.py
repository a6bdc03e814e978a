"""Turns blocks into reportlab's flowables."""

from __future__ import annotations

from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, Paragraph, Spacer
from reportlab.platypus import PageBreak as NewPage
from reportlab.platypus import Table as Grid

from samples.build.blocks import Block, Box, Heading, Item, Note, PageBreak, SpeakerNote, Table
from samples.build.blocks import Paragraph as Text
from samples.build.markup import printed, spans
from samples.build.pdf.fonts import Faces
from samples.build.source import Source
from samples.build.widths import alignment, shares

_ALIGN = {"left": TA_LEFT, "center": TA_CENTER, "right": TA_RIGHT}
_INK, _FILL, _LINE = colors.HexColor("#1f2421"), colors.HexColor("#e8eae6"), colors.HexColor("#7d8580")


def story_of(source: Source, faces: Faces, width: float) -> list[Flowable]:
    """Title, subtitle lines and blocks, for columns of `width` points."""
    writer = _Writer(source, faces, width)
    story = writer.front()
    for block in source.blocks():
        story += writer.block(block)
    return story


class _Writer:
    def __init__(self, source: Source, faces: Faces, width: float) -> None:
        self.source, self.faces, self.width = source, faces, width
        self.size = source.head.get("size", 10)

    def style(self, name: str, **changes: object) -> ParagraphStyle:
        size = changes.pop("size", self.size)
        settings = {
            "fontName": self.faces.plain,
            "fontSize": size,
            "leading": size * 1.6,
            "spaceAfter": 4,
            "textColor": _INK,
            "wordWrap": "CJK" if self.source.head.get("wrap") == "char" else None,
        }
        return ParagraphStyle(name, **(settings | changes))

    def front(self) -> list[Flowable]:
        title = self.style("title", size=17, fontName=self.faces.bold, spaceAfter=6)
        small = self.style("small", size=8.5, spaceAfter=1)
        lines = [self.text(line, small) for line in self.source.head.get("subtitle", [])]
        return [self.text(self.source.title, title), *lines, Spacer(1, 8)]

    def text(self, text: str, style: ParagraphStyle) -> Paragraph:
        missing = {letter for letter in printed(text) if ord(letter) not in self.faces.letters}
        if missing:
            raise ValueError(f"{style.fontName} cannot draw {missing} in {text!r}")
        parts = []
        for span in spans(text):
            letters = escape(span.text)
            bold = f"<b>{letters}</b>" if span.bold else letters
            parts.append(f"<super>{span.note})</super>" if span.note else bold)
        return Paragraph("".join(parts), style)

    def block(self, block: Block) -> list[Flowable]:
        match block:
            case Heading(level, text):
                return [self.heading(level, text)]
            case Text(text):
                return [self.text(text, self.style("body"))]
            case Item(depth, label, text):
                mark = "·" if label == "-" else label
                indent = 14 + 12 * depth
                style = self.style("item", leftIndent=indent, firstLineIndent=-11, spaceAfter=2)
                return [self.text(f"{mark} {text}", style)]
            case Box(text):
                return [self.boxed(text), Spacer(1, 6)]
            case Table():
                return [self.table(block), Spacer(1, 6)]
            case Note(number, text):
                return [
                    self.text(f"{number}) {text}", self.style("note", size=8.5, leftIndent=12, firstLineIndent=-10))
                ]
            case PageBreak():
                return [NewPage()]
            case SpeakerNote():
                return []
        raise TypeError(block)

    def heading(self, level: int, text: str) -> Paragraph:
        size = {1: 13.5, 2: 11.5}.get(level, 10.5)
        style = self.style(f"h{level}", size=size, fontName=self.faces.bold, spaceBefore=9 - level, keepWithNext=1)
        return self.text(text, style)

    def boxed(self, text: str) -> Grid:
        look = [("BOX", (0, 0), (-1, -1), 0.8, _LINE), ("BACKGROUND", (0, 0), (-1, -1), _FILL)]
        return Grid([[self.text(text, self.style("box"))]], colWidths=[self.width], style=look)

    def table(self, table: Table) -> Grid:
        rows: list[list[object]] = [[""] * table.columns for _ in range(table.rows)]
        look = [("GRID", (0, 0), (-1, -1), 0.5, _LINE), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]
        look.append(("BACKGROUND", (0, 0), (-1, table.header_rows - 1), _FILL) if table.header_rows else look[0])
        for cell in table.cells:
            face = self.faces.bold if cell.row < table.header_rows else self.faces.plain
            align = _ALIGN[alignment(table, cell)]
            style = self.style("cell", size=8.5, fontName=face, alignment=align, spaceAfter=0, leading=12)
            rows[cell.row][cell.column] = self.text(cell.text, style)
            if cell.rowspan > 1 or cell.colspan > 1:
                corner = (cell.column + cell.colspan - 1, cell.row + cell.rowspan - 1)
                look.append(("SPAN", (cell.column, cell.row), corner))
        widths = [share * self.width for share in shares(table)]
        return Grid(rows, colWidths=widths, style=look, repeatRows=table.header_rows)
