"""The terms of a question with their weights: its own words, and what the glossary says in their place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kb.models import IndexVersion
from kb.retrieval import glossary, lexical
from kb.retrieval.analysis import Analysis
from kb.retrieval.encoder.client import EncoderClient


@dataclass(frozen=True, slots=True)
class Weighed:
    """Weights by term, the BM25 that the question's own words could reach at most, and the terms to look up by."""

    weights: dict[str, float]
    most: float
    rare: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuestionTerms:
    """A question's own terms, and the equivalents of the glossary; weighed against an index by `weigh`."""

    own: tuple[str, ...]
    equivalents: tuple[glossary.Equivalent, ...]

    @classmethod
    def of(cls, analysis: Analysis, encoder: EncoderClient) -> QuestionTerms:
        """From the question's analysis. Touches no database."""
        own = tuple(lexical.terms(analysis))
        return cls(own, tuple(glossary.equivalents(own, encoder)))

    def weigh(self, cursor: Any, version: IndexVersion) -> Weighed:
        """idf of the question's own words; an equivalent shares out the weight of what it stands for, at a discount.

        So a passage that says it otherwise counts nearly as much as one that says it so.
        """
        chunks = max(version.chunk_count, 1)
        others = {term for each in self.equivalents for term in each.terms}
        frequencies = lexical.frequencies(cursor, version.number, sorted({*self.own, *others}))
        own = lexical.query_weights({term: frequencies[term] for term in self.own}, chunks)
        weights = own | _shared_out(self.equivalents, own, frequencies)
        rare = lexical.rare_terms({term: frequencies[term] for term in weights}, chunks)
        return Weighed(weights, lexical.most(own), tuple(rare))


def _shared_out(
    equivalents: Sequence[glossary.Equivalent], own: dict[str, float], frequencies: dict[str, int]
) -> dict[str, float]:
    """Weights of terms that the question does not have and the index does."""
    weights: dict[str, float] = {}
    for each in equivalents:
        share = glossary.DISCOUNT * sum(own[term] for term in each.stands_for) / len(each.terms)
        for term in each.terms:
            if term not in own and frequencies[term]:
                weights[term] = max(weights.get(term, 0.0), share)
    return weights
