"""Inside the child: a page as a picture, its characters with their boxes, the sizes of all pages. PDF by PDFium, HWP by rhwp."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from kb.ingestion.readers.blocks import Box, Page
from kb.ingestion.readers.hwp_pages import lay_out
from kb.ingestion.readers.page_pictures import PagePictures, bounded_scale
from kb.ingestion.readers.pdf_library import open_pdf
from kb.ingestion.readers.quotes import Glyph
from kb.ingestion.readers.reasons import ReadFailure
from kb.ingestion.readers.rhwp_library import open_document
from kb.ingestion.readers.source import Format, Source

_HWP = (Format.HWP, Format.HWPX, Format.HWP3)
_QUALITY = 80
_DEVICE = 100


def draw(source: Source, number: int, width: int) -> bytes:
    """A page (from 1) as WebP, `width` pixels wide. Raises ReadFailure: no_picture for formats without pages to draw."""
    image = _image(source, number, width)
    buffer = io.BytesIO()
    image.convert("RGB").save(buffer, "WEBP", quality=_QUALITY, method=2)
    return buffer.getvalue()


def sizes(source: Source) -> list[Page]:
    """Every page's size in points, as it is shown. Raises ReadFailure."""
    if source.format is Format.PDF:
        with open_pdf(source.data) as document:
            shapes = [document.get_page_size(index) for index in range(min(len(document), source.limits.pages))]
        return [Page(index + 1, width=shape[0], height=shape[1]) for index, shape in enumerate(shapes)]
    if source.format in _HWP:
        return list(lay_out(source.data, source.limits.pages).pages)
    if source.format is Format.IMAGE:
        from kb.ingestion.readers.image import read

        return read(source).pages
    raise ReadFailure("no_picture")


def glyphs(source: Source, number: int) -> list[Glyph]:
    """The characters of a page (from 1) in their order. Raises ReadFailure."""
    if source.format is Format.PDF:
        return list(_pdf_glyphs(source, number))
    if source.format in _HWP:
        layout = lay_out(source.data, source.limits.pages)
        return [Glyph(letter.char, letter.box) for letter in layout.letters if letter.page == number]
    raise ReadFailure("no_picture")


def _image(source: Source, number: int, width: int) -> Any:
    if source.format is Format.PDF:
        return _pdf_image(source, number, width)
    if source.format in _HWP:
        return _hwp_image(source, number, width)
    if source.format is Format.IMAGE:
        return _picture(source, number, width)
    raise ReadFailure("no_picture")


def _pdf_image(source: Source, number: int, width: int) -> Any:
    with open_pdf(source.data) as document:
        page = _pdf_page(document, number)
        across, down = page.get_size()
        return page.render(scale=bounded_scale(across, down, width / max(across, 1.0))).to_pil()


def _pdf_page(document: Any, number: int) -> Any:
    import pypdfium2

    if not 1 <= number <= len(document):
        raise ReadFailure("no_page", page=number)
    try:
        return document[number - 1]
    except pypdfium2.PdfiumError:
        raise ReadFailure("broken") from None


def _hwp_image(source: Source, number: int, width: int) -> Any:
    """rhwp draws with the fonts of the system: without a Korean one it would draw boxes, so then there is no picture."""
    from PIL import Image

    from kb.ingestion.readers.fonts import has_korean_font

    if not has_korean_font():
        raise ReadFailure("no_korean_font")
    document = open_document(source.data)
    if not 1 <= number <= document.page_count:
        raise ReadFailure("no_page", page=number)
    try:
        drawn = Image.open(io.BytesIO(document._inner.render_png(number - 1, dpi=96.0, max_pixels=16_000_000)))
    except MemoryError:
        raise
    except Exception:  # ValueError, or a panic out of Rust
        raise ReadFailure("broken") from None
    return drawn.resize((width, max(1, round(drawn.height * width / drawn.width))))


def _picture(source: Source, number: int, width: int) -> Any:
    with PagePictures(source) as pictures:
        found = pictures.draw(number)
    if found is None:
        raise ReadFailure("broken")
    image = found.image
    return image.resize((width, max(1, round(image.height * width / image.width)))) if image.width > width else image


def _pdf_glyphs(source: Source, number: int) -> Iterator[Glyph]:
    """PDFium's characters. FPDF_PageToDevice turns and shifts as the page is shown, in hundredths of a point."""
    with open_pdf(source.data) as document:
        page = _pdf_page(document, number)
        textpage = page.get_textpage()
        to_view = _Viewer(page)
        for index in range(textpage.count_chars()):
            code = _unicode(textpage, index)
            if code:
                yield Glyph(chr(code), to_view.box(textpage.get_charbox(index, loose=True)))


def _unicode(textpage: Any, index: int) -> int:
    import pypdfium2.raw as pdfium

    code = pdfium.FPDFText_GetUnicode(textpage, index)
    return int(code) if not 0xD800 <= code <= 0xDFFF else 0


class _Viewer:
    """Page coordinates (from the bottom left, before rotation and crop) to points from the top left as shown."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self._width, self._height = page.get_size()

    def box(self, place: tuple[float, float, float, float]) -> Box:
        left, bottom, right, top = place
        x0, y0 = self._point(left, top)
        x1, y1 = self._point(right, bottom)
        return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)

    def _point(self, x: float, y: float) -> tuple[float, float]:
        import ctypes

        import pypdfium2.raw as pdfium

        out_x, out_y = ctypes.c_int(), ctypes.c_int()
        size = round(self._width * _DEVICE), round(self._height * _DEVICE)
        pdfium.FPDF_PageToDevice(self._page, 0, 0, *size, 0, x, y, out_x, out_y)
        return out_x.value / _DEVICE, out_y.value / _DEVICE
