"""Heads and feet that repeat are marked, real headings stay."""

from __future__ import annotations

from kb.ingestion.readers.blocks import Block, Kind, ListMark, Page
from kb.ingestion.readers.running import mark_running

PAGES = [Page(number, width=595, height=842) for number in range(1, 5)]


def at(page: int, top: float, text: str, kind: Kind = Kind.PARAGRAPH) -> Block:
    return Block(kind, text, page=page, bbox=(50, top, 300, top + 10))


def kinds(blocks: list[Block]) -> list[Kind]:
    return [block.kind for block in mark_running(blocks, PAGES)]


def test_the_same_text_on_top_of_pages_is_a_head() -> None:
    assert kinds([at(n, 20, "대외비 문서") for n in (1, 2, 3)]) == [Kind.HEADER] * 3


def test_the_same_text_in_the_middle_of_pages_is_body() -> None:
    assert kinds([at(n, 400, "대외비 문서") for n in (1, 2, 3)]) == [Kind.PARAGRAPH] * 3


def test_text_on_two_of_four_pages_is_body() -> None:
    assert kinds([at(n, 20, "표 계속") for n in (1, 2)]) == [Kind.PARAGRAPH] * 2


def test_chapters_on_top_of_pages_are_not_taken_for_heads() -> None:
    assert kinds([at(n, 60, f"제{n}장 총칙") for n in (1, 2, 3)]) == [Kind.PARAGRAPH] * 3


def test_a_number_that_runs_with_the_pages_is_a_foot() -> None:
    assert kinds([at(n, 820, f"- {n + 4} -") for n in (1, 2, 3)]) == [Kind.FOOTER] * 3


def test_numbers_that_do_not_run_with_the_pages_are_body() -> None:
    assert kinds([at(1, 820, "120"), at(2, 820, "37"), at(3, 820, "5")]) == [Kind.PARAGRAPH] * 3


def test_a_page_number_read_as_a_list_item_is_a_foot() -> None:
    blocks = [Block(Kind.LIST_ITEM, f"{n} -", page=n, bbox=(280, 820, 300, 830), mark=ListMark(0, "-")) for n in (1, 2)]

    assert kinds(blocks) == [Kind.FOOTER] * 2


def test_pages_without_a_size_are_left_alone() -> None:
    blocks = [at(n, 20, "같은 줄") for n in (1, 2, 3)]

    assert mark_running(blocks, [Page(n) for n in (1, 2, 3)]) == blocks
