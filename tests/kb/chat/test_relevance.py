"""Which sentences answer a question, best first. Weights are tuned elsewhere: here is what must hold for any of them."""

from __future__ import annotations

import pytest

from accounts.access import as_user
from kb.chat.evidence import gather, rarity
from kb.chat.relevance import Scored, is_heading, score_sentences, terms_in
from kb.retrieval.encoder.client import EncoderClient
from tests.cast import Cast
from tests.kb.chat.conftest import CARDS, ENGLISH, REST, TABLE
from tests.kb.chat.made import WORDS, evidence, passage

RULES = (
    passage(REST, context="취업규칙", path="제3조(연차)"),
    passage(CARDS, context="취업규칙", start=len(REST) + 1),
    passage(TABLE, context="여비 기준표", revision=2, title="여비 기준표"),
    passage(ENGLISH, context="US Handbook", revision=3, title="US Handbook"),
)


def scored(house: Cast, encoder: EncoderClient, question: str, passages=RULES) -> list[Scored]:
    found, (asked,) = gather(passages, [question], encoder)
    with as_user(house.suji):
        idf = rarity([asked, *(each.analysis for each in found)])
    return score_sentences(question, asked, found, idf, encoder)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("남은 연차는 며칠까지 이월되나요?", "10일까지"),
        ("직원은 해마다 연차를 며칠 받나요?", "연차 15일을 받는다"),
        ("법인카드 분실 신고는 언제까지 해야 하나요?", "24시간 안에"),
        ("부장의 숙박비는 얼마인가요?", "부장 | 150,000원"),
        ("How many days a week may employees in Chicago work from home?", "two days a week"),
        ("When must a lost corporate card be reported?", "24시간 안에"),
    ],
)
def test_the_sentence_that_answers_comes_first(
    real_house: Cast, real_encoder: EncoderClient, question: str, answer: str
):
    assert answer in scored(real_house, real_encoder, question)[0].text


def test_scores_fall_and_each_sentence_stands_once(real_house: Cast, real_encoder: EncoderClient):
    found = scored(real_house, real_encoder, "남은 연차는 며칠까지 이월되나요?")
    scores = [each.score for each in found]
    assert scores == sorted(scores, reverse=True)
    assert len({each.key for each in found}) == len(found)


def test_title_and_path_in_front_of_a_passage_are_never_an_answer(real_house: Cast, real_encoder: EncoderClient):
    found = scored(real_house, real_encoder, "취업규칙 여비 기준표")
    assert all(each.span[0] >= each.evidence.shift for each in found)
    assert not any(each.text in ("취업규칙", "여비 기준표") for each in found)


@pytest.mark.parametrize(
    "line", ["연차 담당자님 안녕하세요.", "받는 사람: 연차 담당", "Subject: 연차 이월", "연차 담당 김하나 드림"]
)
def test_greetings_and_mail_heads_are_never_an_answer(real_house: Cast, real_encoder: EncoderClient, line: str):
    (only,) = scored(real_house, real_encoder, "연차 이월", (passage(f"{line}\n연차는 10일까지 이월한다."),))
    assert only.text == "연차는 10일까지 이월한다."


def test_a_heading_of_the_passage_itself_is_never_an_answer():
    one, *_ = evidence(passage("연차 휴가\n연차는 15일입니다.", path="제2장 휴가 › 연차 휴가", title="규정"))
    assert is_heading(one, "연차  휴가") and is_heading(one, "규정")
    assert not is_heading(one, "연차는 15일입니다.")


def test_a_sentence_with_the_kind_of_value_asked_for_comes_before_one_without(
    real_house: Cast, real_encoder: EncoderClient
):
    text = "출장 식비는 재무팀이 정한 한도 안에서 지급한다. 출장 식비는 1일 35,000원을 지급한다."
    assert "35,000원" in scored(real_house, real_encoder, "출장 식비는 얼마인가요?", (passage(text),))[0].text


def test_without_a_passage_or_a_sentence_there_is_nothing(real_house: Cast, real_encoder: EncoderClient):
    assert scored(real_house, real_encoder, "연차", ()) == []
    assert scored(real_house, real_encoder, "연차", (passage("안녕하세요"),)) == []


def test_the_terms_of_a_range_are_those_that_begin_in_it():
    (analysis,) = WORDS.analyse(["연차는 15일입니다. 병가는 30일입니다."])
    assert terms_in(analysis, (0, 11)) >= {"연차", "15"}
    assert "병가" not in terms_in(analysis, (0, 11))
