"""Figures of golden questions."""

from __future__ import annotations

import pytest

from kb.chat.evaluation import Golden, Outcome, f1, misses, table


def golden(kind: str = "fact", sources: tuple[str, ...] = ("a",), **values) -> Golden:
    return Golden.from_row({"id": "1", "question": "?", "kind": kind, "sources": sources, **values})


def test_precision_and_recall_are_by_document():
    outcome = Outcome(golden(sources=("a", "b"), acceptable=("c",)), ("a", "c", "x"), "sourced", "")
    assert outcome.precision == pytest.approx(2 / 3)
    assert outcome.recall == 0.5


def test_an_expected_answer_is_found_past_spaces_and_punctuation():
    assert Outcome(golden(answers=("40,000원",)), (), "sourced", "한도는 40000 원입니다.").exact == 1
    assert Outcome(golden(answers=("40,000원",)), (), "sourced", "한도는 4만 원입니다.").exact == 0


def test_f1_of_words():
    assert f1("식비 40,000원", "식비 40,000원") == 1
    assert f1("식비 40,000원", "숙박비") == 0
    assert f1("식비 한도 40,000원", "식비 40,000원") == pytest.approx(6 / 7)


def test_the_table_counts_by_kind_and_leaves_out_what_has_no_meaning():
    rows = table(
        [
            Outcome(golden(), ("a",), "sourced", ""),
            Outcome(golden(), ("b",), "sourced", ""),
            Outcome(golden("off_topic", ()), (), "not_found", ""),
            Outcome(golden("off_topic", ()), ("a",), "sourced", "", leaked=True),
        ]
    )
    assert rows["fact"]["precision"] == rows["answerable"]["recall"] == 0.5
    assert rows["off_topic"]["refused"] == 0.5
    assert rows["off_topic"]["precision"] is None
    assert rows["unanswerable"]["leaks"] == 1


def test_misses_are_what_to_look_at_first():
    good = Outcome(golden(), ("a",), "sourced", "")
    wrong = Outcome(golden(), ("b",), "sourced", "")
    loose = Outcome(golden("near_topic", ()), ("a",), "sourced", "")
    assert [miss["kind"] for miss in misses([good, wrong, loose])] == ["fact", "near_topic"]
