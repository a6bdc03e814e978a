"""The block model: plain text, grids, paths, what counts as body."""

from __future__ import annotations

from kb.ingestion.readers.blocks import Block, Cell, Kind, ReadResult, Status, grid, heading_path


def test_a_table_reads_as_lines_of_cells() -> None:
    block = Block(Kind.TABLE, rows=((Cell("이름"), Cell("급여")), (Cell("하나"), Cell("3\n천"))))

    assert block.plain == "이름 | 급여\n하나 | 3 천"


def test_a_spanning_cell_stands_in_every_place_that_it_covers() -> None:
    rows = ((Cell("관리직", rowspan=2), Cell("부장")), (Cell("과장"),), (Cell("합계", colspan=2),))

    assert grid(rows) == [["관리직", "부장"], ["관리직", "과장"], ["합계", "합계"]]


def test_a_span_beyond_the_table_is_cut() -> None:
    assert grid(((Cell("a", rowspan=9),),)) == [["a"]]


def test_ragged_rows_become_equally_long() -> None:
    assert grid(((Cell("a"), Cell("b")), (Cell("c"),))) == [["a", "b"], ["c", ""]]


def test_only_body_blocks_count_as_text() -> None:
    blocks = (Block(Kind.HEADER, "대외비"), Block(Kind.PARAGRAPH, "본문", id=1), Block(Kind.IMAGE, "", id=2))

    assert ReadResult(Status.OK, blocks=blocks).letters == 2
    assert [block.is_body for block in blocks] == [False, True, False]


def test_a_path_goes_from_the_outermost_heading_inwards() -> None:
    blocks = (
        Block(Kind.HEADING, "장", id=0, level=1),
        Block(Kind.HEADING, "조", id=1, level=2, parent=0),
        Block(Kind.PARAGRAPH, "본문", id=2, parent=1),
    )

    assert heading_path(blocks, blocks[2]) == ("장", "조")
