"""What kind of value a question asks for, and whether a sentence has one."""

from __future__ import annotations

import pytest

from kb.chat.expectation import asked_for, families_in, meets, says_nothing


@pytest.mark.parametrize(
    ("question", "answers", "misses"),
    [
        ("연차는 며칠까지 이월되나요?", "10일까지 이월합니다.", "인사팀에 신청합니다."),
        ("회의는 몇 시에 시작합니까?", "오전 9시에 시작합니다.", "2층에서 합니다."),
        ("마감은 언제인가요?", "매월 25일까지 제출합니다.", "재무팀에 제출합니다."),
        ("식비는 얼마예요?", "1일 35,000원입니다.", "영수증을 냅니다."),
        ("대상자는 몇 명입니까?", "모두 12명입니다.", "정규직입니다."),
        ("할인율은 몇 퍼센트인가요?", "5%입니다.", "정규직만 받습니다."),
        ("KX-2300의 정격 전압은?", "220V입니다.", "실내에서 씁니다."),
        ("How many days can be carried over?", "Ten days: 10 days at most.", "Ask HR."),
        ("How much is the daily allowance?", "It is $45 a day.", "Keep the receipts."),
        ("When is the deadline?", "By 31 March 2026.", "Send it to HR."),
    ],
)
def test_a_sentence_with_the_kind_of_value_that_was_asked_for_meets_it(question: str, answers: str, misses: str):
    wanted = asked_for(question)
    assert wanted
    assert meets(wanted, families_in(answers))
    assert not meets(wanted, families_in(misses))


@pytest.mark.parametrize("question", ["법인카드를 분실하면 어디에 신고하나요?", "Who approves travel?", "보안 서약서"])
def test_a_question_for_no_value_expects_none(question: str):
    assert asked_for(question) == frozenset()
    assert not meets(asked_for(question), families_in("10일입니다."))


def test_a_value_of_another_kind_does_not_meet_it():
    assert not meets(asked_for("식비는 얼마예요?"), families_in("3월 2일까지 냅니다."))


@pytest.mark.parametrize(
    "sentence",
    [
        "연차는 며칠까지 이월합니다.",
        "식비는 얼마를 지급합니까?",
        "**누가** 승인합니다.",
        "어디에 신고합니다.",
        "What is the limit?",
        "How many days can be carried over",
    ],
)
def test_a_sentence_that_only_asks_says_nothing(sentence: str):
    assert says_nothing(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "연차는 10일까지 이월합니다.",
        "누구나 신청할 수 있습니다.",
        "언제든 신고할 수 있습니다.",
        "얼마든지 쓸 수 있습니다.",
        "When a card is lost, it must be reported.",
        "무엇보다 안전이 먼저입니다.",
    ],
)
def test_words_that_only_look_like_asking_say_something(sentence: str):
    assert not says_nothing(sentence)
