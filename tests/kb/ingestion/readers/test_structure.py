"""Numbered articles become headings, blocks find their parents."""

from __future__ import annotations

import pytest

from kb.ingestion.readers.blocks import Block, Cell, Kind, ListMark, heading_path
from kb.ingestion.readers.structure import arrange, guess_header_rows, numbered, starts_item


def p(text: str) -> Block:
    return Block(Kind.PARAGRAPH, text)


def h(text: str, level: int) -> Block:
    return Block(Kind.HEADING, text, level=level)


def paths(*blocks: Block) -> dict[str, tuple[str, ...]]:
    arranged = arrange(blocks)
    return {block.text: heading_path(arranged, block) for block in arranged}


def test_articles_stand_under_their_chapter_and_bodies_under_their_article() -> None:
    found = paths(
        p("제1장 총칙"),
        p("제1조(목적) 이 규칙은 근로조건을 정한다."),
        p("제2조(정의)"),
        p("직원이란 사람이다."),
        p("제2장 복무"),
    )

    assert found["이 규칙은 근로조건을 정한다."] == ("제1장 총칙", "제1조(목적)")
    assert found["직원이란 사람이다."] == ("제1장 총칙", "제2조(정의)")
    assert found["제2장 복무"] == ()


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("제2조의2(특례) 회사는 정한다.", "제2조의2(특례)"),
        ("제 3 조 (이월) 연차는 이월한다.", "제 3 조 (이월)"),
        ("제10조【휴가】 휴가는 준다.", "제10조【휴가】"),
        ("부 칙", "부 칙"),
        ("부칙 <2026. 1. 1.>", "부칙 <2026. 1. 1.>"),
        ("[별표 1] 여비 지급 기준", "[별표 1] 여비 지급 기준"),
        ("Article 3. Leave", "Article 3. Leave"),
        ("Section 2.1 Scope of the policy", "Section 2.1 Scope of the policy"),
    ],
)
def test_a_sure_number_is_a_heading_without_a_mark(text: str, title: str) -> None:
    first = arrange([p(text)])[0]

    assert (first.kind, first.text) == (Kind.HEADING, title)


@pytest.mark.parametrize(
    "text",
    [
        "제2조에 따라 연차를 준다.",
        "제2조 및 제3조에 따른 휴가",
        "제5조 또는 제6조",
        "Article 3 shall apply to all employees.",
        "Section 5 of the policy.",
        "part of the team",
        "2026. 3. 1. 시행",
        "부칙에 따른다.",
    ],
)
def test_a_reference_is_no_heading(text: str) -> None:
    assert arrange([p(text), p("본문이다.")])[0].kind is Kind.PARAGRAPH


def test_a_short_number_line_is_a_heading_when_its_body_follows() -> None:
    found = paths(
        p("1. 개요"), p("이 보고서는 결과를 담는다."), p("가. 배경"), p("수요가 늘었다."), p("2. 결론"), p("늘린다.")
    )

    assert found["수요가 늘었다."] == ("1. 개요", "가. 배경")
    assert found["늘린다."] == ("2. 결론",)


def test_short_number_lines_in_a_run_are_a_list() -> None:
    arranged = arrange([p("준비물"), p("1. 사과"), p("2. 배"), p("3. 감"), p("모두 챙긴다.")])

    assert [block.kind for block in arranged] == [Kind.PARAGRAPH] * 5


def test_a_numbered_sentence_is_no_heading() -> None:
    arranged = arrange([p("1. 신청서는 3일 전까지 제출한다."), p("예외는 없다.")])

    assert arranged[0].kind is Kind.PARAGRAPH


def test_marked_headings_keep_their_levels_and_hold_unmarked_numbers() -> None:
    found = paths(h("취업규칙", 1), h("휴가", 2), p("제5조(연차)"), p("열다섯 날이다."), h("복무", 2), p("지킨다."))

    assert found["열다섯 날이다."] == ("취업규칙", "휴가", "제5조(연차)")
    assert found["지킨다."] == ("취업규칙", "복무")


def test_marked_numbers_of_one_level_are_told_apart_by_their_kind() -> None:
    found = paths(h("제1장 총칙", 1), h("제1조(목적)", 1), p("정한다."), h("제2장 복무", 1))

    assert found["정한다."] == ("제1장 총칙", "제1조(목적)")
    assert found["제2장 복무"] == ()


def test_an_attachment_starts_a_tree_of_its_own() -> None:
    found = paths(h("메일 제목", 1), p("본문"), Block(Kind.ATTACHMENT, "규정.hwpx"), h("제1장 총칙", 1), p("정한다."))

    assert found["정한다."] == ("규정.hwpx", "제1장 총칙")
    assert found["규정.hwpx"] == ()


def test_heads_and_feet_have_no_path() -> None:
    found = paths(h("제목", 1), Block(Kind.HEADER, "대외비"), p("본문"))

    assert found["대외비"] == ()
    assert found["본문"] == ("제목",)


def test_ids_count_up_and_levels_stay_within_six() -> None:
    arranged = arrange(
        [h("a", 6), p("제1편 일"), p("제1장 이"), p("제1절 삼"), p("제1관 사"), p("제1조(오)"), p("1. 육"), p("본문")]
    )

    assert [block.id for block in arranged] == list(range(len(arranged)))
    assert max(block.level for block in arranged) == 6


def test_a_list_item_with_a_computed_article_number_is_a_heading() -> None:
    arranged = arrange([Block(Kind.LIST_ITEM, "제1조 (목적)", mark=ListMark(0, "제1조")), p("정한다.")])

    assert arranged[0].kind is Kind.HEADING
    assert arranged[1].parent == 0


def test_the_title_ends_where_the_body_begins() -> None:
    found = numbered("  제3조(휴가) ① 회사는")

    assert found is not None
    assert "  제3조(휴가) ① 회사는"[: found.end].strip() == "제3조(휴가)"


@pytest.mark.parametrize("line", ["제1조(목적) 이", "① 회사는", "(1) 항목", "1. 개요", "가. 배경", "○ 목적", "- 항목"])
def test_lines_that_start_something_new(line: str) -> None:
    assert starts_item(line)


@pytest.mark.parametrize("line", ["제1조에 따라", "2026. 3. 1.", "가나다라", "1.5배로 한다"])
def test_lines_that_go_on(line: str) -> None:
    assert not starts_item(line)


@pytest.mark.parametrize(
    ("rows", "heads"),
    [
        ([["이름", "급여"], ["하나", "3,000"]], 1),
        ([["하나", "3,000"], ["민수", "3,100"]], 0),
        ([["이름", "급여"]], 0),
        ([["이름"], ["하나"]], 0),
        ([["", "2월", "비고"], ["매출", "3", "x"]], 1),
    ],
)
def test_the_first_row_is_guessed_to_be_heads(rows: list[list[str]], heads: int) -> None:
    assert guess_header_rows(tuple(tuple(Cell(text) for text in row) for row in rows)) == heads
