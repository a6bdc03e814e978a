"""Understanding a question in its conversation, searching, and joining the hits."""

from __future__ import annotations

from datetime import timedelta

from kb.chat.followup import Turn
from kb.chat.retrieve import PASSAGES, retrieve
from kb.retrieval.question import LONGEST_QUESTION
from tests.cast import Cast
from tests.kb.chat.made import ask
from tests.made import add_document, today

TURN = Turn("출장 식비는 하루 얼마까지 지급합니까?", "35,000원입니다.")


def test_a_question_that_stands_alone_is_searched_as_it_is(house: Cast):
    sought = retrieve(ask(house.suji, "병가는 한 해에 며칠입니까?", turns=(TURN,)))
    assert (sought.query, sought.from_conversation) == ("병가는 한 해에 며칠입니까?", False)
    assert "병가" in sought.passages[0].text


def test_a_follow_up_is_searched_with_what_it_leans_on_and_says_so(house: Cast):
    sought = retrieve(ask(house.suji, "그럼 숙박비는요?", turns=(TURN,)))
    assert (sought.query, sought.from_conversation) == (f"{TURN.question}\n그럼 숙박비는요?", True)
    assert sought.found.question == sought.query
    assert any("숙박비" in passage.text for passage in sought.passages)


def test_a_follow_up_of_a_long_question_is_cut_to_what_can_be_searched(house: Cast):
    turns = (Turn("식비 규정 " * 2_000, "네."),)
    assert len(retrieve(ask(house.suji, "그럼요?", turns=turns)).query) == LONGEST_QUESTION


def test_the_language_of_a_follow_up_is_that_of_the_new_question(house: Cast):
    assert retrieve(ask(house.suji, "And in English?", turns=(TURN,))).found.language == "en"


def test_no_more_passages_than_are_read_and_none_of_others(house: Cast):
    for number in range(9):
        add_document(house.rules, f"안내 {number}", [f"식비 안내 {number}번: 식비는 {number}만 원입니다."])
    sought = retrieve(ask(house.suji, "식비"))
    assert len(sought.passages) == PASSAGES
    assert {passage.audience for passage in sought.passages} == {house.rules.audience_id}


def test_collections_and_the_day_narrow_it(house: Cast):
    add_document(house.rules, "새 규정", ["식비는 50,000원입니다."], begin=today() + timedelta(days=9))
    assert retrieve(ask(house.minsu, "식비", collections=(house.finance_private.pk,))).passages[0].title == "결산 메모"
    now = retrieve(ask(house.suji, "식비"))
    later = retrieve(ask(house.suji, "식비", day=today() + timedelta(days=10)))
    assert "새 규정" not in {each.title for each in now.passages}
    assert "새 규정" in {each.title for each in later.passages}
