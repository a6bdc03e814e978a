"""Follow-up questions in their conversation."""

from __future__ import annotations

import pytest

from kb.chat.followup import Turn, understand

TURNS = [Turn("연차는 며칠까지 이월되나요?", "10일까지 이월합니다.")]
ENGLISH = [Turn("When do travel receipts have to be submitted?", "Within five working days.")]


@pytest.mark.parametrize("question", ["그럼 병가는요?", "신청은?", "그 기한이 지나면 어떻게 되나요?", "왜요?"])
def test_a_question_that_points_back_is_searched_with_the_one_before_it(question: str):
    understood = understand(question, TURNS)
    assert understood.from_conversation
    assert understood.query == f"{TURNS[0].question}\n{question}"


@pytest.mark.parametrize("question", ["What about taxis?", "Does it apply to contractors in Chicago?", "And weekends?"])
def test_english_questions_point_back_too(question: str):
    assert understand(question, ENGLISH).from_conversation


@pytest.mark.parametrize(
    "question",
    [
        "법인카드를 분실하면 어디에 신고하나요?",
        "How many vacation days do new employees get?",
        "KX-2300 정격 전압은 얼마인가요?",
    ],
)
def test_a_question_that_stands_alone_is_searched_alone(question: str):
    assert understand(question, TURNS).query == question


def test_the_first_question_is_never_changed():
    assert understand("그럼 그건요?", []).query == "그럼 그건요?"


def test_a_chain_of_follow_ups_leans_on_the_question_that_stands_alone():
    turns = [*TURNS, Turn("그럼 병가는요?", "30일입니다.")]
    assert understand("그건 유급인가요?", turns).query.startswith(TURNS[0].question)
