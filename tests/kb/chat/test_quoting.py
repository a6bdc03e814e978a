"""Answers without a model: the best sentences in the documents' own words, whole rules, and rows under their heads."""

from __future__ import annotations

import pytest

from kb.chat.events import Finished
from kb.chat.phrases import QUOTED
from kb.chat.quoting import quote_passages, quote_scored
from kb.chat.relevance import Scored
from kb.chat.retrieve import retrieve
from kb.models.chat import Basis
from tests.cast import Cast
from tests.kb.chat.made import ask, evidence, passage, sought


def quoted(house: Cast, question: str) -> Finished:
    asked = ask(house.suji, question)
    return quote_passages(asked, retrieve(asked))


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("연차는 며칠까지 이월되나요?", "남은 연차는 10일까지 다음 해 3월 31일까지 이월한다."),
        ("법인카드를 분실하면 언제까지 신고하나요?", "법인카드를 잃어버린 직원은 24시간 안에 재무팀에 신고한다."),
        ("How many days a week may I work from home?", "Employees in Chicago may work from home two days a week."),
    ],
)
def test_the_sentence_that_answers_is_quoted_word_by_word(real_house: Cast, question: str, sentence: str):
    answer = quoted(real_house, question)
    assert (answer.basis, answer.extractive, answer.model) == (Basis.SOURCED, True, "")
    assert answer.text.startswith(QUOTED[answer.language])
    said = [answer.text[each.start : each.end] for each in answer.sentences]
    assert any(sentence in words for words in said[1:])
    for cited in answer.citations:
        assert cited.quote in cited.passage.text or all(part in cited.passage.text for part in cited.quote.split(" … "))


def test_every_quoted_sentence_has_a_citation_and_the_lead_in_has_none(real_house: Cast):
    answer = quoted(real_house, "연차는 며칠까지 이월되나요?")
    lead, *rest = answer.sentences
    assert (lead.verdict, lead.citations) == ("not_a_claim", ())
    assert rest and all(each.verdict == "supported" and each.citations for each in rest)
    numbers = {number for each in rest for number in each.citations}
    assert numbers == {cited.number for cited in answer.citations}


def test_a_rule_is_quoted_with_the_exception_that_follows_it(real_house: Cast):
    answer = quoted(real_house, "남은 연차는 며칠까지 다음 해로 이월합니까?")
    assert "다만, 퇴직자는 수당으로 받는다." in answer.text


def test_a_row_is_quoted_as_a_table_under_its_head(real_house: Cast):
    answer = quoted(real_house, "부장의 숙박비는 얼마인가요?")
    assert "| 직급 | 숙박비 | 식비 |\n| --- | --- | --- |\n| 부장 | 150,000원 | 40,000원 |" in answer.text
    said = [answer.text[each.start : each.end] for each in answer.sentences[1:]]
    assert "| 부장 | 150,000원 | 40,000원 |" in said


def test_with_no_sentence_to_quote_it_is_not_found(house: Cast):
    asked = ask(house.suji, "연차는?")
    answer = quote_scored(asked, sought("연차는?", [passage("연차는 15일입니다.")]), [])
    assert answer.basis == Basis.NOT_FOUND and answer.citations == ()


def best(text: str, *scores: float, document: int = 1, context: str = "") -> list[Scored]:
    (found,) = evidence(passage(text, document=document, revision=document, context=context))
    spans = [span for span in found.analysis.sentences if span[0] >= found.shift]
    return [
        Scored(found, span, found.analysis.sentences.index(span), score)
        for span, score in zip(spans, scores, strict=True)
    ]


def words_of(house: Cast, scored: list[Scored]) -> list[str]:
    answer = quote_scored(ask(house.suji, "연차는?"), sought("연차는?"), sorted(scored, key=lambda each: -each.score))
    return [answer.text[each.start : each.end] for each in answer.sentences[1:]]


def test_a_second_sentence_is_quoted_only_when_it_answers_nearly_as_well(house: Cast):
    text = "연차는 15일입니다. 반차는 4시간입니다."
    assert words_of(house, best(text, 2.0, 1.99)) == ["연차는 15일입니다.", "반차는 4시간입니다."]
    assert words_of(house, best(text, 2.0, 0.5)) == ["연차는 15일입니다."]


def test_quotes_stand_in_the_order_of_their_document(house: Cast):
    text = "연차는 15일입니다. 반차는 4시간입니다."
    assert words_of(house, best(text, 1.99, 2.0)) == ["연차는 15일입니다.", "반차는 4시간입니다."]


def test_a_sentence_of_another_document_is_not_mixed_in(house: Cast):
    one, other = best("연차는 15일입니다.", 2.0), best("연차는 16일입니다.", 1.999, document=2)
    assert words_of(house, [*one, *other]) == ["연차는 15일입니다."]


@pytest.mark.parametrize(
    "exception",
    ["다만, 수습은 11일입니다.", "단, 수습은 11일입니다.", "이 경우에는 수당이 없습니다.", "However, interns get 11."],
)
def test_an_exception_comes_along_even_when_it_scores_nothing(house: Cast, exception: str):
    text = f"연차는 15일입니다. {exception} 병가는 30일입니다."
    assert words_of(house, best(text, 2.0, 0.0, 0.0)) == ["연차는 15일입니다.", exception]


def test_line_ends_inside_a_quoted_sentence_do_not_end_the_quotation(house: Cast):
    (found,) = evidence(passage("연차는\n\n15일입니다."))
    answer = quote_scored(
        ask(house.suji, "연차는?"), sought("연차는?"), [Scored(found, (0, len("연차는\n\n15일입니다.")), 0, 1.0)]
    )
    assert answer.text.endswith("> 연차는 15일입니다.")
