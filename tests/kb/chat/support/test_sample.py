"""The labelled sentences of sample/: how many must come out right, with their quotes and passages."""

from __future__ import annotations

from collections import Counter

import pytest

from kb.chat.support import Passage, PreparedPassage, Verdict, check, frequencies_of, prepare
from tests.kb.chat.support import sample

_ROUNDS = ("first", "second", "third")


@pytest.fixture(scope="module")
def prepared(analyse) -> dict[str, PreparedPassage]:
    return {key: prepare(Passage(key, analyse(sample.text_of(key)))) for key in sample.passages()}


@pytest.fixture(scope="module")
def found(analyse, prepared):
    """Each labelled sentence with its verdict; kind "cross" with the cosines that were measured for it."""
    idf = frequencies_of(prepared.values())
    cosines = sample.cosines()
    rows = [row for part in _ROUNDS for row in sample.labelled(part)]
    return [
        (
            row,
            check(
                analyse(row.sentence),
                [prepared[key] for key in row.candidates],
                idf=idf,
                cosines=cosines.get(row.sentence),
            ),
        )
        for row in rows
    ]


def _share(found, label: str, verdict: Verdict, *, cross: bool = False) -> float:
    of_label = [result for row, result in found if row.label == label and (row.kind == "cross") == cross]
    return sum(result.verdict == verdict for result in of_label) / len(of_label)


def test_faithful_sentences_are_kept(found):
    assert _share(found, "supported", Verdict.SUPPORTED) >= 0.93


def test_faithful_sentences_are_hardly_ever_called_contradicted(found):
    assert _share(found, "supported", Verdict.CONTRADICTED) <= 0.02


def test_contradictions_are_found(found):
    assert _share(found, "contradicted", Verdict.CONTRADICTED) >= 0.95


def test_what_is_not_there_does_not_pass(found):
    passed = [
        row.sentence
        for row, result in found
        if row.label in {"unsupported", "partial"} and row.kind != "cross" and result.verdict == Verdict.SUPPORTED
    ]
    assert len(passed) <= 2, passed


def test_what_states_nothing_is_known(found):
    assert _share(found, "not_a_claim", Verdict.NOT_A_CLAIM) == 1


def test_across_languages_most_are_right_and_none_is_turned(found):
    rows = [(row, result) for row, result in found if row.kind == "cross"]
    assert sum(row.label == result.verdict for row, result in rows) >= 0.8 * len(rows)
    mixed = Counter((row.label, str(result.verdict)) for row, result in rows)
    assert mixed["supported", "contradicted"] == mixed["contradicted", "supported"] == 0


def test_the_passage_is_named(found):
    rows = [(row, result) for row, result in found if row.quotes and row.kind not in {"cross", "other"}]
    assert sum(result.passage == row.source for row, result in rows) >= 0.99 * len(rows)


def test_the_sentences_are_quoted_exactly(found):
    rows = [(row, result) for row, result in found if row.quotes and row.kind not in {"cross", "other"}]
    assert sum(result.quotes == row.quotes for row, result in rows) >= 0.97 * len(rows)


def test_every_passage_supports_its_own_sentences(analyse, prepared):
    """A copy has no difference from its source, whatever the rules find in it."""
    for key, passage in prepared.items():
        for sentence in sample.passages()[key]:
            result = check(analyse(sentence), [passage])
            if result.verdict != Verdict.NOT_A_CLAIM:
                assert (result.verdict, result.flags) == (Verdict.SUPPORTED, ()), sentence
