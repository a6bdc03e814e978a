"""The markup of the sources."""

from __future__ import annotations

import pytest

from samples.build.blocks import Box, Cell, Heading, Item, Note, Paragraph, Span, Table
from samples.build.markup import parse, plain, printed, spans


def test_a_line_is_a_block() -> None:
    text = "# 제1장\n\n① 첫 항\n- 하나\n  가. 둘\n> 경고\n[^1]: 주석"

    assert parse(text) == [
        Heading(1, "제1장"),
        Paragraph("① 첫 항"),
        Item(0, "-", "하나"),
        Item(1, "가.", "둘"),
        Box("경고"),
        Note(1, "주석"),
    ]


def test_a_date_at_the_start_of_a_line_is_no_list_item() -> None:
    assert parse("2026. 3. 1. 시행") == [Paragraph("2026. 3. 1. 시행")]


def test_merged_cells_reach_right_and_down() -> None:
    (table,) = parse("|구분|금액|<|\n|^|국내|해외|\n|---|---|---|\n|식비|1|2|")

    assert table == Table(
        rows=3,
        columns=3,
        header_rows=2,
        cells=(
            Cell("구분", 0, 0, rowspan=2),
            Cell("금액", 0, 1, colspan=2),
            Cell("국내", 1, 1),
            Cell("해외", 1, 2),
            Cell("식비", 2, 0),
            Cell("1", 2, 1),
            Cell("2", 2, 2),
        ),
    )


def test_empty_cells_at_the_end_of_a_row_count() -> None:
    (table,) = parse("|가|나|다|\n|---|---|---|\n|1|||")

    assert [cell.text for cell in table.row(1)] == ["1", "", ""]


def test_rows_of_unequal_length_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="unequal"):
        parse("|가|나|\n|---|---|\n|1|")


def test_marks_are_cut_out_of_the_text() -> None:
    text = "3 이하[^2] **꼭** 지킨다"

    assert list(spans(text)) == [Span("3 이하"), Span("", note=2), Span(" "), Span("꼭", bold=True), Span(" 지킨다")]
    assert plain(text) == "3 이하 꼭 지킨다"
    assert printed(text) == "3 이하2) 꼭 지킨다"
