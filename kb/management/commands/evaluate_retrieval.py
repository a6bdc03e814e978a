"""`manage.py evaluate_retrieval FOLDER`: hybrid, dense and lexical search on a benchmark, in a scratch database."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import CommandParser

from accounts.models import User
from kb.ingestion.benchmark import Benchmark, fill, read_benchmark
from kb.management.base import MaruCommand
from kb.models import Document
from kb.retrieval.analysis import Analysis
from kb.retrieval.encoder.client import EncoderClient
from kb.retrieval.encoder.connection import encoder
from kb.retrieval.evaluation import percentile, summary
from kb.retrieval.question import SearchQuestion
from kb.retrieval.scratch import scratch_database
from kb.retrieval.search import HYBRID, Ranking, search

RANKINGS = {"hybrid": HYBRID, "dense": Ranking(lexical=False), "lexical": Ranking(dense=False)}


class Command(MaruCommand):
    """Measure search as it is live: the same split, index and statement, in a database that is dropped after it."""

    help = "Measure retrieval on a folder of corpus.jsonl, queries.jsonl and qrels.tsv."
    needs_encoder = True

    def arguments(self, parser: CommandParser) -> None:
        """FOLDER [--queries N]."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--queries", type=int, default=1500, metavar="N")

    def work(self, **options: Any) -> Mapping[str, Any]:
        """Fill, ask every query three ways, and leave nothing behind."""
        benchmark = read_benchmark(options["folder"], options["queries"])
        client: Any = _Remembering(encoder())
        with scratch_database():
            reader = fill(benchmark, client, _tell)
            names = dict(Document.objects.values_list("pk", "external_id"))
            measured = {name: _measure(benchmark, reader, names, ranking, client) for name, ranking in RANKINGS.items()}
        return {
            "set": options["folder"].name,
            "documents": len(benchmark.corpus),
            "queries": len(benchmark.queries),
            **measured,
        }

    def show(self, result: Mapping[str, Any]) -> None:
        """A table."""
        self.stdout.write(f"{result['set']}: {result['documents']} documents, {result['queries']} queries")
        for name in RANKINGS:
            row = "  ".join(f"{key} {value:.3f}" for key, value in result[name].items())
            self.stdout.write(f"{name:8} {row}")


def _tell(done: int, of: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done}/{of} documents")


class _Remembering:
    """The encoder, asked once for each question: three rankings share the answer, and the times compare."""

    def __init__(self, client: EncoderClient) -> None:
        self._client = client
        self._vectors: dict[str, np.ndarray] = {}
        self._analyses: dict[str, Analysis] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def embed_query(self, text: str) -> np.ndarray:
        """The question's vector."""
        if text not in self._vectors:
            self._vectors[text] = self._client.embed_query(text)
        return self._vectors[text]

    def analyse(self, texts: Sequence[str]) -> list[Analysis]:
        """Analyses; single texts are remembered."""
        if len(texts) != 1:
            return self._client.analyse(texts)
        if texts[0] not in self._analyses:
            self._analyses[texts[0]] = self._client.analyse(texts)[0]
        return [self._analyses[texts[0]]]


def _measure(
    benchmark: Benchmark, reader: User, names: Mapping[int, str], ranking: Ranking, client: Any
) -> dict[str, float]:
    runs: dict[str, list[str]] = {}
    times: list[float] = []
    for query, text in benchmark.queries.items():
        asked = SearchQuestion.of(text[:4000])
        client.embed_query(asked.text)
        client.analyse([asked.text])
        begun = time.perf_counter()
        found = search(reader, asked, limit=200, ranking=ranking, encoder=client)
        times.append((time.perf_counter() - begun) * 1000)
        runs[query] = list(dict.fromkeys(names[hit.document] for hit in found.hits))
    figures = summary(runs, benchmark.judgements)
    return {**figures, "ms_p50": percentile(times, 0.5), "ms_p95": percentile(times, 0.95)}
