"""An answer as HTML: marked, sanitised, nothing from outside."""

from __future__ import annotations

import re

import pytest

from kb.chat.render import render_answer, render_markdown
from kb.chat.sentences import AnswerSentence


def sentences(text: str, *parts: str) -> list[AnswerSentence]:
    found = []
    at = 0
    for part in parts:
        start = text.index(part, at)
        at = start + len(part)
        found.append(AnswerSentence(start, at, "supported"))
    return found


@pytest.mark.parametrize(
    "attack",
    [
        "![x](http://evil.example/a.png)",
        "![x][r]\n\n[r]: http://evil.example/a.png",
        "[go](javascript:alert(1))",
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)>",
        "<a href='http://evil.example'>x</a>",
        "<http://evil.example>",
        "http://evil.example",
        "<style>*{background:url(http://evil.example)}</style>",
        '<iframe srcdoc="<script>1</script>">',
        "`<b onmouseover=1>`",
        "| a |\n|---|\n| ![x](//evil.example) |",
    ],
)
def test_nothing_loads_runs_or_leads_away(attack: str):
    for html in (render_markdown(attack), render_answer(attack, [AnswerSentence(0, len(attack), "supported")], {}, {})):
        assert not re.search(r"<(img|script|svg|iframe|style|a|link|object|embed|form|input)\b", html, re.I)
        assert not re.search(r"<[^>]*\b(on\w+|style|src|href)\s*=", html, re.I)


def test_chips_follow_their_sentences_and_unsupported_ones_are_wrapped():
    text = "식비는 40,000원입니다. 영수증은 필요 없습니다."
    html = render_answer(
        text,
        sentences(text, "식비는 40,000원입니다.", "영수증은 필요 없습니다."),
        {1: "unsupported"},
        {0: "<i>1</i>", 1: "<i>?</i>"},
    )
    assert (
        html
        == '<p>식비는 40,000원입니다.<i>1</i> <span class="unsupported">영수증은 필요 없습니다.</span><i>?</i></p>\n'
    )


def test_a_sentence_across_bold_text_stays_well_formed():
    text = "식비는 **1일 40,000원**입니다."
    html = render_answer(text, sentences(text, text), {0: "unsupported"}, {0: "<i>1</i>"})
    assert html == (
        '<p><span class="unsupported">식비는 </span><strong><span class="unsupported">1일 40,000원</span></strong>'
        '<span class="unsupported">입니다.</span><i>1</i></p>\n'
    )


def test_list_items_and_headings_keep_their_form():
    text = "## 준비물\n- 여권 사본을 냅니다.\n- 신청서를 냅니다."
    html = render_answer(
        text, sentences(text, "- 여권 사본을 냅니다.", "- 신청서를 냅니다."), {}, {0: "<i>1</i>", 1: "<i>2</i>"}
    )
    assert "<h4>준비물</h4>" in html
    assert "<li>여권 사본을 냅니다.<i>1</i></li>" in html
    assert "<li>신청서를 냅니다.<i>2</i></li>" in html


def test_a_tables_rows_carry_their_chips_inside_the_last_cell():
    text = "| 항목 | 한도 |\n| --- | --- |\n| 식비 | 40,000원 |"
    html = render_answer(text, sentences(text, "| 식비 | 40,000원 |"), {}, {0: "<i>1</i>"})
    assert "<td>40,000원<i>1</i></td>" in html
    assert html.count("<td>") == 2
    assert html.startswith('<div class="table-wrap" tabindex="0"><table>') and html.rstrip().endswith("</table></div>")


def test_private_characters_of_a_model_cannot_forge_marks():
    text = "a\ue000b\ue001c입니다. 둘째입니다."
    html = render_answer(text, sentences(text, "둘째입니다."), {}, {0: "<i>1</i>"})
    assert html == "<p>a b c입니다. 둘째입니다.<i>1</i></p>\n"


def test_words_with_angle_brackets_stay_words():
    assert "1 &lt; 2 &amp; 3 &gt; 2" in render_markdown("1 < 2 & 3 > 2")
