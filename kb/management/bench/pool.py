"""Real passages of the public sets, analysed and embedded: what a large made index is grown from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import numpy as np

from kb.ingestion.benchmark import Benchmark, read_benchmark
from kb.normalise import normalise
from kb.retrieval import lexical
from kb.retrieval.analysis import Analysis
from kb.retrieval.encoder.client import EncoderClient
from kb.retrieval.question import language_of

LONGEST = {"ko": 500, "en": 1_100}  # characters of a passage, about 300 tokens, as chunks have
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
    found = [_beginning(analysis) for analysis in _analysed(texts, encoder)]
    terms = map(lexical.terms, _analysed([text for sentences in found for text in sentences], encoder))
    return tuple(
        Passage(tuple(Sentence(text, next(terms)) for text in sentences), language_of(" ".join(sentences)))
        for sentences in found
        if sentences
    )


def _analysed(texts: Sequence[str], encoder: EncoderClient) -> Iterator[Analysis]:
    for first in range(0, len(texts), _AT_ONCE):
        yield from encoder.analyse(texts[first : first + _AT_ONCE])


def _beginning(analysis: Analysis) -> list[str]:
    """The first sentences of a text, as many as a chunk holds."""
    sentences = [analysis.text[start:end].strip() for start, end in analysis.sentences]
    lengths = accumulate(len(sentence) + 1 for sentence in sentences)
    most = LONGEST[language_of(analysis.text)]
    return [sentence for sentence, length in zip(sentences, lengths, strict=True) if length <= most]
