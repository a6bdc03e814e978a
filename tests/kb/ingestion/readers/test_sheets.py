"""XLSX: a sheet is a page; numbers as shown; memory follows the filled cells."""

from __future__ import annotations

from datetime import date

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference

from kb.ingestion.readers.blocks import Kind, ReadResult, Status, heading_path
from kb.ingestion.readers.sheets import column_of
from tests.kb.ingestion.readers import made_files as made


def tables(result: ReadResult) -> list[list[list[str]]]:
    return [[[cell.text for cell in row] for row in block.rows] for block in result.blocks if block.kind is Kind.TABLE]


def book(*rows: list[object]) -> openpyxl.Workbook:
    workbook = openpyxl.Workbook()
    workbook.active.title = "급여"
    for row in rows:
        workbook.active.append(row)
    return workbook


def test_a_sheet_is_a_page_under_its_name(read) -> None:
    workbook = book(["이름", "급여"], ["하나", 3000])
    workbook.create_sheet("빈 시트")
    workbook.create_sheet("비고")["A1"] = "끝"
    result = read(made.saved(workbook), "a.xlsx")
    table = next(block for block in result.blocks if block.kind is Kind.TABLE)

    assert [(page.number, page.label) for page in result.pages] == [(1, "급여"), (2, "빈 시트"), (3, "비고")]
    assert (table.page, table.page_label, table.header_rows) == (1, "급여", 1)
    assert heading_path(result.blocks, table) == ("급여",)
    assert (result.blocks[-1].text, result.blocks[-1].page) == ("끝", 3)


def test_numbers_are_read_as_the_sheet_shows_them(read) -> None:
    workbook = book(
        ["날짜", "금액", "비율", "합"], [date(2026, 3, 1), 3000000, 0.125, 0.1 + 0.2], [None, True, "#N/A", 1e20]
    )
    sheet = workbook.active
    sheet["B2"].number_format = '#,##0"원"'
    sheet["C2"].number_format = "0.0%"

    assert tables(read(made.saved(workbook), "a.xlsx"))[0][1:] == [
        ["2026-03-01", "3,000,000원", "12.5%", "0.3"],
        ["", "TRUE", "#N/A", "1e+20"],
    ]


def test_empty_rows_part_tables_and_a_single_cell_is_a_title(read) -> None:
    result = read(
        made.saved(book(["2026년 급여표"], ["이름", "급여"], ["하나", 3], [], ["품목", "수량"], ["볼트", 7])), "a.xlsx"
    )

    assert tables(result) == [[["이름", "급여"], ["하나", "3"]], [["품목", "수량"], ["볼트", "7"]]]
    assert "2026년 급여표" in [block.text for block in result.blocks]


def test_merged_ranges_are_spans(read) -> None:
    workbook = book(["사람", None, "급여"], ["하나", "인사", 3], ["민수", None, 4])
    workbook.active.merge_cells("A1:B1")
    workbook.active.merge_cells("B2:B3")
    block = next(block for block in read(made.saved(workbook), "a.xlsx").blocks if block.kind is Kind.TABLE)

    assert [[(cell.text, cell.rowspan, cell.colspan) for cell in row] for row in block.rows] == [
        [("사람", 1, 2), ("급여", 1, 1)],
        [("하나", 1, 1), ("인사", 2, 1), ("3", 1, 1)],
        [("민수", 1, 1), ("4", 1, 1)],
    ]


def test_a_charts_numbers_are_read(read) -> None:
    workbook = book(["월", "매출"], ["1월", 5], ["2월", 8])
    chart = BarChart()
    chart.add_data(Reference(workbook.active, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    workbook.active.add_chart(chart, "E5")

    assert read(made.saved(workbook), "a.xlsx").status is Status.OK


def test_a_cell_at_the_far_corner_costs_nothing(read_apart) -> None:
    workbook = book(["이름", "급여"], ["하나", 3])
    workbook.active["XFD1048576"] = "멀리"
    result = read_apart(made.saved(workbook), "a.xlsx", memory_bytes=400 * 1024 * 1024)

    assert result.status is Status.OK
    assert "멀리" in [block.text for block in result.blocks]
    assert "sparse_sheet" in [warning.code for warning in result.warnings]
    assert result.seconds < 5


def test_200_000_empty_rows_end_in_time(read_apart) -> None:
    rows = "".join(f'<row r="{number}"/>' for number in range(1, 200_001))
    sheet = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>'
    result = read_apart(made.rewritten(made.saved(book(["x"])), {"xl/worksheets/sheet1.xml": sheet}), "a.xlsx")

    assert result.status is Status.EMPTY
    assert result.seconds < 20


def test_too_many_rows_are_refused_with_the_sheets_name(read) -> None:
    result = read(made.saved(book(*[[number, number] for number in range(30)])), "a.xlsx", rows=20)

    assert (result.status, result.reason.code) == (Status.LIMIT, "too_many_rows")
    assert result.reason.params["sheet"] == "급여"


def test_one_long_string_in_many_cells_is_refused(read) -> None:
    workbook = book(*[["긴 글 " * 2000] * 20 for _ in range(20)])
    result = read(made.saved(workbook), "a.xlsx", output_bytes=1_000_000, zip_ratio=10_000)

    assert (result.status, result.reason.code) == (Status.LIMIT, "output")


def test_too_many_cells_are_refused(read) -> None:
    assert read(made.saved(book(*[[1] * 20] * 20)), "a.xlsx", cells=300).reason.code == "too_many_cells"


def test_entities_are_refused(read) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><sst><si><t>&b;</t></si></sst>'
    result = read(made.rewritten(made.saved(book(["x"])), {"xl/sharedStrings.xml": bomb}), "a.xlsx")

    assert (result.status, result.reason.code) == (Status.LIMIT, "xml_entities")


def test_a_damaged_sheet_is_read_by_the_fallback_or_told(read_apart) -> None:
    data = made.rewritten(
        made.saved(book(["x", "y"], ["1", "2"])), {"xl/worksheets/sheet1.xml": "<worksheet><sheetData><row"}
    )
    result = read_apart(data, "a.xlsx")

    assert result.status in (Status.BROKEN, Status.EMPTY)


@pytest.mark.parametrize(
    ("reference", "column"), [("A1", 1), ("Z9", 26), ("AA7", 27), ("XFD1048576", 16384), ("", 0), ("7", 0)]
)
def test_columns_by_their_letters(reference: str, column: int) -> None:
    assert column_of(reference) == column


def sheet_of(cells: str, strings: str = "") -> bytes:
    ns = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    sheet = f"<worksheet {ns}><sheetData>{cells}</sheetData></worksheet>"
    shared = f"<sst {ns}>{strings}</sst>"
    return made.rewritten(made.saved(book(["글"])), {"xl/worksheets/sheet1.xml": sheet, "xl/sharedStrings.xml": shared})


def test_every_kind_of_cell_is_read(read) -> None:
    cells = (
        '<row><c t="inlineStr"><is><r><t>굵은</t></r><r><t> 글</t></r></is></c><c t="s"><v>0</v></c><c t="s"><v>99</v></c>'
        '<c t="str"><v>식의 글</v></c><c t="b"><v>0</v></c><c t="e"><v>#DIV/0!</v></c><c><f>A1</f></c><c><v>1.5</v></c></row>'
        '<row r="2"><c r="A2"><v>7</v></c><c r="ZZZZ2"><v>8</v></c></row>'
    )
    strings = "<si><r><t>読</t></r><r><t>み</t></r><rPh><t>よ</t></rPh></si>"

    assert tables(read(sheet_of(cells, strings), "a.xlsx")) == [
        [["굵은 글", "読み", "식의 글", "FALSE", "#DIV/0!", "1.5"], ["7", "", "", "", "", ""]]
    ]


def test_a_charts_title_and_points_become_a_table(read) -> None:
    workbook = book(["월", "매출"], ["1월", 5], ["2월", 8])
    chart = BarChart()
    chart.title = "월별 매출"
    chart.add_data(Reference(workbook.active, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    workbook.active.add_chart(chart, "E5")
    ns = 'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    points = '<c:pt idx="0"><c:v>5</c:v></c:pt><c:pt idx="1"><c:v>8.1999999999999993</c:v></c:pt>'
    cached = (
        f"<c:chartSpace {ns}><c:chart><c:title><a:t>월별 매출</a:t></c:title><c:plotArea><c:barChart><c:ser><c:tx><c:v>매출</c:v></c:tx>"
        f"<c:val><c:numCache>{points}</c:numCache></c:val></c:ser></c:barChart></c:plotArea></c:chart></c:chartSpace>"
    )
    result = read(made.rewritten(made.saved(workbook), {"xl/charts/chart1.xml": cached}), "a.xlsx")

    assert tables(result)[-1] == [["", "매출"], ["", "5"], ["", "8.2"]]
    assert "월별 매출" in [block.text for block in result.blocks]
