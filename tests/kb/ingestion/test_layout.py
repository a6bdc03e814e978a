"""Blocks become one text, and every place in it is true."""

from __future__ import annotations

from kb.ingestion.layout import block_rows, lay_out, path_text
from kb.ingestion.readers.blocks import Block, Cell, Kind, Page, ReadResult, Status


def result(*blocks: Block, pages: tuple[Page, ...] = ()) -> ReadResult:
    numbered = tuple(
        Block(b.kind, b.text, place, b.level, b.parent, b.page, b.page_label, b.bbox, b.rows, b.header_rows, b.mark)
        for place, b in enumerate(blocks)
    )
    return ReadResult(Status.OK, blocks=numbered, pages=pages)


RULES = result(
    Block(Kind.HEADING, "제1장 총칙", level=1, page=1),
    Block(Kind.HEADING, "제2조(식비)", level=2, parent=0, page=1),
    Block(Kind.PARAGRAPH, "식비는 35,000원입니다.", parent=1, page=1),
    Block(Kind.HEADER, "한빛정밀", page=2),
    Block(
        Kind.TABLE,
        parent=1,
        page=2,
        rows=((Cell("직급"), Cell("한도")), (Cell("과장"), Cell("120,000원"))),
        header_rows=1,
    ),
    Block(Kind.PARAGRAPH, "끝.", parent=1, page=2),
    pages=(Page(1), Page(2, label="별표")),
)


def test_every_block_lies_where_it_says():
    layout = lay_out(RULES)
    assert layout.text == "제1장 총칙\n제2조(식비)\n식비는 35,000원입니다.\n직급 | 한도\n과장 | 120,000원\n끝."
    texts = [layout.text[block.start : block.end] for block in layout.blocks]
    assert texts[2] == "식비는 35,000원입니다."
    assert [layout.text[s:e] for s, e in layout.blocks[3].rows] == ["직급 | 한도", "과장 | 120,000원"]


def test_pages_are_parts_of_the_text_and_running_heads_are_not():
    layout = lay_out(RULES)
    for page in layout.pages:
        assert layout.text[page.start : page.start + len(page.text)] == page.text
    assert "한빛정밀" not in layout.text
    assert [page.label for page in layout.pages] == ["", "별표"]


def test_the_page_of_a_place_is_known():
    layout = lay_out(RULES)
    assert layout.page_at(0) == 1
    assert layout.page_at(layout.text.index("120,000")) == 2


def test_a_block_carries_the_path_of_its_headings():
    assert lay_out(RULES).blocks[2].path == ("제1장 총칙", "제2조(식비)")
    assert path_text(("제1장 총칙", "제2조(식비)")) == "제1장 총칙 › 제2조(식비)"


def test_a_spanning_cell_is_repeated_so_that_each_row_can_be_read_alone():
    rows = (
        (Cell("구분", rowspan=2), Cell("한도", colspan=2)),
        (Cell("국내"), Cell("해외")),
        (Cell("과장"), Cell("12"), Cell("20")),
    )
    layout = lay_out(result(Block(Kind.TABLE, page=1, rows=rows, header_rows=2)))
    assert layout.text == "구분 | 한도 | 한도\n구분 | 국내 | 해외\n과장 | 12 | 20"


def test_line_ends_inside_a_cell_cannot_break_a_row():
    layout = lay_out(result(Block(Kind.TABLE, page=1, rows=((Cell("두\n줄"), Cell("값")),))))
    assert layout.text == "두 줄 | 값"


def test_what_is_kept_for_showing_has_places_and_tables():
    shown = block_rows(lay_out(RULES), 2)
    assert [block["kind"] for block in shown] == ["table", "paragraph"]
    assert shown[0]["cells"][1] == ["과장", "120,000원"]
    assert shown[0]["head"] == 1


def test_no_blocks_are_no_text():
    layout = lay_out(ReadResult(Status.OK))
    assert (layout.text, layout.pages, layout.blocks) == ("", (), ())
