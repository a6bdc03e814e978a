"""A picture file: pages to recognise, nothing to read before that."""

from __future__ import annotations

from kb.ingestion.readers.blocks import Page
from kb.ingestion.readers.page_pictures import open_image, points_per_pixel
from kb.ingestion.readers.reasons import ReadFailure
from kb.ingestion.readers.source import Draft, Source


def read(source: Source) -> Draft:
    """Its pages (a TIFF may have many), all waiting for recognition. Raises ReadFailure for one too large."""
    with open_image(source) as image:
        frames = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
        if frames > source.limits.pages:
            raise ReadFailure("too_many_pages", pages=frames, limit=source.limits.pages)
        factor = points_per_pixel(image)
        size = image.width * factor, image.height * factor
    pages = [Page(number + 1, width=size[0], height=size[1], scan=True) for number in range(frames)]
    return Draft("image", [], pages, pending_ocr=tuple(page.number for page in pages))
