"""A page cut where its passages begin."""

from __future__ import annotations

from kb.models import Chunk, Page
from kb.views.library_regions import regions_of


def chunk(position: int, start: int, end: int) -> Chunk:
    return Chunk(position=position, start=start, end=end)


def block(kind: str, start: int, end: int, **values) -> dict:
    return {"kind": kind, "level": 0, "start": start, "end": end, **values}


def parts(page: Page, chunks: list[Chunk]) -> list[tuple[int | None, str]]:
    return [(region.position, str(region.html)) for region in regions_of(page, chunks)]


def test_each_passage_has_its_part_and_the_rest_has_none():
    page = Page(
        text="제1조\n첫째 문장.\n꼬리말",
        start=100,
        blocks=[block("heading", 100, 103, level=1), block("paragraph", 104, 110), block("paragraph", 111, 114)],
    )
    assert parts(page, [chunk(7, 100, 110)]) == [(7, "<h3>제1조</h3><p>첫째 문장.</p>"), (None, "<p>꼬리말</p>")]


def test_a_paragraph_that_two_passages_share_is_cut_where_the_second_begins():
    page = Page(text="하나 둘 셋 넷", start=0, blocks=[block("paragraph", 0, 8)])
    assert parts(page, [chunk(0, 0, 6), chunk(1, 3, 8)]) == [(0, "<p>하나 </p>"), (1, "<p>둘 셋 넷</p>")]


def test_a_table_is_cut_between_its_rows_and_its_head_stays_above():
    rows = {"rows": [[0, 5], [6, 11], [12, 17]], "cells": [["a", "b"], ["c", "d"], ["e", "f"]], "head": 1}
    page = Page(text="a | b\nc | d\ne | f", start=0, blocks=[block("table", 0, 17, **rows)])
    (first, upper), (second, lower) = parts(page, [chunk(0, 0, 11), chunk(1, 12, 17)])
    assert (first, second) == (0, 1)
    assert "<th" in upper and ">c<" in upper and ">e<" not in upper
    assert "<th" not in lower and ">e<" in lower


def test_a_page_without_blocks_is_shown_by_its_lines():
    page = Page(text="첫 줄\n\n둘째 줄", start=50, blocks=[])
    assert parts(page, [chunk(3, 50, 60)]) == [(3, "<p>첫 줄</p><p>둘째 줄</p>")]


def test_text_of_a_document_is_never_markup():
    page = Page(text="<script>alert(1)</script>", start=0, blocks=[block("paragraph", 0, 25)])
    ((_, html),) = parts(page, [chunk(0, 0, 25)])
    assert "<script" not in html and "&lt;script&gt;" in html


def test_a_passage_from_the_page_before_owns_the_top():
    page = Page(text="Rest der Seite", start=500, blocks=[block("paragraph", 500, 514)])
    assert parts(page, [chunk(4, 480, 514)]) == [(4, "<p>Rest der Seite</p>")]
