"""Checking an answer against the passages that its writer read, with the real encoder."""

from __future__ import annotations

import pytest

from accounts.models import User
from kb.chat.checking import Checked, check_answer
from kb.chat.citations import Numbering
from kb.chat.evidence import gather
from kb.chat.sentences import AnswerSentence, Difference
from kb.models.chat import Basis
from kb.retrieval.encoder.client import EncoderClient
from tests.cast import Cast
from tests.kb.chat.conftest import CARDS, ENGLISH, REST
from tests.kb.chat.made import passage

RULES = (
    passage(REST, context="취업규칙", revision=1),
    passage(CARDS, context="취업규칙", revision=1, start=len(REST) + 1),
    passage(ENGLISH, context="US Handbook", revision=2),
)


def checked(user: User, encoder: EncoderClient, text: str) -> Checked:
    evidence, (analysis,) = gather(RULES, [text], encoder)
    return check_answer(user, analysis, evidence, encoder)


def verdicts(found: Checked) -> list[str]:
    return [sentence.verdict for sentence in found.sentences]


def test_each_sentence_cites_the_passage_that_it_stands_in(real_house: Cast, real_encoder: EncoderClient):
    text = "법인카드를 분실하면 24시간 안에 재무팀에 신고합니다. 연차는 해마다 15일입니다."
    found = checked(real_house.suji, real_encoder, text)
    assert verdicts(found) == ["supported", "supported"]
    assert [sentence.citations for sentence in found.sentences] == [(1,), (2,)]
    first, second = found.numbering.citations()
    assert "법인카드를 잃어버린 직원은 24시간 안에 재무팀에 신고한다." in first.quote
    assert "연차 15일을 받는다" in second.quote
    assert found.basis == Basis.SOURCED
    assert [text[sentence.start : sentence.end] for sentence in found.sentences][1] == "연차는 해마다 15일입니다."


@pytest.mark.parametrize(
    ("sentence", "difference"),
    [
        ("연차는 해마다 16일을 받습니다.", Difference("number", "16일", "15일")),
        ("남은 연차는 다음 해 6월 30일까지 이월합니다.", Difference("date", "6월 30일", "3월 31일")),
        ("법인카드를 잃어버린 직원은 48시간 안에 재무팀에 신고합니다.", Difference("number", "48시간", "24시간")),
    ],
)
def test_a_contradiction_is_marked_with_both_values_and_cites_its_source(
    real_house: Cast, real_encoder: EncoderClient, sentence: str, difference: Difference
):
    found = checked(real_house.suji, real_encoder, sentence)
    (said,) = found.sentences
    assert said.verdict == "contradicted"
    (told,) = said.differences
    assert told.kind == difference.kind
    assert difference.answer in told.answer and difference.source in told.source
    assert said.citations == (1,)
    assert not found.supported and found.basis == Basis.MODEL


def test_what_no_passage_says_is_unsupported_and_cites_nothing(real_house: Cast, real_encoder: EncoderClient):
    found = checked(real_house.suji, real_encoder, "구내식당은 금요일마다 채식 식단을 냅니다.")
    assert verdicts(found) == ["unsupported"]
    assert found.sentences[0].citations == () and found.numbering.citations() == ()


def test_a_sentence_in_another_language_finds_its_passage(real_house: Cast, real_encoder: EncoderClient):
    """Few words are common to the two: here the encoder's cosines decide."""
    found = checked(real_house.suji, real_encoder, "A lost corporate card must be reported to Finance within 24 hours.")
    assert verdicts(found) == ["supported"]
    assert "24시간" in found.numbering.citations()[0].quote
    wrong = checked(real_house.suji, real_encoder, "A lost corporate card must be reported to Finance within 72 hours.")
    assert verdicts(wrong) != ["supported"]


def test_a_sentence_that_only_asks_again_is_no_claim(real_house: Cast, real_encoder: EncoderClient):
    found = checked(real_house.suji, real_encoder, "연차는 며칠까지 이월합니다.")
    assert verdicts(found) == ["not_a_claim"]
    assert found.basis == Basis.MODEL and not found.supported


def test_an_empty_answer_stands_on_nothing(real_house: Cast, real_encoder: EncoderClient):
    found = checked(real_house.suji, real_encoder, "")
    assert found.sentences == () and found.basis == Basis.MODEL


@pytest.mark.parametrize(
    ("verdicts", "basis"),
    [
        (["supported", "supported"], Basis.SOURCED),
        (["supported", "not_a_claim"], Basis.SOURCED),
        (["supported", "unsupported"], Basis.MIXED),
        (["supported", "contradicted"], Basis.MIXED),
        (["partial"], Basis.MODEL),
        (["unsupported", "not_a_claim"], Basis.MODEL),
        (["not_a_claim"], Basis.MODEL),
        ([], Basis.MODEL),
    ],
)
def test_the_badge_counts_claims_alone(verdicts: list[str], basis: Basis):
    sentences = tuple(AnswerSentence(place, place + 1, verdict) for place, verdict in enumerate(verdicts))
    assert Checked(sentences, Numbering(lambda _revision, _place: 1)).basis == basis
