"""Pages as pictures: bounded before a pixel is made, absent where they cannot be drawn."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from kb.ingestion.readers.limits import Limits
from kb.ingestion.readers.page_pictures import PagePicture, PagePictures, bounded_scale, points_per_pixel
from kb.ingestion.readers.reasons import ReadFailure
from kb.ingestion.readers.source import Format, Source
from tests.kb.ingestion.readers import made_files as made


def pictures(data: bytes, kind: Format) -> PagePictures:
    return PagePictures(Source(data, "a", kind, Limits()))


def tiff(frames: int) -> bytes:
    buffer = io.BytesIO()
    images = [Image.new("L", (40, 40), 40 * number) for number in range(frames)]
    images[0].save(buffer, "TIFF", save_all=True, append_images=images[1:])
    return buffer.getvalue()


def test_a_page_of_a_pdf_is_drawn_in_grey_at_200_dpi() -> None:
    with pictures(made.pdf([["본문"]]), Format.PDF) as pages:
        found = pages.draw(1)

    assert found is not None
    assert found.image.mode == "L"
    assert found.image.width == pytest.approx(595 * 200 / 72, abs=2)


@pytest.mark.parametrize(
    ("data", "kind"),
    [(made.pdf([["본문"]]), Format.PDF), (tiff(2), Format.IMAGE), (made.png_head(40, 40), Format.IMAGE)],
)
def test_a_page_that_is_not_there_or_damaged_is_none(data: bytes, kind: Format) -> None:
    with pictures(data, kind) as pages:
        assert pages.draw(9) is None


def test_every_frame_of_a_tiff_is_a_page(read) -> None:
    data = tiff(3)
    with pictures(data, Format.IMAGE) as pages:
        shades = [pages.draw(number).image.getpixel((5, 5)) for number in (1, 2, 3)]

    assert shades == [0, 40, 80]
    assert read(data, "a.tif").pending_ocr == (1, 2, 3)
    assert read(data, "a.tif", pages=2).reason.code == "too_many_pages"


def test_a_large_picture_is_made_smaller_and_its_places_stay() -> None:
    buffer = io.BytesIO()
    Image.new("L", (6000, 6000), 255).save(buffer, "PNG", dpi=(300, 300))
    with pictures(buffer.getvalue(), Format.IMAGE) as pages:
        found = pages.draw(1)

    assert found is not None
    assert found.image.width == 4000
    assert found.to_points((4000.0, 0.0, 4000.0, 0.0))[0] == pytest.approx(6000 * 72 / 300, abs=1)


def test_what_is_no_picture_is_broken() -> None:
    with pytest.raises(ReadFailure) as caught:
        pictures(b"\x89PNG\r\n\x1a\nnothing", Format.IMAGE)
    assert caught.value.reason.code == "broken"


def test_scales_stay_within_bounds() -> None:
    assert bounded_scale(595, 842, 2.0) == 2.0
    assert bounded_scale(14_400, 14_400, 2.0) * 14_400 == pytest.approx(4000)


@pytest.mark.parametrize(("dpi", "factor"), [(300, 72 / 300), (0, 72 / 200), (5, 72 / 200), (99_999, 72 / 200)])
def test_a_resolution_that_cannot_be_is_not_believed(dpi: int, factor: float) -> None:
    image = Image.new("L", (1, 1))
    image.info["dpi"] = (dpi, dpi)

    assert points_per_pixel(image) == pytest.approx(factor)


def test_no_box_stays_none() -> None:
    assert PagePicture(None, 2.0).to_points(None) is None
    assert PagePicture(None, 2.0).to_points((2.0, 4.0, 6.0, 8.0)) == (1.0, 2.0, 3.0, 4.0)
