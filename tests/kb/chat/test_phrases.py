"""What a model writes when it finds nothing."""

from __future__ import annotations

import pytest

from kb.chat.phrases import NOT_FOUND, QUOTED, is_refusal


@pytest.mark.parametrize(
    "draft",
    [
        "문서에서 찾을 수 없습니다.",
        "제공된 문서에는 해당 내용이 나와 있지 않습니다.",
        "주어진 자료에서 답을 찾지 못했습니다.",
        "알 수 없습니다.",
        "Not found in the documents.",
        "The documents do not mention parental leave.",
        "The context does not contain an answer.",
        "No information is available on this.",
        NOT_FOUND["en"],
    ],
)
def test_a_refusal_is_recognised_in_both_languages(draft: str):
    assert is_refusal(draft)


@pytest.mark.parametrize(
    "draft",
    [
        "연차는 10일까지 이월합니다.",
        "문서는 5년간 보관합니다.",
        "Documents are kept for five years.",
        "분실한 카드는 찾을 수 없으면 재발급합니다.",
    ],
)
def test_an_answer_is_no_refusal(draft: str):
    assert not is_refusal(draft)


def test_a_long_answer_that_leaves_one_thing_open_is_not_thrown_away():
    assert not is_refusal("연차는 다음 해 3월 31일까지 이월합니다. " * 12 + "병가는 문서에서 찾을 수 없습니다.")


def test_maru_speaks_the_language_of_the_question():
    for phrases in (NOT_FOUND, QUOTED):
        assert phrases["ko"].endswith("니다.") and phrases["en"].isascii()
