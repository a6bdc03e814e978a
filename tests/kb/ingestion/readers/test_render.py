"""Pictures of pages, quotes on them, their sizes."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from kb.ingestion.readers.reasons import ReadFailure
from kb.ingestion.readers.render import find_quote, page_image, page_sizes
from tests.kb.ingestion.readers import made_files as made

LINES = ["제1조(목적) 이 규칙은 근로조건을 정한다.", "연차는 최대 다섯 날까지", "이월할 수 있다."]


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    path = tmp_path / "stored"
    path.write_bytes(made.pdf([["표지"], LINES]))
    return path


def opened(webp: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(webp))
    assert image.format == "WEBP"
    return image.convert("L")


def ink(image: Image.Image, box: tuple[float, float, float, float], scale: float) -> bool:
    """Whether there is print inside a box given in points."""
    return image.crop(tuple(round(value * scale) for value in box)).getextrema()[0] < 128


def test_a_page_is_drawn_as_wide_as_asked(pdf: Path) -> None:
    image = opened(page_image(pdf, 2, width=700))

    assert image.size == (700, 991)


def test_the_picture_never_grows_beyond_bounds(pdf: Path) -> None:
    assert opened(page_image(pdf, 1, width=90_000)).width <= 2_400


def test_a_quote_lies_where_the_picture_has_print(pdf: Path) -> None:
    found = find_quote(pdf, 2, "최대 다섯 날까지 이월할 수")
    image = opened(page_image(pdf, 2, width=1190))

    assert found.is_whole
    assert len(found.rects) == 2
    assert all(ink(image, rect, 1190 / found.width) for rect in found.rects)
    assert not ink(image, (300, 300, 500, 500), 1190 / found.width)


def test_a_quote_on_a_turned_page_lies_where_the_picture_has_print(tmp_path: Path) -> None:
    document = pypdfium2.PdfDocument(made.pdf([LINES]))
    document[0].set_rotation(90)
    path = tmp_path / "turned"
    document.save(str(path))
    found = find_quote(path, 1, "연차는 최대 다섯 날까지")
    image = opened(page_image(path, 1, width=1000))

    assert (found.width, found.height) == (842.0, 595.0)
    assert found.is_whole
    assert len(found.rects) == 1
    assert found.rects[0][3] - found.rects[0][1] > found.rects[0][2] - found.rects[0][0]
    assert ink(image, found.rects[0], 1000 / 842)


def test_a_quote_on_a_cropped_page_lies_where_the_picture_has_print(tmp_path: Path) -> None:
    document = pypdfium2.PdfDocument(made.pdf([LINES]))
    document[0].set_cropbox(40, 500, 500, 800)
    path = tmp_path / "cropped"
    document.save(str(path))
    found = find_quote(path, 1, "연차는 최대")
    image = opened(page_image(path, 1, width=920))

    assert (found.width, found.height) == (460.0, 300.0)
    assert ink(image, found.rects[0], 2.0)


def test_a_quote_longer_than_a_page_does_no_harm(pdf: Path) -> None:
    assert find_quote(pdf, 1, "\U0001f600" * 100_000).rects == ()


def test_a_quote_that_is_not_there_has_no_rectangles(pdf: Path) -> None:
    assert find_quote(pdf, 1, "이월할 수 있다").rects == ()


def test_sizes_of_all_pages(pdf: Path) -> None:
    assert [(page.number, page.width, page.height) for page in page_sizes(pdf)] == [
        (1, 595.0, 842.0),
        (2, 595.0, 842.0),
    ]


def test_hwpx_pages_are_drawn_with_hangul_and_found(tmp_path: Path) -> None:
    path = tmp_path / "stored"
    path.write_bytes(made.hwpx(LINES))
    found = find_quote(path, 1, "최대 다섯 날까지")
    image = opened(page_image(path, 1, width=1190))

    assert found.is_whole
    assert ink(image, found.rects[0], 1190 / found.width)
    assert image.height == pytest.approx(1683, abs=3)


@pytest.mark.parametrize(
    ("data", "page", "code"),
    [
        (b"plain words", 1, "no_picture"),
        (made.pdf([["x"]]), 2, "no_page"),
        (made.pdf([["x"]]), 0, "no_page"),
        (made.pdf([["x"]], password="p"), 1, "password"),
        (b"%PDF-1.7\nnothing", 1, "broken"),
        (made.hwpx(["x"]), 9, "no_page"),
    ],
)
def test_what_cannot_be_drawn_is_told(tmp_path: Path, data: bytes, page: int, code: str) -> None:
    path = tmp_path / "stored"
    path.write_bytes(data)

    with pytest.raises(ReadFailure) as caught:
        page_image(path, page, width=400)
    assert caught.value.reason.code == code


@pytest.mark.parametrize("data", [made.pdf([["x"]]), made.hwpx(["x"])])
def test_a_quote_on_a_page_that_is_not_there_is_told(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "stored"
    path.write_bytes(data)

    with pytest.raises(ReadFailure) as caught:
        find_quote(path, 99, "x")
    assert caught.value.reason.code == "no_page"


def test_without_a_korean_font_hwp_is_not_drawn(monkeypatch) -> None:
    from kb.ingestion.readers import fonts
    from kb.ingestion.readers.drawing import draw
    from kb.ingestion.readers.limits import Limits
    from kb.ingestion.readers.source import Format, Source

    monkeypatch.setattr(fonts, "_FOLDERS", ("/nonexistent",))
    fonts.has_korean_font.cache_clear()
    try:
        with pytest.raises(ReadFailure) as caught:
            draw(Source(made.hwpx(["x"]), "a.hwpx", Format.HWPX, Limits()), 1, 400)
    finally:
        fonts.has_korean_font.cache_clear()
    assert caught.value.reason.code == "no_korean_font"


def test_a_picture_file_is_drawn(tmp_path: Path) -> None:
    path = tmp_path / "stored"
    path.write_bytes(made.png(LINES))

    assert opened(page_image(path, 1, width=400)).width == 400
    assert round(page_sizes(path)[0].width) == 595


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ReadFailure) as caught:
        page_sizes(tmp_path / "absent")
    assert caught.value.reason.code == "unreadable"
