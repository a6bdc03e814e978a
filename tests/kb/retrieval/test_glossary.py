"""Words that say the same, Korean and English."""

from __future__ import annotations

from collections import Counter

import pytest

from kb.retrieval import glossary, lexical
from kb.retrieval.encoder.client import EncoderClient
from kb.retrieval.glossary import FILE, Glossary
from tests.doubles import WordEncoder


def form(*terms: str) -> frozenset[str]:
    return frozenset(terms)


LEAVE = (form("휴가"), form("leave"))
ANNUAL = (form("연차"), form("연차", "휴가"), form("annual", "leave"))
SMALL = Glossary.of([LEAVE, ANNUAL, (form("혼자"),)])


def said(*terms: str) -> set[tuple[frozenset[str], frozenset[str]]]:
    return {(each.terms, each.stands_for) for each in SMALL.equivalents(terms)}


def test_a_word_is_replaced_by_every_other_form_of_its_concept():
    assert said("휴가") == {(form("leave"), form("휴가"))}
    assert said("leave") == {(form("휴가"), form("leave"))}


def test_a_longer_form_wins_over_a_shorter_one_inside_it():
    """ "annual leave" is not "휴가" of any kind."""
    assert {terms for terms, _ in said("annual", "leave")} == {form("연차"), form("연차", "휴가")}


def test_what_the_question_says_itself_is_not_added():
    assert not any(terms <= {"연차", "annual", "leave"} for terms, _ in said("연차", "annual", "leave"))


def test_a_concept_with_one_form_and_an_unknown_word_say_nothing():
    assert said("혼자") == set() == said("없는말")


def test_half_of_a_form_is_not_the_form():
    assert said("annual") == set()


def test_the_file_holds_a_concept_a_line_with_both_languages():
    lines = [line for line in FILE.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    assert len(lines) > 1_000
    for line in lines:
        korean, english = line.split("\t")
        assert korean.strip() and english.strip(), line
    assert [line for line, times in Counter(lines).items() if times > 1] == []


@pytest.mark.parametrize(
    ("question", "other"),
    [
        ("연차는 며칠인가요?", "annual leave"),
        ("How much paid leave do I get?", "유급휴가"),
        ("maternity leave", "출산휴가"),
    ],
)
def test_company_words_find_their_counterparts(shared_encoder: EncoderClient, question: str, other: str):
    asked, wanted = shared_encoder.analyse([question, other])
    found = glossary.equivalents(list(lexical.terms(asked)), shared_encoder)
    assert frozenset(lexical.terms(wanted)) in {each.terms for each in found}


def test_it_is_analysed_once_for_each_analyser(monkeypatch: pytest.MonkeyPatch):
    class Counting(WordEncoder):
        requests = 0

        def analyse(self, texts):
            Counting.requests += 1
            return super().analyse(texts)

    for _ in range(3):
        glossary.equivalents(["연차"], Counting())  # type: ignore[arg-type]
    once = Counting.requests
    glossary.equivalents(["휴가"], Counting())  # type: ignore[arg-type]
    assert Counting.requests == once > 0
