"""Questions made ready, and bad ones refused with what to do."""

from __future__ import annotations

import pytest

from kb.retrieval.question import EmptyQuestion, QuestionTooLong, language_of, prepare_question


@pytest.mark.parametrize("raw", ["", "   ", "\n\t ", "😀", "???", "…", "\u200b\u200e"])
def test_a_question_without_a_word_is_refused(raw: str):
    with pytest.raises(EmptyQuestion):
        prepare_question(raw)


def test_a_question_of_a_hundred_thousand_characters_is_refused_with_the_limit():
    with pytest.raises(QuestionTooLong, match="4,000"):
        prepare_question("가" * 100_000)


def test_what_grows_when_it_is_normalised_is_cut():
    assert len(prepare_question("\ufdfa" * 400).text) <= 4000


def test_decomposed_hangul_is_composed_and_nul_is_dropped():
    assert prepare_question("연차\x00는?").text == "연차는?"


@pytest.mark.parametrize("raw", ['"연차 이월"은?', "“연차 이월”은?", "「연차 이월」은?"])
def test_quoted_phrases_are_known(raw: str):
    assert prepare_question(raw).phrases == ("연차 이월",)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("연차는?", "ko"),
        ("How many days?", "en"),
        ("KX-2300 spec을 알려줘", "ko"),
        ("HB-220 backlash", "en"),
        ("2026", "en"),
    ],
)
def test_the_language_of_a_question(text: str, language: str):
    assert language_of(text) == language
