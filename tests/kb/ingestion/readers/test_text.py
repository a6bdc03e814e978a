"""Plain text and CSV."""

from __future__ import annotations

from kb.ingestion.readers.blocks import Kind, Status, heading_path

RULES = "취업규칙\n\n제1장 총칙\n\n제1조(목적) 이 규칙은\n근로조건을 정한다.\n제2조(휴가) 휴가를 준다.\n1. 종류\n연차와 병가가 있다.\n"


def test_a_cp949_text_gets_its_headings(read) -> None:
    result = read(RULES.encode("cp949"), "규칙.txt")
    body = next(block for block in result.blocks if block.text.startswith("연차와"))

    assert result.status is Status.OK
    assert heading_path(result.blocks, body) == ("제1장 총칙", "제2조(휴가)", "1. 종류")
    assert [warning.code for warning in result.warnings] == ["encoding"]


def test_lines_of_a_paragraph_stay_together(read) -> None:
    result = read(RULES.encode(), "규칙.txt")

    assert "이 규칙은\n근로조건을 정한다." in [block.text for block in result.blocks]


def test_a_csv_is_one_table_with_its_head(read) -> None:
    result = read('이름,부서,급여\n하나,인사,"3,000"\n민수,재무,"3,100"\n'.encode("cp949"), "급여.csv")
    table = result.blocks[0]

    assert table.kind is Kind.TABLE
    assert [[cell.text for cell in row] for row in table.rows][1] == ["하나", "인사", "3,000"]
    assert table.header_rows == 1
    assert table.page == 1


def test_the_delimiter_is_found(read) -> None:
    for delimiter in ",;\t|":
        text = f"이름{delimiter}비고\n하나{delimiter}1. 2, 3\n".replace(", 3", " 3" if delimiter == "," else ", 3")
        assert len(read(text.encode(), "a.csv").blocks[0].rows[1]) == 2


def test_a_csv_with_too_many_rows_is_refused_with_their_number(read) -> None:
    result = read(b"a,b\n" * 300, "a.csv", rows=200)

    assert (result.status, result.reason.code) == (Status.LIMIT, "too_many_rows")
    assert result.reason.params["rows"] == 300


def test_text_of_controls_and_direction_marks_is_cleaned(read) -> None:
    result = read("가격\u202e은\u200b 3,000원\x0c\n\n끝\u2060".encode(), "a.txt")

    assert [block.text for block in result.blocks] == ["가격은 3,000원", "끝"]


def test_blanks_alone_are_no_text(read) -> None:
    result = read(b" \n\n \t\n", "a.txt")

    assert (result.status, result.reason.code) == (Status.EMPTY, "no_text")


def test_bytes_that_do_not_fit_are_counted(read) -> None:
    result = read(("연차는 최대 5일까지 이월할 수 있다. " * 9).encode() + b"\xff", "a.txt")

    assert [(warning.code, warning.params) for warning in result.warnings] == [("bad_bytes", {"count": 1})]
