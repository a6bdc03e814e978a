"""Stop strings, and what a request may hold."""

from __future__ import annotations

import pytest

from kb.serving.generation import GenerationRequest
from kb.serving.writing import StopCutter


def cut(parts: list[str], *stops: str) -> tuple[str, bool]:
    cutter = StopCutter(stops)
    shown = ""
    for part in parts:
        shown += cutter.feed(part)
        if cutter.found:
            return shown, True
    return shown + cutter.rest(), False


@pytest.mark.parametrize(
    ("parts", "stops", "shown", "found"),
    [
        (["답이다.", "\n질", "문: 다음"], ("\n질문:",), "답이다.", True),
        (["답이다.\n", "질문이 아니다"], ("\n질문:",), "답이다.\n질문이 아니다", False),
        (["a", "b", "c"], ("abc",), "", True),
        (["ab"], ("abc",), "ab", False),
        (["xxSTOPyyEND"], ("END", "STOP"), "xx", True),
        (["aab"], ("ab",), "a", True),
        (["a", "a", "b"], ("ab",), "a", True),
        (["text"], (), "text", False),
        (["one\n\ntwo"], ("\n\n", "\n"), "one", True),
    ],
)
def test_a_text_ends_before_the_first_stop_string(parts: list[str], stops: tuple[str, ...], shown: str, found: bool):
    assert cut(parts, *stops) == (shown, found)


def test_only_what_may_become_a_stop_string_is_held_back():
    cutter = StopCutter(["\n\n질문"])
    assert cutter.feed("답\n") == "답"
    assert cutter.feed("다음 줄") == "\n다음 줄"


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"prompt": "a", "messages": ({"role": "user", "content": "b"},)},
        {"prompt": "a", "max_tokens": 0},
        {"prompt": "a", "stop": ("",)},
    ],
)
def test_a_request_that_means_nothing_is_refused(wrong: dict[str, object]):
    with pytest.raises(ValueError, match=r"request|max_tokens"):
        GenerationRequest(**wrong)  # type: ignore[arg-type]
