"""From a draft to a result that tells the truth."""

from __future__ import annotations

import pytest

from kb.ingestion.readers.blocks import Block, Cell, Kind, Page, Status
from kb.ingestion.readers.finish import clean_text, clean_title, finish, page_list
from kb.ingestion.readers.limits import Limits
from kb.ingestion.readers.reasons import ReadFailure
from kb.ingestion.readers.source import Draft, Format


def test_text_is_normalised_and_empty_blocks_are_dropped() -> None:
    draft = Draft(
        "x",
        [Block(Kind.PARAGRAPH, "  ①\u200b 연차\x00  휴가 \r\n"), Block(Kind.PARAGRAPH, " \u3000"), Block(Kind.IMAGE)],
    )
    result = finish(draft, Format.TEXT, Limits())

    assert [(block.kind, block.text) for block in result.blocks] == [
        (Kind.PARAGRAPH, "(1) 연차 휴가"),
        (Kind.IMAGE, ""),
    ]


def test_a_table_of_empty_cells_is_dropped() -> None:
    draft = Draft("x", [Block(Kind.TABLE, rows=((Cell(" "), Cell("")),))])

    assert finish(draft, Format.DOCX, Limits()).blocks == ()


def test_code_keeps_its_indentation() -> None:
    draft = Draft("x", [Block(Kind.CODE, "\nif x:\n    y  =  1\n")])

    assert finish(draft, Format.MARKDOWN, Limits()).blocks[0].text == "if x:\n    y  =  1"


def test_letters_are_counted_by_page_without_heads() -> None:
    box = (50.0, 10.0, 99.0, 20.0)
    heads = [Block(Kind.PARAGRAPH, "대외비", page=page, bbox=box) for page in (1, 2, 3)]
    draft = Draft("x", [*heads, Block(Kind.PARAGRAPH, "본문", page=2)], [Page(n, height=842.0) for n in (1, 2, 3)])

    assert [page.letters for page in finish(draft, Format.PDF, Limits()).pages] == [0, 2, 0]


def test_marks_alone_are_no_text() -> None:
    result = finish(Draft("x", [Block(Kind.PARAGRAPH, "--- *** ...")]), Format.TEXT, Limits())

    assert (result.status, result.reason.code) == (Status.EMPTY, "no_text")


def test_too_many_cells_are_refused() -> None:
    draft = Draft("x", [Block(Kind.TABLE, rows=((Cell("a"),) * 6,))])

    with pytest.raises(ReadFailure) as caught:
        finish(draft, Format.CSV, Limits(cells=5))
    assert caught.value.reason.code == "too_many_cells"


@pytest.mark.parametrize(
    ("numbers", "text"), [([], ""), ([3], "3"), ([1, 2, 3, 7, 9, 8], "1-3, 7-9"), ([5, 1], "1, 5")]
)
def test_pages_are_listed_as_people_write_them(numbers: list[int], text: str) -> None:
    assert page_list(numbers) == text


@pytest.mark.parametrize(
    ("title", "clean"),
    [
        ("Microsoft Word - 취업규칙.doc", "취업규칙.doc"),
        ("untitled", ""),
        ("제목 없음", ""),
        (" 취업\n규칙 ", "취업 규칙"),
        ("\x00", ""),
    ],
)
def test_a_title_that_a_program_made_up_is_none(title: str, clean: str) -> None:
    assert clean_title(title) == clean


def test_blanks_at_line_ends_go_and_lines_stay() -> None:
    assert clean_text(" 가 \u00a0 나 \n  다\t라 ") == "가 나\n다 라"
