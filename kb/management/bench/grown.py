"""A large index grown from real passages: texts of shuffled sentences, vectors with the real ones' mean and covariance.

Sentences repeat, so that terms have a real distribution and documents have not; a made vector has nothing to do with its
text. Good for time and for the recall of an index against exact search, useless for relevance.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from kb.management.bench.pool import Passage, Pool

FEWEST, MOST = 4, 8  # sentences of a made passage
NEAR, NOISE = 0.8, 0.6  # their squares are one together, so that the covariance stays


@dataclass(frozen=True, slots=True)
class Grown:
    """Passages and their vectors (n, dimensions, float32, unit length): the real ones first, then the made ones."""

    passages: tuple[Passage, ...]
    vectors: np.ndarray


def grow(pool: Pool, chunks: int, seed: int = 1) -> Grown:
    """The pool, and made passages up to `chunks`, in one random order. The same seed gives the same index."""
    real = pool.passages[:chunks]
    made = chunks - len(real)
    passages = [*real, *_texts(pool, made, random.Random(seed))]  # noqa: S311 - no secret
    vectors = np.concatenate([pool.vectors[:chunks], similar(pool.vectors, made, np.random.default_rng(seed))])
    order = np.random.default_rng(seed).permutation(chunks)
    return Grown(tuple(passages[place] for place in order), vectors[order].astype(np.float32))


def _texts(pool: Pool, count: int, chance: random.Random) -> Iterator[Passage]:
    sources = [
        ([sentence for passage in passages for sentence in passage.sentences], passages[0].language)
        for passages in pool.sets
        if passages
    ]
    for place in range(count):
        sentences, language = sources[place % len(sources)]
        yield Passage(tuple(chance.choices(sentences, k=chance.randint(FEWEST, MOST))), language)


def similar(real: np.ndarray, count: int, chance: np.random.Generator) -> np.ndarray:
    """`count` unit vectors near random ones of `real` (n, d): shrunk towards the mean by NEAR, with noise of the same covariance."""
    mean = real.mean(axis=0)
    spread = np.linalg.cholesky(np.cov(real, rowvar=False) + 1e-6 * np.eye(real.shape[1]))
    chosen = real[chance.integers(len(real), size=count)]
    noise = chance.standard_normal((count, real.shape[1])) @ spread.T
    made = mean + NEAR * (chosen - mean) + NOISE * noise
    return made / np.linalg.norm(made, axis=1, keepdims=True)
