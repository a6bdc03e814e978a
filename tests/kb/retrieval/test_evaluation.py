"""Measures of a ranking, against values worked out by hand."""

from __future__ import annotations

import math

import pytest

from kb.retrieval.evaluation import ndcg, percentile, recall, reciprocal_rank, summary

RANKED = ["x", "a", "y", "b"]


def test_ndcg_of_a_perfect_ranking_is_one_and_of_a_miss_nothing():
    assert ndcg(["a", "b", "x"], {"a", "b"}) == pytest.approx(1.0)
    assert ndcg(["x", "y"], {"a"}) == 0.0
    assert ndcg([], {"a"}) == ndcg(["a"], set()) == 0.0


def test_ndcg_discounts_by_place():
    expected = (1 / math.log2(3) + 1 / math.log2(5)) / (1 + 1 / math.log2(3))
    assert ndcg(RANKED, {"a", "b"}) == pytest.approx(expected)
    assert ndcg(RANKED, {"b"}, k=3) == 0.0


def test_more_relevant_than_places_still_allows_one():
    assert ndcg(["a", "b"], {"a", "b", "c", "d"}, k=2) == pytest.approx(1.0)


def test_recall_and_the_first_place():
    assert recall(RANKED, {"a", "b", "c"}, 4) == pytest.approx(2 / 3)
    assert recall(RANKED, {"a", "b"}, 2) == 0.5
    assert recall(RANKED, set(), 2) == 0.0
    assert reciprocal_rank(RANKED, {"a", "b"}) == 0.5
    assert reciprocal_rank(RANKED, {"b"}, k=3) == 0.0


def test_a_summary_is_the_mean_over_all_queries_also_those_without_a_hit():
    figures = summary({"1": ["a"], "2": ["x"]}, {"1": {"a"}, "2": {"a"}})
    assert set(figures.values()) == {0.5}
    assert set(summary({}, {}).values()) == {0.0}


@pytest.mark.parametrize(("share", "value"), [(0.5, 2), (0.95, 4), (1.0, 4), (0.25, 1), (0.01, 1)])
def test_a_percentile_is_a_value_that_was_measured(share: float, value: int):
    assert percentile([4, 2, 1, 3], share) == value


def test_no_values_have_no_percentile():
    assert percentile([], 0.95) == 0.0
