"""PDFium behind our errors: opening, a page's size and text, and whether a page is a picture."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from kb.ingestion.readers.blocks import count_letters
from kb.ingestion.readers.reasons import ReadFailure

_SCAN_LETTERS = 40
_SCAN_COVER = 0.5
_DRAWN_PATHS = 20
_MOST_OBJECTS = 5_000


@dataclass(frozen=True, slots=True)
class PdfPage:
    """What PDFium says of a page: number from 1, label, size in points as shown, its text, and whether it is a picture."""

    number: int
    label: str | None = None
    width: float = 0.0
    height: float = 0.0
    text: str = ""
    is_scan: bool = False
    is_readable: bool = True

    @property
    def letters(self) -> int:
        """Letters and digits of PDFium's text."""
        return count_letters(self.text)


def open_pdf(data: bytes) -> Any:
    """The document. Raises ReadFailure: password, or broken when PDFium cannot open it."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
        if len(document) < 1:
            raise ReadFailure("broken")
        return document
    except pypdfium2.PdfiumError as error:
        raise ReadFailure("password" if "password" in str(error).lower() else "broken") from None


def survey(document: Any, index: int) -> PdfPage:
    """One page, its objects released at once. A page that PDFium cannot load is told as not readable."""
    import pypdfium2

    number = index + 1
    with suppress(pypdfium2.PdfiumError):
        page = document[index]
        try:
            textpage = page.get_textpage()
            text = textpage.get_text_range()
            textpage.close()
            width, height = page.get_size()
            return PdfPage(number, _label(document, index), width, height, text, _is_scan(page, text))
        finally:
            page.close()
    return PdfPage(number, is_readable=False)


def _label(document: Any, index: int) -> str | None:
    label = document.get_page_label(index)
    return label if label and label != str(index + 1) else None


def _is_scan(page: Any, text: str) -> bool:
    """Few letters, and a picture over half the page; or none at all, and pictures or many drawn shapes (text as outlines)."""
    import pypdfium2.raw as pdfium

    letters = count_letters(text)
    if letters >= _SCAN_LETTERS:
        return False
    width, height = page.get_size()
    pictures, paths, cover = 0, 0, 0.0
    for count, item in enumerate(page.get_objects(max_depth=3)):
        if item.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = item.get_bounds()
            pictures += 1
            cover = max(cover, (right - left) * (top - bottom) / max(width * height, 1.0))
        paths += item.type == pdfium.FPDF_PAGEOBJ_PATH
        if count > _MOST_OBJECTS:
            break
    return cover >= _SCAN_COVER or (not letters and (pictures > 0 or paths >= _DRAWN_PATHS))
