"""HTML, also as old Korean systems write it."""

from __future__ import annotations

import pytest

from kb.ingestion.readers.blocks import Kind, Status
from kb.ingestion.readers.html import read_html

PAGE = """<html><head><meta http-equiv="Content-Type" content="text/html; charset=euc-kr"><title>연차
안내</title><style>p {color: red}</style></head><body><nav>메뉴<a>홈</a></nav>
<h1>연차 안내</h1><script>alert("x")</script><p>연차는<br>최대   5일까지 이월된다.</p>
<ol start=3><li>신청<li>승인<ul><li>반려</ul></ol><pre>  가
    나</pre>
<table><thead><tr><th>이름<th>급여</thead><tr><td rowspan=2>하나<td>3,000<tr><td>3,100</table></body>"""


def test_an_euc_kr_page_is_read_in_its_encoding(read) -> None:
    result = read(PAGE.encode("cp949"), "연차.html")

    assert result.title == "연차 안내"
    assert "연차는\n최대 5일까지 이월된다." in [block.text for block in result.blocks]


def test_scripts_styles_and_menus_are_left_out() -> None:
    text = " ".join(block.plain for block in read_html(PAGE).blocks)

    assert "alert" not in text
    assert "color" not in text
    assert "메뉴" not in text


def test_lists_and_code_are_kept() -> None:
    blocks = read_html(PAGE).blocks

    assert [(b.text, b.mark.depth) for b in blocks if b.kind is Kind.LIST_ITEM] == [
        ("3. 신청", 0),
        ("4. 승인", 0),
        ("반려", 1),
    ]
    assert [b.text for b in blocks if b.kind is Kind.CODE] == ["  가\n    나"]


def test_a_table_keeps_spans_and_its_head() -> None:
    table = read_html(PAGE).blocks[-1]

    assert [[(cell.text, cell.rowspan) for cell in row] for row in table.rows] == [
        [("이름", 1), ("급여", 1)],
        [("하나", 2), ("3,000", 1)],
        [("3,100", 1)],
    ]
    assert table.header_rows == 1


def test_a_table_that_only_lays_out_becomes_paragraphs() -> None:
    page = "<table><tr><td>왼쪽<td><table><tr><td>이름<td>급여<tr><td>하나<td>3</table></table><table><tr><td>한 칸</table>"

    assert [block.kind for block in read_html(page).blocks] == [Kind.PARAGRAPH, Kind.TABLE, Kind.PARAGRAPH]


def test_a_page_of_nothing_but_menu_is_read_with_it() -> None:
    assert [block.text for block in read_html("<nav>열리지 않는 메뉴<p>본문").blocks] == ["열리지 않는 메뉴", "본문"]


def test_a_picture_leaves_its_description() -> None:
    assert read_html('<p>그림 <img src="x" alt="조직도"> 참조').blocks[0].text == "그림 조직도 참조"


def test_300_000_nested_elements_are_read_in_time(read_apart) -> None:
    result = read_apart(b"<div>" * 300_000 + b"deep text" + b"</div>" * 300_000, "a.html")

    assert result.status is Status.OK
    assert result.blocks[0].text == "deep text"
    assert result.seconds < 50


def test_endless_spans_are_cut() -> None:
    table = read_html('<table><tr><td colspan=999999999>가<td rowspan="-3">나</table>').blocks[0]

    assert [(cell.colspan, cell.rowspan) for cell in table.rows[0]] == [(1000, 1), (1, 1)]


@pytest.mark.parametrize(
    ("page", "texts"),
    [
        ("<script>a<script>b</script>c", ["c"]),
        ("<nav>a<nav>b</nav>c</nav>본문", ["본문"]),
        ("a<br/>b<div/>c<hr/>d", ["a\nbc", "d"]),
        ("<td>칸 밖의 칸</td>", ["칸 밖의 칸"]),
        ("</table></ul></li></pre>본문", ["본문"]),
        ("<pre>a<br>  b</pre>", ["a\n  b"]),
        ("<ol start=x><li>하나</ol>", ["1. 하나"]),
        ("<li>목록 밖", ["목록 밖"]),
        ("<table><td>가<td>나", ["가 | 나"]),
        ("<table>표 앞의 글<tr><td>가<td>나</table>", ["표 앞의 글", "가 | 나"]),
        ("가&nbsp;&amp;&#44032; <!-- 숨김 --> <![CDATA[x]]>", ["가 &가"]),
    ],
)
def test_broken_and_odd_html_is_read_as_far_as_it_makes_sense(page: str, texts: list[str]) -> None:
    assert [block.plain for block in read_html(page).blocks] == texts
