"""Not found: no guess, the nearest documents that one may read, and of discoverable collections only that there is something."""

from __future__ import annotations

import pytest

from accounts.models import User
from kb.chat.events import Finished
from kb.chat.phrases import NOT_FOUND
from kb.chat.refuse import not_found
from kb.chat.retrieve import retrieve
from kb.models import Collection
from kb.models.chat import Basis
from tests.cast import Cast
from tests.kb.chat.conftest import LOSS
from tests.kb.chat.made import ask

ABOUT_LOSS = "결산에서 재고 평가 손실은 얼마입니까?"


def refused(user: User, question: str) -> Finished:
    asked = ask(user, question)
    return not_found(asked, retrieve(asked))


@pytest.mark.parametrize(("question", "language"), [("화성 탐사선은?", "ko"), ("Where is Mars?", "en")])
def test_it_says_so_in_the_language_of_the_question_and_cites_nothing(house: Cast, question: str, language: str):
    answer = refused(house.suji, question)
    assert (answer.basis, answer.text) == (Basis.NOT_FOUND, NOT_FOUND[language])
    assert answer.citations == () and answer.sentences == ()


def test_the_nearest_documents_are_those_that_the_person_may_read(house: Cast):
    answer = refused(house.suji, ABOUT_LOSS)
    assert {each.title for each in answer.passages} <= {"취업규칙", "출장여비 규정"}
    assert LOSS not in str(answer)


def test_nothing_elsewhere_is_named_where_nobody_made_it_discoverable(house: Cast):
    assert refused(house.suji, ABOUT_LOSS).elsewhere == ()


def test_a_discoverable_collection_is_an_id_and_nothing_more(house: Cast):
    Collection.objects.filter(pk=house.finance_private.pk).update(discoverable=True)
    answer = refused(house.suji, ABOUT_LOSS)
    assert answer.elsewhere == (house.finance_private.pk,)
    assert "결산 메모" not in str(answer) and "31,000,000" not in str(answer)
