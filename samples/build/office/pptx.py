"""A slide deck: every `#` heading starts a slide; text, lists and tables below it, `???` lines as speaker notes."""

from __future__ import annotations

import io
from datetime import datetime

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_AUTO_SIZE
from pptx.slide import Slide
from pptx.text.text import TextFrame
from pptx.util import Cm, Emu, Pt

from samples.build.archive import repack
from samples.build.blocks import Block, Box, Heading, Item, Note, PageBreak, Paragraph, SpeakerNote, Table
from samples.build.markup import printed, spans
from samples.build.source import Source
from samples.build.widths import shares

_WIDTH, _HEIGHT = Cm(33.867), Cm(19.05)
_LEFT, _TEXT_WIDTH = Cm(2), Cm(29.8)
_INK = RGBColor(0x1F, 0x24, 0x21)


def build(source: Source) -> bytes:
    """The source as a PPTX file, with a title slide."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = _WIDTH, _HEIGHT
    first = deck.slides.add_slide(deck.slide_layouts[0])
    first.shapes.title.text = source.title
    first.placeholders[1].text = "\n".join(source.head.get("subtitle", []))
    for title, blocks in _slides(source.blocks()):
        slide = deck.slides.add_slide(deck.slide_layouts[5])
        _title(slide, title)
        _fill(slide, blocks)
    properties = deck.core_properties
    properties.title, properties.author = source.title, source.head.get("author", "한빛정밀 주식회사")
    properties.created = properties.modified = datetime(2026, 1, 2)
    buffer = io.BytesIO()
    deck.save(buffer)
    return repack(buffer.getvalue())


def _slides(blocks: list[Block]) -> list[tuple[str, list[Block]]]:
    slides: list[tuple[str, list[Block]]] = []
    for block in blocks:
        if isinstance(block, Heading) and block.level == 1:
            slides.append((block.text, []))
        else:
            slides[-1][1].append(block)
    return slides


def _title(slide: Slide, text: str) -> None:
    shape = slide.shapes.title
    shape.left, shape.top, shape.width, shape.height = _LEFT, Cm(0.8), _TEXT_WIDTH, Cm(2)
    shape.text_frame.text = text
    shape.text_frame.paragraphs[0].runs[0].font.size = Pt(28)
    shape.text_frame.paragraphs[0].runs[0].font.bold = True


def _fill(slide: Slide, blocks: list[Block]) -> None:
    top = Cm(3.2)
    pending: list[Block] = []
    for block in [*blocks, None]:
        if isinstance(block, Table) or block is None:
            top = _add_text(slide, pending, top) if pending else top
            pending = []
            top = _add_table(slide, block, top) if block else top
        elif isinstance(block, SpeakerNote):
            slide.notes_slide.notes_text_frame.text = block.text
        else:
            pending.append(block)


def _add_text(slide: Slide, blocks: list[Block], top: Emu) -> Emu:
    height = Cm(0.95 * len(blocks) + 0.4)
    frame = slide.shapes.add_textbox(_LEFT, top, _TEXT_WIDTH, height).text_frame
    frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
    for i, block in enumerate(blocks):
        _line(frame, i, block)
    return Emu(top + height)


def _line(frame: TextFrame, number: int, block: Block) -> None:
    paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
    size, bold, text = 16, False, ""
    match block:
        case Heading(text=text):
            size, bold = 18, True
        case Item(depth, label, text):
            text = f"{'•' if label == '-' else label} {text}"
            paragraph.level = depth
        case Note(note, text):
            size, text = 11, f"{note}) {text}"
        case Box(text) | Paragraph(text):
            pass
        case PageBreak() | _:
            return
    for span in spans(text):
        run = paragraph.add_run()
        run.text = f"{span.note})" if span.note else span.text
        run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold or span.bold, _INK


def _add_table(slide: Slide, table: Table, top: Emu) -> Emu:
    height = Cm(0.95 * table.rows)
    grid = slide.shapes.add_table(table.rows, table.columns, _LEFT, top, _TEXT_WIDTH, height).table
    for column, share in zip(grid.columns, shares(table), strict=True):
        column.width = Emu(int(_TEXT_WIDTH * share))
    for cell in table.cells:
        place = grid.cell(cell.row, cell.column)
        if cell.rowspan > 1 or cell.colspan > 1:
            place.merge(grid.cell(cell.row + cell.rowspan - 1, cell.column + cell.colspan - 1))
        place.text = printed(cell.text)
        for paragraph in place.text_frame.paragraphs:
            paragraph.font.size = Pt(13)
            paragraph.font.bold = cell.row < table.header_rows
    return Emu(top + height + Cm(0.5))
