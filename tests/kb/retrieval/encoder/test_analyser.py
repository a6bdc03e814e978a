"""Sentences and words of Korean and English text."""

from __future__ import annotations

import itertools
import time

import pytest

from kb.normalise import normalise
from kb.retrieval.analysis import Analysis
from kb.retrieval.encoder.analyser import LONGEST_PIECE, Analyser, pieces


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    return Analyser()


def sentences(analyser: Analyser, text: str) -> list[str]:
    (found,) = analyser.analyse([text])
    return [found.text[start:end] for start, end in found.sentences]


def words(analyser: Analyser, text: str, *tags: str) -> list[str]:
    (found,) = analyser.analyse([text])
    return [token.form for token in found.tokens if token.tag in tags]


def test_a_line_end_always_ends_a_sentence(analyser: Analyser):
    text = "연차 규정\n- 연차는 15일이다\n- 이월은 10일까지\n\n매출 | 1,234"
    assert sentences(analyser, text) == text.replace("\n\n", "\n").split("\n")


def test_korean_sentences_are_found_in_a_line(analyser: Analyser):
    text = "연차는 최대 10일까지 이월됩니다. 3월 말까지 쓰세요! 단, 비율은 3.5%다."
    assert sentences(analyser, text) == ["연차는 최대 10일까지 이월됩니다.", "3월 말까지 쓰세요!", "단, 비율은 3.5%다."]


def test_a_quoted_sentence_stays_in_its_sentence(analyser: Analyser):
    text = "그는 “오늘은 쉽니다! 내일 오세요.”라고 말했다."
    assert sentences(analyser, text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Leave is 15 days. The rest expires. Ask today!", ["Leave is 15 days.", "The rest expires.", "Ask today!"]),
        ("Dr. Kim met J. Park at No. 5. He left.", ["Dr. Kim met J. Park at No. 5.", "He left."]),
        (
            "It costs $3.50 in the U.S. today. See e.g. Annex A.",
            ["It costs $3.50 in the U.S. today.", "See e.g. Annex A."],
        ),
        ("1. Annual leave is paid. 2. Sick leave is not.", ["1. Annual leave is paid.", "2. Sick leave is not."]),
        ("It ended in 2024. The rule is new.", ["It ended in 2024.", "The rule is new."]),
        ("The policy covers leave. 끝이다.", ["The policy covers leave.", "끝이다."]),
        (
            "규정은 이렇다. The rule covers leave. It ends here.",
            ["규정은 이렇다.", "The rule covers leave.", "It ends here."],
        ),
    ],
)
def test_english_sentences_are_found(analyser: Analyser, text: str, expected: list[str]):
    assert sentences(analyser, text) == expected


def test_english_words_are_whole_and_without_full_stops(analyser: Analyser):
    text = "Employees take annual leave. The manager's desk isn't in the U.S. today."
    assert words(analyser, text, "SL") == [
        *("Employees", "take", "annual", "leave", "The", "manager", "desk", "isn", "in", "the", "US", "today")
    ]


def test_english_inside_korean_is_whole_too(analyser: Analyser):
    assert words(analyser, "담당자는 annual leave. 규정을 본다.", "SL") == ["annual", "leave"]


def test_codes_numbers_and_serials_keep_their_parts(analyser: Analyser):
    text = "KX-2300A는 ISO 9001:2015 인증, 1,234,567원, 3.5%, 2024-03-01, 전화 010-1234-5678이다."
    assert words(analyser, text, "SN") == [
        *("2300", "9001", "2015", "1,234,567", "3.5", "2024", "03", "01", "010", "1234", "5678")
    ]
    assert words(analyser, text, "SL") == ["KX", "A", "ISO"]


def test_an_address_is_found_whole_and_by_its_parts(analyser: Analyser):
    text = "담당자는 jiwoo@hanbit.kr이다."
    assert words(analyser, text, "W_EMAIL") == ["jiwoo@hanbit.kr"]
    assert words(analyser, text, "SL") == ["jiwoo", "hanbit", "kr"]


def test_korean_morphemes_are_found(analyser: Analyser):
    assert words(analyser, "연차를 이월했다", "NNG") == ["연차", "이월"]


def test_accented_greek_and_cyrillic_words_are_words(analyser: Analyser):
    assert words(analyser, "Übergröße naïve Привет λόγος", "SL") == ["Übergröße", "naïve", "Привет", "λόγος"]


def check_places(found: Analysis) -> None:
    begun = 0
    for start, end in found.sentences:
        assert begun <= start < end
        assert found.text[start:end] == found.text[start:end].strip() and "\n" not in found.text[start:end]
        begun = end
    starts = [token.start for token in found.tokens]
    assert starts == sorted(starts)
    assert all(0 <= token.start <= token.end <= len(found.text) for token in found.tokens)


def test_places_are_code_points_of_the_whole_text(analyser: Analyser):
    text = normalise("😀 첫 문장이다. 🎉🎉 둘째 줄\n\n  세 번째 문장은 KX-2300이다.  \n끝 word 😀 x")
    (found,) = analyser.analyse([text])
    check_places(found)
    for token in found.tokens:
        if token.tag in ("NNG", "SL", "SN", "W_EMOJI"):
            assert found.text[token.start : token.end] == token.form
    assert [found.text[s:e] for s, e in found.sentences][2] == "세 번째 문장은 KX-2300이다."


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\t"])
def test_blank_text_has_neither_sentences_nor_words(analyser: Analyser, text: str):
    assert analyser.analyse([text]) == [Analysis(text, (), ())]


def test_a_very_long_line_is_cut_and_nothing_of_it_lost(analyser: Analyser):
    text = "연차는 이월된다 " * 800
    found = list(pieces(text))
    assert max(end - start for start, end in found) <= LONGEST_PIECE
    assert found[0][0] == 0 and found[-1][1] == len(text)
    assert all(a[1] == b[0] for a, b in itertools.pairwise(found))
    assert all(text[start - 1] == " " for start, _ in found[1:])
    (analysis,) = analyser.analyse([text])
    assert sum(token.form == "연차" for token in analysis.tokens) == 800


@pytest.mark.parametrize(
    "text", ["가" * 20_000, "a." * 10_000, "ㅋ" * 20_000, "." * 20_000, "가a1." * 5_000, "http://" + "a" * 20_000]
)
def test_monotonous_text_takes_bounded_time(analyser: Analyser, text: str):
    begun = time.process_time()
    (found,) = analyser.analyse([text])
    assert time.process_time() - begun < 5
    check_places(found)
