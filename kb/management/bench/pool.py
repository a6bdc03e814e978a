"""Real passages of the public sets, analysed and embedded: what a large made index is grown from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kb.ingestion.benchmark import Benchmark, read_benchmark
from kb.normalise import normalise
from kb.retrieval import lexical
from kb.retrieval.encoder.client import EncoderClient
from kb.retrieval.question import language_of

LONGEST = 8  # sentences of a passage; so it stays below 300 tokens, as chunks do
_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its terms, so that a passage of several is put together without another analysis."""

    text: str
    terms: Counter[str]


@dataclass(frozen=True, slots=True)
class Passage:
    """Sentences that stand together, and their language."""

    sentences: tuple[Sentence, ...]
    language: str

    @property
    def text(self) -> str:
        """What is found and quoted."""
        return " ".join(sentence.text for sentence in self.sentences)

    @property
    def terms(self) -> Counter[str]:
        """How often each term stands in it."""
        counted: Counter[str] = Counter()
        for sentence in self.sentences:
            counted.update(sentence.terms)
        return counted


@dataclass(frozen=True, slots=True)
class Pool:
    """Real passages by set, their vectors (n, dimensions) in the same order, and real questions."""

    sets: tuple[tuple[Passage, ...], ...]
    vectors: np.ndarray
    questions: tuple[str, ...]

    @property
    def passages(self) -> list[Passage]:
        """All passages, in the order of their vectors."""
        return [passage for passages in self.sets for passage in passages]


def read_pool(folders: Sequence[Path], passages: int, questions: int, encoder: EncoderClient) -> Pool:
    """From benchmark folders, an equal share of each. Embedding takes most of the time."""
    benchmarks = [read_benchmark(folder, questions // len(folders)) for folder in folders]
    sets = tuple(_passages(each, passages // len(folders), encoder) for each in benchmarks)
    texts = [passage.text for each in sets for passage in each]
    vectors = [encoder.embed_passages(texts[first : first + _AT_ONCE]) for first in range(0, len(texts), _AT_ONCE)]
    asked = tuple(text for each in benchmarks for text in each.queries.values())
    return Pool(sets, np.concatenate(vectors), asked)


def _passages(benchmark: Benchmark, count: int, encoder: EncoderClient) -> tuple[Passage, ...]:
    texts = [normalise(text) for _, (_, text) in sorted(benchmark.corpus.items())[:count]]
    found = []
    for first in range(0, len(texts), _AT_ONCE):
        for analysis in encoder.analyse(texts[first : first + _AT_ONCE]):
            spans = analysis.sentences[:LONGEST]
            found.append([analysis.text[start:end].strip() for start, end in spans])
    flat = [text for sentences in found for text in sentences]
    terms = iter(
        [
            lexical.terms(each)
            for first in range(0, len(flat), 400)
            for each in encoder.analyse(flat[first : first + 400])
        ]
    )
    return tuple(
        Passage(tuple(Sentence(text, next(terms)) for text in sentences), language_of(" ".join(sentences)))
        for sentences in found
        if sentences
    )
