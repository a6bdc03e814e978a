"""A page of an original as HTML, with ranges marked."""

from __future__ import annotations

import pytest

from kb.views.sheets import SheetText, quotes_on, sheet_html

TEXT = "제7조 (식비)\n① 식비는 35,000원으로 한다.\n지역 | 한도\n서울 | 140,000원"
START = 100


def block(words: str, kind: str = "paragraph", **values):
    at = START + TEXT.index(words)
    return {"kind": kind, "start": at, "end": at + len(words), **values}


def span(words: str) -> tuple[int, int]:
    at = START + TEXT.index(words)
    return at, at + len(words)


SHEET = SheetText(TEXT, START)
TABLE = {
    "kind": "table",
    "start": START + TEXT.index("지역"),
    "end": START + len(TEXT),
    "rows": [list(span("지역 | 한도")), list(span("서울 | 140,000원"))],
    "cells": [["지역", "한도"], ["서울", "140,000원"]],
    "head": 1,
}


def test_a_quote_is_marked_inside_its_paragraph():
    html = sheet_html(SHEET, [block("① 식비는 35,000원으로 한다.")], [span("35,000원")], "2")
    assert html == (
        '<div class="quoted-block" data-n="2"><p class="para">① 식비는 '
        '<mark class="quoted" data-quoted>35,000원</mark>으로 한다.</p></div>'
    )


def test_a_quote_over_several_blocks_is_marked_in_each_and_numbered_once():
    blocks = [block("제7조 (식비)", "heading", level=1), block("① 식비는 35,000원으로 한다.")]
    html = sheet_html(SHEET, blocks, [(START, START + len(TEXT))], "1")
    assert html.count("<mark") == 2
    assert html.count("data-n=") == 1


def test_a_cell_of_a_table_is_marked_alone():
    html = sheet_html(SHEET, [TABLE], [span("140,000원")])
    assert '<th scope="col">지역</th>' in html
    assert '<td>서울</td><td><mark class="quoted" data-quoted>140,000원</mark></td>' in html


def test_a_row_that_is_quoted_whole_is_marked_cell_by_cell():
    html = sheet_html(SHEET, [TABLE], [span("서울 | 140,000원")])
    assert html.count("<mark") == 2
    assert " | " not in html


def test_headings_never_skip_a_level():
    text = SheetText("가\n나\n다", 0)
    blocks = [
        {"kind": "heading", "level": 4, "start": 0, "end": 1},
        {"kind": "heading", "level": 4, "start": 2, "end": 3},
        {"kind": "heading", "level": 1, "start": 4, "end": 5},
    ]
    assert sheet_html(text, blocks, []) == "<h3>가</h3><h4>나</h4><h3>다</h3>"


def test_list_items_stand_in_one_list():
    text = SheetText("가\n나\n다", 0)
    blocks = [
        {"kind": "list_item", "depth": 0, "start": 0, "end": 1},
        {"kind": "list_item", "depth": 9, "start": 2, "end": 3},
        {"kind": "paragraph", "start": 4, "end": 5},
    ]
    assert sheet_html(text, blocks, []) == '<ul><li data-depth="0">가</li><li data-depth="4">나</li></ul><p>다</p>'


def test_a_page_without_blocks_shows_its_lines():
    assert sheet_html(SheetText("가\n나", 5), [], [(7, 8)]) == (
        '<p>가</p><p><mark class="quoted" data-quoted>나</mark></p>'
    )


def test_overlapping_ranges_are_marked_once():
    assert sheet_html(SheetText("가나다라", 0), [], [(0, 2), (1, 3)]).count("<mark") == 1


@pytest.mark.parametrize("kind", ["paragraph", "heading", "list_item", "code", "footnote", "attachment", "unheard_of"])
def test_text_of_a_document_is_never_markup(kind: str):
    evil = "<script>alert(1)</script>&"
    html = sheet_html(SheetText(evil, 0), [{"kind": kind, "level": 1, "start": 0, "end": len(evil)}], [(0, 9)])
    assert "<script" not in html
    assert "&amp;" in html


def test_only_the_quotes_of_this_page_are_looked_for():
    assert quotes_on(SHEET, [span("35,000원"), (0, 50), (START - 3, START + 2)]) == ["제7", "35,000원"]
