"""The text of a built file, by the format's own library: what a person who opens it can read."""

from __future__ import annotations

import email
import email.policy
import importlib
import io
import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

_ENCODINGS = ("utf-8-sig", "cp949")


def text_of(path: Path) -> str:
    """All of its text in reading order."""
    return _READERS[path.suffix](path.read_bytes())


def flat(text: str) -> str:
    """The text without white space and in one form, so that line ends do not matter."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def _decoded(data: bytes) -> str:
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValueError("neither UTF-8 nor CP949")


def _hwpx(data: bytes) -> str:
    blocks = importlib.import_module("hwp2md.convert").read_blocks(data)
    return "\n".join(_hwp_block(block) for block in blocks)


def _hwp_block(block: Any) -> str:
    if rows := getattr(block, "rows", None):
        return "\n".join(cell for row in rows for cell in row)
    if paragraphs := getattr(block, "paragraphs", None):
        return "\n".join(paragraph.text for paragraph in paragraphs)
    return block.text


def _pdf(data: bytes) -> str:
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    # PDFium marks a word that a line end cuts with U+FFFE.
    return "\n".join(page.get_textpage().get_text_range() for page in document).replace("\ufffe", "")


def _docx(data: bytes) -> str:
    import docx

    return "\n".join(_docx_lines(docx.Document(io.BytesIO(data))))


def _docx_lines(document: Any) -> Iterator[str]:
    for part in document.iter_inner_content():
        if hasattr(part, "rows"):
            seen: set[Any] = set()
            for cell in (cell for row in part.rows for cell in row.cells):
                if cell._tc not in seen:
                    seen.add(cell._tc)
                    yield cell.text
        else:
            yield part.text


def _xlsx(data: bytes) -> str:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data))
    return "\n".join(line for sheet in book for line in _sheet_lines(sheet))


def _sheet_lines(sheet: Any) -> Iterator[str]:
    yield sheet.title
    yield from (_shown(cell) for row in sheet.iter_rows() for cell in row if cell.value is not None)


def _shown(cell: Any) -> str:
    if isinstance(cell.value, datetime | date):
        return f"{cell.value:%Y-%m-%d}"
    if isinstance(cell.value, int) and cell.number_format == "#,##0":
        return f"{cell.value:,}"
    return str(cell.value)


def _pptx(data: bytes) -> str:
    from pptx import Presentation

    return "\n".join(line for slide in Presentation(io.BytesIO(data)).slides for line in _slide_lines(slide))


def _slide_lines(slide: Any) -> Iterator[str]:
    for shape in slide.shapes:
        if shape.has_table:
            yield from (cell.text for row in shape.table.rows for cell in row.cells if not cell.is_spanned)
        elif shape.has_text_frame:
            yield shape.text_frame.text
    if slide.has_notes_slide:
        yield slide.notes_slide.notes_text_frame.text


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag == "style"

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(data)


def _html(data: bytes) -> str:
    parser = _Text()
    parser.feed(_decoded(data))
    return "".join(parser.parts)


def _eml(data: bytes) -> str:
    message: EmailMessage = email.message_from_bytes(data, policy=email.policy.default)  # type: ignore[assignment]
    heads = [str(message[name]) for name in ("Subject", "From", "To", "Cc") if message[name]]
    parts = [part.get_content() for part in message.walk() if not part.is_multipart()]
    return "\n".join([*heads, *parts])


_READERS = {
    ".hwpx": _hwpx,
    ".pdf": _pdf,
    ".docx": _docx,
    ".xlsx": _xlsx,
    ".pptx": _pptx,
    ".html": _html,
    ".eml": _eml,
    ".md": _decoded,
    ".txt": _decoded,
    ".csv": _decoded,
}
