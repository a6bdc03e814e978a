"""Terms and BM25 weights."""

from __future__ import annotations

import math

import pytest

from kb.retrieval import lexical
from kb.retrieval.analysis import Analysis, Token


def analysis(text: str, *tokens: tuple[str, str]) -> Analysis:
    return Analysis(text, ((0, len(text)),), tuple(Token(form, tag, 0, len(form)) for form, tag in tokens))


def test_content_morphemes_count_and_particles_do_not():
    found = lexical.terms(analysis("연차는 이월됩니다", ("연차", "NNG"), ("는", "JX"), ("이월", "NNG"), ("되", "XSV")))
    assert found == {"연차": 1, "이월": 1}


def test_irregular_verbs_are_content_too():
    assert lexical.terms(analysis("짓다", ("짓", "VV-I"), ("빠르", "VA-R"))) == {"짓": 1, "빠르": 1}


def test_english_words_are_stemmed_and_lower_cased():
    found = lexical.terms(analysis("Expenses expense", ("Expenses", "SL"), ("expense", "SL")))
    assert found == {"expens": 2}


def test_numbers_lose_their_thousands_commas():
    assert lexical.terms(analysis("1,500,000", ("1,500,000", "SN"))) == {"1500000": 1}


@pytest.mark.parametrize("written", ["KX-2300", "KX 2300", "KX2300", "kx-2300"])
def test_a_product_code_is_one_term_however_it_is_written(written: str):
    assert "kx2300" in lexical.terms(analysis(f"{written}의 사양", ("사양", "NNG")))


@pytest.mark.parametrize("written", ["in 1990", "제7조", "page 5", "3.5%"])
def test_ordinary_words_beside_numbers_are_no_codes(written: str):
    assert lexical.terms(analysis(written)) == {}


def test_dimensions_lie_in_pgvectors_range_and_never_change():
    assert 1 <= lexical.dimension("연차") <= 10**9
    # Stored in every index row: a change of the hash would silently find nothing.
    assert (
        lexical.dimension("연차")
        == int.from_bytes(__import__("hashlib").blake2b("연차".encode(), digest_size=8).digest()) % 10**9 + 1
    )


def test_document_and_query_side_make_bm25():
    counted = {"연차": 2, "이월": 1}
    average, chunks = 6.0, 100
    weights = lexical.document_weights(counted, average)
    query = lexical.query_weights({"연차": 10}, chunks)
    product = weights[lexical.dimension("연차")] * query["연차"]
    k1, b, length = 1.2, 0.75, 3
    expected = math.log(1 + (100 - 10 + 0.5) / 10.5) * 2 * (k1 + 1) / (2 + k1 * (1 - b + b * length / average))
    assert product == pytest.approx(expected)


def test_weights_can_be_laid_anew_for_another_mean_length():
    counted = {"연차": 3, "이월": 1, "휴가": 7}
    old = lexical.document_weights(counted, 100.0)
    assert lexical.reweighted(old, 11, 100.0, 40.0) == pytest.approx(lexical.document_weights(counted, 40.0))


def test_an_unseen_term_counts_with_the_largest_idf_and_none_is_negative():
    weights = lexical.query_weights({"a": 0, "b": 50, "c": 100}, 100)
    assert weights["a"] > weights["b"] > weights["c"] >= 0


def test_candidates_come_by_rare_terms_or_by_the_two_rarest():
    assert lexical.rare_terms({"흔한": 60, "드문": 2}, 100) == ["드문"]
    assert lexical.rare_terms({"하나": 60, "둘": 50, "셋": 40}, 100) == ["셋", "둘"]


def test_literals_survive_quotes_and_backslashes():
    assert lexical.any_of(["it's", "a\\b"]) == "'it''s'|'a\\\\b'"
    assert lexical.sparse_literal({7: 0.5, 3: 1.25}) == "{3:1.25,7:0.5}/1000000000"
