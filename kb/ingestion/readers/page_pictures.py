"""Pages as pictures: of a PDF by PDFium, of an image file by Pillow. Sizes are bounded before a pixel is made."""

from __future__ import annotations

import io
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from kb.ingestion.readers.blocks import Box
from kb.ingestion.readers.pdf_library import open_pdf
from kb.ingestion.readers.reasons import ReadFailure
from kb.ingestion.readers.source import Format, Source

OCR_DPI = 200
_MOST_PIXELS = 16_000_000


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page's picture and how many of its pixels make a point."""

    image: Any
    per_point: float

    def to_points(self, box: Box | None) -> Box | None:
        """A box in pixels as one in points."""
        if box is None:
            return None
        x0, y0, x1, y1 = (round(value / self.per_point, 1) for value in box)
        return x0, y0, x1, y1


class PagePictures:
    """Draws the pages of a PDF or of an image file. A context manager: the file stays open in between."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._is_pdf = source.format is Format.PDF
        self._file: Any = open_pdf(source.data) if self._is_pdf else open_image(source)

    def __enter__(self) -> PagePictures:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def draw(self, number: int, dpi: int = OCR_DPI) -> PagePicture | None:
        """The page (from 1) in grey; None for a page that cannot be drawn."""
        return self._draw_pdf(number, dpi) if self._is_pdf else self._draw_image(number)

    def _draw_pdf(self, number: int, dpi: int) -> PagePicture | None:
        import pypdfium2

        try:
            page = self._file[number - 1]
        except (pypdfium2.PdfiumError, IndexError):
            return None
        try:
            width, height = page.get_size()
            scale = bounded_scale(width, height, dpi / 72)
            return PagePicture(page.render(scale=scale, grayscale=True).to_pil(), scale)
        except pypdfium2.PdfiumError:
            return None
        finally:
            page.close()

    def _draw_image(self, number: int) -> PagePicture | None:
        try:
            self._file.seek(number - 1)
            image = self._file.convert("L")
        except (OSError, ValueError, SyntaxError, EOFError):
            return None
        scale = bounded_scale(image.width, image.height, 1.0)
        if scale < 1:
            image = image.resize((max(1, round(image.width * scale)), max(1, round(image.height * scale))))
        return PagePicture(image, scale * points_per_pixel(self._file) ** -1)


def bounded_scale(width: float, height: float, scale: float) -> float:
    """The scale, or the largest below it that keeps the picture within bounds."""
    pixels = max(width * scale * height * scale, 1.0)
    return scale if pixels <= _MOST_PIXELS else scale * (_MOST_PIXELS / pixels) ** 0.5


def open_image(source: Source) -> Any:
    """A Pillow image, not decoded yet. Raises ReadFailure: image_too_large by its head alone, or broken."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None
    try:
        image = Image.open(io.BytesIO(source.data))
    except (OSError, ValueError, SyntaxError, EOFError):
        raise ReadFailure("broken") from None
    if image.width * image.height > source.limits.pixels:
        raise ReadFailure("image_too_large", width=image.width, height=image.height)
    return image


def points_per_pixel(image: Any) -> float:
    """From the resolution that the image names, 200 dpi where it names none that can be."""
    dpi = float(image.info.get("dpi", (0, 0))[0] or 0)
    return 72 / (dpi if 50 <= dpi <= 2400 else OCR_DPI)
