"""Lexical terms and BM25 weights.

A text's terms are its content morphemes (Korean) and Snowball stems (English), product codes as a whole beside their
parts, and numbers without their thousands commas. BM25 lives in one sparse vector a chunk: the document side holds
tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / average)), the query side idf, so that their inner product is BM25
(Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009).
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from snowballstemmer import stemmer

from kb.retrieval.analysis import Analysis, Token

K1 = 1.2
B = 0.75
DIMENSIONS = 1_000_000_000
LONGEST_TERM = 100
SHORTEST_STEMMED = 3

_CONTENT = {"NR", "NP", "VV", "VA", "MAG", "XR", "SL", "SH", "SN"}
# A space may stand inside a code only behind capitals: "KX 2300" is one, "in 1990" is not.
_CODE = re.compile(r"(?<![0-9A-Za-z])(?:[A-Z]{1,6} |[A-Za-z]{1,6}-?)\d[0-9A-Za-z]*(?:-[0-9A-Za-z]+)*(?![0-9A-Za-z])")
_english = stemmer("english")


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    return _english.stemWord(word)


def _is_content(token: Token) -> bool:
    tag = token.tag.split("-")[0]  # Kiwi writes irregular verbs as VV-I, VA-R
    return tag in _CONTENT or tag.startswith("NN")


def _term(token: Token) -> str:
    form = token.form.lower()
    if token.tag == "SL":
        return _stem(form) if len(form) > SHORTEST_STEMMED else form  # AED is no past tense
    if token.tag == "SN":
        return form.replace(",", "")
    return form


def _codes(text: str) -> Iterable[str]:
    """Product codes as one term each: KX-2300, KX 2300 and KX2300 are the same."""
    for match in _CODE.finditer(text):
        yield re.sub(r"[- ]", "", match.group()).lower()


def terms(analysis: Analysis) -> Counter[str]:
    """How often each term stands in the text."""
    counted = Counter(_term(token)[:LONGEST_TERM] for token in analysis.tokens if _is_content(token))
    counted.update(code[:LONGEST_TERM] for code in _codes(analysis.text))
    return counted


def dimension(term: str) -> int:
    """The term's place in a sparse vector: 1 to 10**9, pgvector's range."""
    return int.from_bytes(hashlib.blake2b(term.encode(), digest_size=8).digest()) % DIMENSIONS + 1


def document_weights(counted: Mapping[str, int], average_length: float) -> dict[int, float]:
    """The document side of BM25, by dimension. Terms that share a dimension are summed."""
    length = sum(counted.values())
    norm = K1 * (1 - B + B * length / average_length)
    weights: dict[int, float] = {}
    for term, count in counted.items():
        place = dimension(term)
        weights[place] = weights.get(place, 0.0) + count * (K1 + 1) / (count + norm)
    return weights


def reweighted(weights: Mapping[int, float], length: int, old_average: float, average: float) -> dict[int, float]:
    """The same document side for another mean length: each count is won back from its weight and weighed anew."""
    old = K1 * (1 - B + B * length / old_average)
    new = K1 * (1 - B + B * length / average)
    fresh = {}
    for place, weight in weights.items():
        count = weight * old / max(K1 + 1 - weight, 1e-6)
        fresh[place] = count * (K1 + 1) / (count + new)
    return fresh


def idf(df: int, chunks: int) -> float:
    """Inverse document frequency of a term that stands in `df` of `chunks` chunks; never negative."""
    return math.log(1 + (chunks - df + 0.5) / (df + 0.5))


def query_weights(frequencies: Mapping[str, int], chunks: int) -> dict[str, float]:
    """idf of each distinct query term; a term that nobody wrote counts with the largest idf."""
    return {term: idf(min(df, chunks), chunks) for term, df in frequencies.items()}


def sparse_literal(weights: Mapping[int, float]) -> str:
    """A sparsevec literal: sorted, 1-based."""
    inside = ",".join(f"{place}:{weights[place]:.6g}" for place in sorted(weights))
    return f"{{{inside}}}/{DIMENSIONS}"


def query_literal(weights: Mapping[str, float]) -> str:
    """The query's idf weights as a sparsevec literal."""
    summed: dict[int, float] = {}
    for term, weight in weights.items():
        place = dimension(term)
        summed[place] = summed.get(place, 0.0) + weight
    return sparse_literal(summed)


def most(weights: Mapping[str, float]) -> float:
    """The largest BM25 that a chunk could reach for these query weights; at least 1, so that it can divide."""
    return (K1 + 1) * sum(weights.values()) or 1.0


def dense_literal(vector: Iterable[float]) -> str:
    """A vector as a halfvec literal."""
    return "[" + ",".join(f"{float(x):.6g}" for x in vector) + "]"


def frequencies(cursor: Any, version: int, wanted: list[str]) -> dict[str, int]:
    """In how many chunks of an index version each term stands; 0 for one that nobody wrote."""
    cursor.execute("select term, df from maru_frequencies(%s, %s)", [version, wanted])
    known = dict(cursor.fetchall())
    return {term: known.get(term, 0) for term in wanted}


def lexeme(term: str) -> str:
    """A term as it is written in tsvector and tsquery literals."""
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"


def any_of(wanted: Iterable[str]) -> str:
    """A tsquery literal that matches chunks with any of the terms."""
    return "|".join(lexeme(term) for term in wanted)


def all_of(wanted: Iterable[str]) -> str:
    """A tsquery literal that matches chunks with all of the terms."""
    return "&".join(lexeme(term) for term in wanted)


def rare_terms(frequencies: Mapping[str, int], chunks: int, share: float = 0.05) -> list[str]:
    """The terms that candidates are looked up by: those in at most `share` of the chunks, else the two rarest."""
    rare = [term for term, df in frequencies.items() if df <= share * chunks]
    return rare or sorted(frequencies, key=lambda term: frequencies[term])[:2]
