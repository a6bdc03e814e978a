"""Scans: recognised by Tesseract, columns in order, turned pages upright, many pages in blocks."""

from __future__ import annotations

import pytest

from kb.ingestion.readers import ocr, process, run
from kb.ingestion.readers.blocks import Block, Kind, Page, ReadResult, Reason, Status
from kb.ingestion.readers.merge import with_recognised, without
from kb.ingestion.readers.ocr_columns import columns
from kb.ingestion.readers.ocr_skew import straighten
from kb.ingestion.readers.ocr_words import Word, lines_of, parse_tsv
from tests.kb.ingestion.readers import made_files as made

LINES = ["제1조(목적) 이 규칙은 근로조건을 정한다.", "제2조(휴가) 연차는 최대 다섯 날까지 이월한다."]
COLUMN = [f"이 문장은 {word} 단의 글을 담고 있다." for word in ("첫째", "둘째", "셋째", "넷째", "다섯째", "여섯째")] * 2


def squeezed(result: ReadResult) -> str:
    return "".join("".join(block.text.split()) for block in result.blocks)


@pytest.mark.parametrize("angle", [0.0, 1.5])
def test_a_scan_becomes_text_with_its_articles(read_apart, angle: float) -> None:
    result = read_apart(made.scan(LINES, angle=angle), "a.pdf", ocr_blocks=1)

    assert (result.status, result.pending_ocr) == (Status.OK, ())
    assert "연차는최대다섯날까지이월한다" in squeezed(result)
    assert [block.text.replace(" ", "") for block in result.blocks if block.kind is Kind.HEADING] == [
        "제1조(목적)",
        "제2조(휴가)",
    ]


def test_boxes_lie_on_the_page_in_points(read_apart) -> None:
    result = read_apart(made.scan(LINES), "a.pdf", ocr_blocks=1)
    box = result.blocks[0].bbox

    assert box is not None
    assert box[0] == pytest.approx(150 * 595 / 1654, abs=3)
    assert box[1] == pytest.approx(200 * 842 / 2339, abs=8)


def test_two_columns_are_read_one_after_the_other(read_apart) -> None:
    left, right = [f"왼쪽 {line}" for line in COLUMN], [f"오른쪽 {line}" for line in COLUMN]
    image = made.page_picture(left)
    image.paste(made.page_picture(right).crop((140, 0, 840, 2339)), (900, 0))
    areas = columns(image)

    assert len(areas) == 2
    assert areas[0][2] <= areas[1][0]
    assert 780 < areas[0][2] < 900


def test_one_column_is_left_whole() -> None:
    image = made.page_picture([line * 2 for line in LINES] * 6)

    assert columns(image) == [(0, 0, 1654, 2339)]


def test_a_title_over_two_columns_is_read_first() -> None:
    image = made.page_picture(["", "", "", *COLUMN], columns=2)
    image.paste(
        made.page_picture(["아주 긴 제목이 두 단 위에 걸쳐서 한 줄로 서 있는 모양이다 " * 2]).crop((0, 190, 1654, 250)),
        (0, 190),
    )
    areas = columns(image)

    assert len(areas) == 3
    assert areas[0][0] == 0
    assert areas[0][2] == 1654
    assert areas[0][3] <= areas[1][1]


@pytest.mark.parametrize("angle", [-2.0, -0.75, 0.0, 1.25, 2.5])
def test_the_angle_of_a_page_is_found(angle: float) -> None:
    found = straighten(made.page_picture(COLUMN, angle=angle))

    assert found.angle == pytest.approx(-angle, abs=0.3)


def test_a_box_is_turned_back_to_where_it_was() -> None:
    upright = straighten(made.page_picture(COLUMN, angle=2.0))
    x0, y0, x1, y1 = upright.turned_back((140.0, 190.0, 160.0, 230.0))
    before, after = made.page_picture(["■"], angle=2.0).point(lambda value: 255 - value).getbbox(), (x0, y0, x1, y1)

    assert upright.angle != 0
    assert before[0] == pytest.approx(after[0], abs=25)
    assert before[1] == pytest.approx(after[1], abs=25)


def word(text: str, x: float, width: float) -> Word:
    return Word(text, (x, 0, x + width, 30), 90, (0, 0, 1))


def test_syllables_that_stand_close_are_one_word() -> None:
    words = [
        word("근", 0, 28),
        word("로", 30, 28),
        word("조건", 62, 56),
        word("다음", 140, 56),
        word("A", 220, 20),
        word("B", 242, 20),
    ]

    assert [line.text for line in lines_of(words)] == ["근로조건 다음 A B"]


def test_a_table_of_words_with_strange_lines_is_read() -> None:
    text = "level\tpage\nnonsense\n5\t1\t1\t1\t1\t1\t10\t20\t30\t40\t95.5\t연차\n4\t1\t1\t1\t1\t0\t0\t0\t9\t9\t-1\t\n"

    assert [(word.text, word.box, word.confidence) for word in parse_tsv(text)] == [("연차", (10, 20, 40, 60), 95.5)]


def test_english_pages_are_read_as_english(read_apart) -> None:
    result = read_apart(
        made.scan(["Annual leave of five days may be carried over.", "Ask your manager first."]), "a.pdf", ocr_blocks=1
    )

    assert "Annualleaveoffivedaysmaybecarriedover." in squeezed(result)


def test_a_picture_file_is_a_page(read_apart) -> None:
    waiting = read_apart(made.png(LINES), "a.png")
    result = read_apart(made.png(LINES), "a.png", ocr_blocks=1)

    assert (waiting.status, waiting.pending_ocr) == (Status.NEEDS_OCR, (1,))
    assert "근로조건을정한다" in squeezed(result)
    assert (round(result.pages[0].width), round(result.pages[0].height)) == (595, 842)


def test_a_picture_of_60_000_by_60_000_is_refused_by_its_head(read_apart) -> None:
    result = read_apart(made.png_head(60_000, 60_000), "a.png", ocr_blocks=1)

    assert (result.status, result.reason.code) == (Status.LIMIT, "image_too_large")


def test_a_white_page_ends_as_no_text(read_apart) -> None:
    result = read_apart(made.scan([]), "a.pdf", ocr_blocks=1)

    assert (result.status, result.reason.code) == (Status.EMPTY, "ocr_no_text")


def test_pages_are_recognised_in_blocks_and_in_order(tmp_path) -> None:
    path = tmp_path / "scan"
    path.write_bytes(made.scan([*[""] * 6, *LINES[:1]], copies=3))
    first = run.read_file(path, filename="a.pdf")
    second = run.ocr_pages(path, first, 3, 3)
    third = run.ocr_pages(path, second, 1, 2)

    assert second.pending_ocr == (1, 2)
    assert [block.page for block in second.blocks if block.kind is Kind.HEADING] == [3]
    assert third.pending_ocr == ()
    assert [block.page for block in third.blocks if block.kind is Kind.HEADING] == [1, 2, 3]
    assert [block.id for block in third.blocks] == list(range(len(third.blocks)))


def test_without_tesseract_the_reason_names_what_to_install(tmp_path, monkeypatch) -> None:
    monkeypatch.setitem(process._ENVIRONMENT, "PATH", "/nonexistent")
    path = tmp_path / "scan"
    path.write_bytes(made.scan(LINES, copies=30))
    result = run.read_file(path, filename="a.pdf", ocr_blocks=1)

    assert (result.status, result.reason.code) == (Status.NEEDS_OCR, "ocr_missing")
    assert result.reason.params == {"packages": ocr.PACKAGES}
    assert result.pending_ocr == ()


WAITING = ReadResult(
    Status.OK,
    pages=(Page(1), Page(2, scan=True)),
    blocks=(Block(Kind.PARAGRAPH, "첫 쪽의 글", id=0, page=1), Block(Kind.PARAGRAPH, "2", id=1, page=2)),
    pending_ocr=(2,),
)


def test_recognised_text_takes_the_place_of_the_little_that_was_there() -> None:
    part = ReadResult(Status.OK, blocks=(Block(Kind.PARAGRAPH, "둘째 쪽의 긴 글", page=2),))
    result = with_recognised(WAITING, part, (2,))

    assert [block.text for block in result.blocks] == ["첫 쪽의 글", "둘째 쪽의 긴 글"]
    assert [page.letters for page in result.pages] == [4, 6]
    assert result.pending_ocr == ()


def test_what_was_there_stays_when_recognition_found_less() -> None:
    result = with_recognised(WAITING, ReadResult(Status.EMPTY), (2,))

    assert [block.text for block in result.blocks] == ["첫 쪽의 글", "2"]


def test_pages_that_failed_are_told_and_the_rest_stays() -> None:
    result = without(WAITING, (2,), ReadResult(Status.TIMEOUT, reason=Reason("wall_time", {"seconds": 300})))

    assert (result.status, result.pending_ocr) == (Status.OK, ())
    assert [(warning.code, warning.params) for warning in result.warnings] == [("pages_unread", {"pages": "2"})]
