"""Questions that no company answers."""

from __future__ import annotations

from kb.retrieval.background import ENGLISH, KOREAN
from kb.retrieval.question import language_of, prepare_question


def test_each_list_is_in_its_own_language_and_large_enough_for_a_quantile():
    assert {language_of(question) for question in KOREAN} == {"ko"}
    assert {language_of(question) for question in ENGLISH} == {"en"}
    assert len(KOREAN) >= 30 and len(ENGLISH) >= 30


def test_every_one_can_be_asked_and_none_stands_twice():
    everything = [prepare_question(question).text for question in (*KOREAN, *ENGLISH)]
    assert len(set(everything)) == len(everything)
