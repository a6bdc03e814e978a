"""`manage.py evaluate_retrieval FOLDER`: hybrid, dense and lexical search on a benchmark, in a scratch database."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from kb.ingestion.benchmark import read_benchmark
from kb.management.base import MaruCommand
from kb.management.bench.retrieval import RANKINGS, evaluate


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
        return {
            "set": options["folder"].name,
            "documents": len(benchmark.corpus),
            "queries": len(benchmark.queries),
            **evaluate(benchmark, _tell),
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
