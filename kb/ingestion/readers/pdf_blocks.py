"""liteparse's page as our blocks: boxes from the top left, paragraphs cut where a line starts an article or item."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from kb.ingestion.readers.blocks import Block, Box, Cell, Kind, ListMark
from kb.ingestion.readers.hwp_pages import letters_of, surround
from kb.ingestion.readers.inline import plain
from kb.ingestion.readers.pdf_library import PdfPage
from kb.ingestion.readers.structure import starts_item
from kb.ingestion.readers.text import paragraphs

_SRC = "liteparse"
_KINDS = {"heading": Kind.HEADING, "paragraph": Kind.PARAGRAPH, "list_item": Kind.LIST_ITEM, "figure": Kind.IMAGE}
_SLACK = 2.0
_WRITTEN_FIELDS = ("text", "combobox", "listbox")
_SILENT_NOTES = ("popup", "link", "widget", "fileattachment", "movie", "sound", "screen")


@dataclass(frozen=True, slots=True)
class Line:
    """Text that stands on one line, with its box."""

    text: str
    box: Box


def from_layout(parsed: Any) -> list[Block]:
    """Blocks in the reading order that liteparse found."""
    lines = _lines(parsed)
    return [
        replace(block, page=parsed.page_num, page_label=parsed.page_label)
        for item in parsed.blocks or []
        for block in _convert(item, lines)
    ]


def from_items(parsed: Any) -> list[Block]:
    """Every line of the page as it stands, for pages whose blocks lost text (turned pages, figures)."""
    groups = _groups(_lines(parsed))
    return [_merge(group, Kind.PARAGRAPH, parsed.page_num, parsed.page_label) for group in groups]


def from_text(page: PdfPage) -> list[Block]:
    """PDFium's bare text, in the file's order and without boxes."""
    return [replace(block, page=page.number, page_label=page.label) for block in paragraphs(page.text, "pypdfium2")]


def beside(parsed: Any) -> Iterator[Block]:
    """What stands on the page without being its text: filled form fields, and comments that people pinned to it."""
    for item in parsed.form_fields or []:
        value = item.value if item.type in _WRITTEN_FIELDS else None
        if value and value.strip():
            name = item.alternate_name or item.name or ""
            text = f"{name}: {value}" if name else value
            yield Block(
                Kind.PARAGRAPH, text, page=parsed.page_num, page_label=parsed.page_label, bbox=_box(item.rect), src=_SRC
            )
    for item in parsed.annotations or []:
        if item.contents and item.contents.strip() and item.subtype.lower() not in _SILENT_NOTES:
            place = _box(item.rect)
            yield Block(
                Kind.COMMENT, item.contents, page=parsed.page_num, page_label=parsed.page_label, bbox=place, src=_SRC
            )


def _convert(item: Any, lines: list[Line]) -> Iterator[Block]:
    box = _box(item.bbox)
    if item.kind == "table":
        yield _table(item, box)
    elif item.kind in ("code", "grid_fallback"):
        yield Block(
            Kind.CODE if item.kind == "code" else Kind.PARAGRAPH, "\n".join(item.lines or []), bbox=box, src=_SRC
        )
    elif item.kind in _KINDS:
        yield from _text_blocks(item, box, lines)


def _table(item: Any, box: Box | None) -> Block:
    head = [item.header] if item.header else []
    rows = tuple(
        tuple(Cell(plain(cell.text), bbox=_box(cell.bbox)) for cell in row) for row in [*head, *(item.rows or [])]
    )
    return Block(Kind.TABLE, rows=rows, header_rows=len(head), bbox=box, src=_SRC)


def _text_blocks(item: Any, box: Box | None, lines: list[Line]) -> Iterator[Block]:
    kind = _KINDS[item.kind]
    marker = item.marker or ""
    text = plain(item.text or "")
    whole = Block(
        kind,
        f"{marker} {text}".strip() if item.ordered else text,
        level=(item.level or 1) if kind is Kind.HEADING else 0,
        mark=ListMark(item.level or 0, marker) if kind is Kind.LIST_ITEM else None,
        bbox=box,
        src=_SRC,
    )
    inside = [line for line in lines if box and _is_inside(line.box, box)]
    groups = list(_groups(inside)) if kind is Kind.PARAGRAPH and _same_letters(inside, text) else []
    if len(groups) < 2:
        yield whole
        return
    for group in groups:
        yield replace(whole, text=" ".join(line.text for line in group), bbox=surround([line.box for line in group]))


def _groups(lines: list[Line]) -> Iterator[list[Line]]:
    """Lines that go on from one another: a new group where a line starts an article or an item."""
    group: list[Line] = []
    for line in lines:
        if group and starts_item(line.text):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _merge(group: list[Line], kind: Kind, page: int, label: str | None) -> Block:
    text = " ".join(line.text for line in group)
    return Block(kind, text, page=page, page_label=label, bbox=surround([line.box for line in group]), src=_SRC)


def _lines(parsed: Any) -> list[Line]:
    """text_items that stand side by side on one line, joined."""
    lines: list[Line] = []
    for item in parsed.text_items:
        box = _box(item)
        if not item.text.strip() or box is None:
            continue
        if lines and _continues(lines[-1].box, box):
            joined = surround([lines[-1].box, box]) or box
            lines[-1] = Line(f"{lines[-1].text} {item.text.strip()}", joined)
        else:
            lines.append(Line(item.text.strip(), box))
    return lines


def _continues(last: Box, box: Box) -> bool:
    """On the same line, and to the right by no more than a wide gap."""
    height = max(last[3] - last[1], box[3] - box[1])
    level = abs((last[1] + last[3]) - (box[1] + box[3])) / 2 < height * 0.4
    return level and -_SLACK <= box[0] - last[2] <= height * 2


def _same_letters(lines: list[Line], text: str) -> bool:
    return "".join(letters_of(line.text) for line in lines) == letters_of(text)


def _is_inside(inner: Box, outer: Box) -> bool:
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return outer[0] - _SLACK <= x <= outer[2] + _SLACK and outer[1] - _SLACK <= y <= outer[3] + _SLACK


def _box(place: Any) -> Box | None:
    if place is None:
        return None
    x, y = float(place.x), float(place.y)
    return round(x, 1), round(y, 1), round(x + place.width, 1), round(y + place.height, 1)
