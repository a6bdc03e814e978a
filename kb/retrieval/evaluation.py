"""Measures of a ranking against relevance judgements. Pure.

nDCG@k (Järvelin and Kekäläinen, 2002) with binary gains, recall@k, and MRR@k.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence, Set


def ndcg(ranked: Sequence[str], relevant: Set[str], k: int = 10) -> float:
    """Normalised discounted cumulative gain of the first `k`, 0 to 1."""
    gained = sum(1 / math.log2(place + 2) for place, each in enumerate(ranked[:k]) if each in relevant)
    ideal = sum(1 / math.log2(place + 2) for place in range(min(k, len(relevant))))
    return gained / ideal if ideal else 0.0


def recall(ranked: Sequence[str], relevant: Set[str], k: int) -> float:
    """Share of the relevant that stands among the first `k`."""
    return len(relevant & set(ranked[:k])) / len(relevant) if relevant else 0.0


def reciprocal_rank(ranked: Sequence[str], relevant: Set[str], k: int = 10) -> float:
    """One over the place of the first relevant among the first `k`; 0 when there is none."""
    return next((1 / (place + 1) for place, each in enumerate(ranked[:k]) if each in relevant), 0.0)


def summary(runs: Mapping[str, Sequence[str]], judgements: Mapping[str, Set[str]]) -> dict[str, float]:
    """Means over all queries of `runs` (query id -> ranked ids)."""
    n = len(runs) or 1
    pairs = [(ranked, judgements[query]) for query, ranked in runs.items()]
    return {
        "ndcg@10": sum(ndcg(ranked, relevant) for ranked, relevant in pairs) / n,
        "recall@10": sum(recall(ranked, relevant, 10) for ranked, relevant in pairs) / n,
        "recall@100": sum(recall(ranked, relevant, 100) for ranked, relevant in pairs) / n,
        "mrr@10": sum(reciprocal_rank(ranked, relevant) for ranked, relevant in pairs) / n,
    }


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of the values lie (nearest rank); 0 for none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0
