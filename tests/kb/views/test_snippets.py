"""The part of a passage that shows why it was found."""

from __future__ import annotations

import pytest

from kb.views.snippets import marked, pattern_of, snippet


@pytest.mark.parametrize(
    ("terms", "text", "words"),
    [
        (["안전화"], "안전화는 24개월마다", ["안전화"]),
        (["safeti"], "Safety shoes and safely", ["Safety"]),
        (["day"], "Days and today", ["Days"]),
        (["35000"], "식비는 35,000원", ["35,000"]),
        (["35000"], "235,000원", []),
        (["며"], "며칠 하며", ["며"]),
        (["kx2300"], "KX-2300", []),
        ([], "아무것도", []),
    ],
)
def test_words_are_marked_where_a_term_begins(terms, text, words):
    html = marked(text, pattern_of(terms))
    assert [part.split("</mark>")[0] for part in html.split("<mark>")[1:]] == words


def test_a_phrase_is_marked_whole():
    assert marked("연차휴가의 이월 기한", pattern_of(["이월"], ["이월 기한"])) == "연차휴가의 <mark>이월 기한</mark>"


def test_text_and_terms_are_escaped():
    assert marked("<b>식비</b>", pattern_of(["식비"])) == "&lt;b&gt;<mark>식비</mark>&lt;/b&gt;"
    assert marked("a.c abc", pattern_of(["a.c"])) == "<mark>a.c</mark> abc"


def test_the_densest_part_of_a_long_text_is_cut_out():
    text = "머리말 " * 80 + "식비와 숙박비의 한도는 다음과 같다. " + "꼬리말 " * 80
    cut = snippet(text, pattern_of(["식비", "숙박비", "한도"]), 120)
    assert "<mark>식비</mark>와 <mark>숙박비</mark>의 <mark>한도</mark>" in cut
    assert cut.startswith("… ") and cut.endswith(" …")
    assert len(cut) < 200


def test_a_short_text_stays_whole():
    assert snippet("식비 한도", pattern_of(["식비"])) == "<mark>식비</mark> 한도"


def test_a_text_without_spaces_is_cut_too():
    assert len(snippet("가" * 1000, None, 50)) < 60
