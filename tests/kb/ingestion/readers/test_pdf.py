"""PDF: blocks with places, heads and feet, loss check, scans, damage."""

from __future__ import annotations

import io

import pytest
from reportlab.lib import colors
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import SimpleDocTemplate, Table

from kb.ingestion.readers.blocks import Kind, Status, heading_path
from tests.kb.ingestion.readers import made_files as made

PAGES = [[f"제{n}장 총칙", f"제{n}조(목적) 이 규칙은 목적을 정한다.", "연차는 다섯 날이다."] for n in (1, 2, 3)]


def test_articles_on_one_page_are_blocks_of_their_own(read) -> None:
    lines = [
        "제1장 총칙",
        "제1조(목적) 이 규칙은 목적을 정한다.",
        "제2조(휴가) 연차는 다섯 날이다.",
        "제3조(복무) 지킨다.",
    ]
    result = read(made.pdf([lines]), "a.pdf")
    body = next(block for block in result.blocks if "연차" in block.text)

    assert heading_path(result.blocks, body) == ("제1장 총칙", "제2조(휴가)")
    assert body.text == "연차는 다섯 날이다."


def test_blocks_have_pages_and_boxes_from_the_top_left(read) -> None:
    result = read(made.pdf(PAGES), "a.pdf")
    chapter = next(block for block in result.blocks if block.text == "제2장 총칙")

    assert chapter.page == 2
    assert chapter.bbox is not None
    assert chapter.bbox[0] == pytest.approx(60, abs=2)
    assert chapter.bbox[1] == pytest.approx(842 - 760 - 11, abs=6)
    assert [(page.width, page.height) for page in result.pages] == [(595.0, 842.0)] * 3


def test_heads_and_feet_are_marked(read) -> None:
    result = read(made.pdf(PAGES, head="한빛정밀 대외비", foot="- {page} -"), "a.pdf")

    assert [block.text for block in result.blocks if block.kind is Kind.HEADER] == ["한빛정밀 대외비"] * 3
    assert len([block for block in result.blocks if block.kind is Kind.FOOTER]) == 3
    assert all("대외비" not in block.text for block in result.blocks if block.is_body)


def test_the_title_is_read_and_a_programs_own_is_not(read) -> None:
    assert read(made.pdf(PAGES, title="취업규칙"), "a.pdf").title == "취업규칙"
    assert read(made.pdf(PAGES, title="untitled"), "a.pdf").title == ""


def test_a_ruled_table_keeps_its_cells_and_their_boxes(read) -> None:
    buffer = io.BytesIO()
    rows = [["Name", "Team", "Salary"], ["Hana", "HR", "3,000"], ["Minsu", "Finance", "3,100"]]
    SimpleDocTemplate(buffer).build([Table(rows, style=[("GRID", (0, 0), (-1, -1), 1, colors.black)])])
    table = next(block for block in read(buffer.getvalue(), "a.pdf").blocks if block.kind is Kind.TABLE)

    assert [[cell.text for cell in row] for row in table.rows] == rows
    assert table.header_rows == 1
    assert all(cell.bbox is not None for row in table.rows for cell in row)


def test_turned_text_is_not_lost(read) -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.rotate(90)
    canvas.drawString(100, -100, "Turned words that stand along the edge of the page")
    canvas.rotate(-90)
    canvas.drawString(100, 700, "Level")
    canvas.save()
    result = read(buffer.getvalue(), "a.pdf")

    assert "Turned words that stand along the edge" in " ".join(block.text for block in result.blocks)


def test_form_fields_and_comments_are_read(read) -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.drawString(100, 700, "Application")
    canvas.acroForm.textfield(name="applicant", value="Hana Kim", x=100, y=600, width=200, height=20)
    canvas.textAnnotation("Check this amount", Rect=[100, 500, 120, 520])
    canvas.save()
    blocks = read(buffer.getvalue(), "a.pdf").blocks

    assert "applicant: Hana Kim" in [block.text for block in blocks]
    assert [block.text for block in blocks if block.kind is Kind.COMMENT] == ["Check this amount"]


def test_a_page_without_text_among_others_is_told(read) -> None:
    result = read(made.pdf([PAGES[0], [], PAGES[2]]), "a.pdf")

    assert ("pages_without_text", {"pages": "2"}) in [(warning.code, warning.params) for warning in result.warnings]


def test_blank_pages_alone_are_empty(read) -> None:
    result = read(made.pdf([[], []]), "a.pdf")

    assert (result.status, result.reason.code) == (Status.EMPTY, "no_text")
    assert result.pending_ocr == ()


def test_a_scan_waits_for_recognition(read) -> None:
    result = read(made.scan(["제1조 목적"], copies=3), "a.pdf")

    assert (result.status, result.reason.code) == (Status.NEEDS_OCR, "ocr_waiting")
    assert result.pending_ocr == (1, 2, 3)
    assert [page.scan for page in result.pages] == [True] * 3


def test_a_password_is_told_as_such(read) -> None:
    result = read(made.pdf(PAGES, password="secret"), "a.pdf")

    assert (result.status, result.reason.code) == (Status.ENCRYPTED, "password")


def test_a_cut_file_is_read_as_far_as_it_goes(read_apart) -> None:
    whole = made.pdf([["Annual leave of five days may be carried over."]] * 40)
    result = read_apart(whole[: len(whole) // 2], "a.pdf")

    assert result.status is Status.OK
    assert "five days" in result.blocks[0].text
    assert len(result.pages) < 40


@pytest.mark.parametrize("data", [b"%PDF-1.7\nnothing more", b"%PDF-1.4\n" + bytes(range(256)) * 20])
def test_a_damaged_file_is_broken(read_apart, data: bytes) -> None:
    result = read_apart(data, "a.pdf")

    assert (result.status, result.reason.code) == (Status.BROKEN, "broken")


def test_too_many_pages_are_refused_with_their_number(read) -> None:
    result = read(made.pdf([["x"]] * 12), "a.pdf", pages=10)

    assert (result.reason.code, result.reason.params) == ("too_many_pages", {"pages": 12, "limit": 10})


def test_progress_counts_the_pages(read_apart) -> None:
    seen: list[tuple[int, int]] = []
    read_apart(made.pdf(PAGES), "a.pdf", progress=lambda page, pages: seen.append((page, pages)))

    assert seen == [(1, 3), (2, 3), (3, 3)]
