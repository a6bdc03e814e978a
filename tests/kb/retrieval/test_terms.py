"""A question's terms with their weights."""

from __future__ import annotations

import pytest
from django.db import connection

from kb.retrieval import glossary
from kb.retrieval.glossary import Equivalent
from kb.retrieval.index import live_index
from kb.retrieval.terms import QuestionTerms
from tests.cast import Cast
from tests.doubles import WordEncoder
from tests.made import add_document

OTHER_WORDS = Equivalent(frozenset({"숙소", "요금"}), frozenset({"방값"}))


@pytest.fixture
def house(cast: Cast) -> Cast:
    for number in range(12):
        add_document(cast.rules, f"안내 {number}", [f"안내 {number} 회사 숙소 요금"])
    add_document(cast.rules, "카드", ["법인카드 안내"])
    return cast


def weigh(own: tuple[str, ...], *equivalents: Equivalent):
    with connection.cursor() as cursor:
        return QuestionTerms(own, equivalents).weigh(cursor, live_index())


def test_rare_words_weigh_more_than_common_ones_and_unknown_ones_most(house: Cast):
    weights = weigh(("안내", "법인카드", "없는말")).weights
    assert weights["없는말"] > weights["법인카드"] > weights["안내"] > 0


def test_rows_are_looked_up_by_the_rare_words(house: Cast):
    assert "안내" not in weigh(("안내", "법인카드", "없는말")).rare
    assert set(weigh(("안내", "숙소")).rare) == {"안내", "숙소"}, "with none that is rare, by the rarest"


def test_an_equivalent_shares_out_the_weight_of_what_it_stands_for_at_a_discount(house: Cast):
    weighed = weigh(("방값",), OTHER_WORDS)
    whole = weighed.weights["방값"]
    assert weighed.weights["숙소"] == weighed.weights["요금"] == pytest.approx(glossary.DISCOUNT * whole / 2)


def test_what_nobody_wrote_is_not_added(house: Cast):
    assert "투숙" not in weigh(("방값",), Equivalent(frozenset({"투숙"}), frozenset({"방값"}))).weights


def test_the_questions_own_words_are_not_made_lighter_by_the_glossary(house: Cast):
    alone = weigh(("방값", "숙소"))
    assert weigh(("방값", "숙소"), OTHER_WORDS).weights["숙소"] == alone.weights["숙소"]


def test_the_most_is_what_the_questions_own_words_could_reach(house: Cast):
    assert (
        weigh(("방값",), OTHER_WORDS).most
        == weigh(("방값",)).most
        == pytest.approx(2.2 * weigh(("방값",)).weights["방값"])
    )


def test_the_terms_of_an_analysed_question_come_with_what_says_the_same():
    encoder = WordEncoder()
    terms = QuestionTerms.of(encoder.analyse(["식비 한도"])[0], encoder)
    assert terms.own == ("식비", "한도")
    assert all(each.stands_for <= set(terms.own) for each in terms.equivalents)


def test_no_words_weigh_nothing_and_can_be_divided_by(house: Cast):
    weighed = weigh(())
    assert (weighed.weights, weighed.rare) == ({}, ()) and weighed.most > 0
