"""Quotes found among a page's glyphs."""

from __future__ import annotations

import unicodedata

from kb.ingestion.readers.quotes import Glyph, find_quote


def page(*lines: str) -> list[Glyph]:
    return [
        Glyph(char, (x * 10.0, y * 20.0, x * 10.0 + 9, y * 20.0 + 12))
        for y, line in enumerate(lines)
        for x, char in enumerate(line)
    ]


def test_a_quote_over_two_lines_is_two_rectangles() -> None:
    found = find_quote(page("연차는 최대 5일까지", "이월할 수 있다."), "최대 5일까지 이월할")

    assert found.is_whole
    assert found.rects == ((40.0, 0.0, 109.0, 12.0), (0.0, 20.0, 29.0, 32.0))


def test_blanks_and_case_do_not_matter() -> None:
    assert find_quote(page("사람들 이 온다. Annual Leave"), "사람들이 온다. annual leave").is_whole


def test_decomposed_hangul_and_ligatures_are_found() -> None:
    glyphs = page(unicodedata.normalize("NFD", "연차 휴가"), "of\ufb01ce ①")

    assert find_quote(glyphs, "연차 휴가").is_whole
    assert find_quote(glyphs, "office (1)").is_whole


def test_numbers_are_not_blurred() -> None:
    assert not find_quote(page("급여는 3,000원이다."), "급여는 30,000원이다.").rects


def test_a_quote_that_runs_on_to_the_next_page_is_found_by_its_beginning() -> None:
    found = find_quote(
        page("이 규칙은 한빛정밀 직원의 근로조건을"), "이 규칙은 한빛정밀 직원의 근로조건을 정하는 것을 목적으로 한다."
    )

    assert found.rects
    assert not found.is_whole


def test_a_quote_that_began_on_the_page_before_is_found_by_its_end() -> None:
    found = find_quote(
        page("근로조건을 정하는 것을 목적으로 한다."), "이 규칙은 한빛정밀 직원의 근로조건을 정하는 것을 목적으로 한다."
    )

    assert found.rects
    assert not found.is_whole


def test_a_few_common_letters_are_no_find() -> None:
    assert not find_quote(page("회사는 한다. 직원은 쉰다."), "이 규칙은 근로조건을 정하는 것을 목적으로 한다.").rects


def test_nothing_is_found_for_nothing() -> None:
    assert find_quote(page("본문"), " \u200b ").rects == ()
    assert find_quote([], "본문").rects == ()


def test_a_turned_line_is_one_rectangle() -> None:
    glyphs = [Glyph(char, (100.0, y * 10.0, 112.0, y * 10.0 + 9)) for y, char in enumerate("세로로 선 글")]

    assert len(find_quote(glyphs, "세로로 선 글").rects) == 1
