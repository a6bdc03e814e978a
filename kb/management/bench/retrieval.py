"""Retrieval on sets with relevance judgements: each ranking alone, and both together as the product searches."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from kb.ingestion.benchmark import Benchmark, fill, read_benchmark
from kb.management.bench.bench import Bench, services
from kb.management.bench.findings import Cell, Column, Findings, Table
from kb.management.bench.remembering import Remembering
from kb.models import Document
from kb.retrieval.encoder.connection import encoder
from kb.retrieval.evaluation import percentile, summary
from kb.retrieval.question import SearchQuestion
from kb.retrieval.scratch import scratch_database
from kb.retrieval.search import HYBRID, Ranking, search

RANKINGS = {"hybrid": HYBRID, "dense": Ranking(lexical=False), "lexical": Ranking(dense=False)}
LONGEST = 4_000
TOLERANCE = 0.005


@dataclass(frozen=True, slots=True)
class Floor:
    """nDCG@10 of the reference measurement on the whole corpora (docs/decisions/retrieval.md)."""

    lexical: float
    dense: float
    hybrid: float


FLOORS = {
    "ko-korquad1-dev": Floor(0.959, 0.882, 0.967),
    "ko-kobest-boolq-train": Floor(0.960, 0.965, 0.981),
    "en-squad1-dev": Floor(0.886, 0.855, 0.915),
    "en-pubmedqa": Floor(0.978, 0.984, 0.986),
}
METHOD = (
    "`evaluate_retrieval` on four public sets: the corpus is split, embedded and indexed as documents are, in a scratch database; up to "
    "{queries} queries a set go through `search()`; a document counts at the place of its best chunk. Reference: the same recipe in a "
    "measurement made before the code was written; hybrid may be at most .005 below it, and not below the better of its two parts."
)
COLUMNS = (
    Column("set"),
    Column("documents"),
    Column("queries"),
    Column("lexical nDCG@10", 3),
    Column("dense", 3),
    Column("**hybrid**", 3),
    Column("over the better part", 3),
    Column("reference", 3),
    Column("recall@10", 3),
    Column("recall@100", 3),
    Column("MRR@10", 3),
    Column("search p50 ms", 1),
    Column("p95 ms", 1),
)


def measure(bench: Bench) -> Findings:
    """The sets in one table. Raises LeftOut without the shared data."""
    folders = bench.shared_sets(FLOORS)
    rows: list[tuple[Cell, ...]] = []
    notes: list[str] = []
    with services(database=True, encoder=True):
        for folder in folders:
            bench.tell(folder.name)
            benchmark = read_benchmark(folder, bench.sizes.queries)
            measured = evaluate(benchmark, lambda done, of: None)
            rows.append(_row(folder.name, benchmark, measured, FLOORS[folder.name]))
            notes += below_floor(folder.name, measured, FLOORS[folder.name])
    return Findings(METHOD.format(queries=f"{bench.sizes.queries:,}"), (Table("", COLUMNS, rows),), tuple(notes))


def evaluate(benchmark: Benchmark, tell: Any) -> dict[str, dict[str, float]]:
    """Fill a scratch database and ask every query three ways; figures by ranking. Leaves nothing behind.

    Services must be there. `tell(done, of)` hears how many documents are in.
    """
    client: Any = Remembering(encoder())
    with scratch_database():
        reader = fill(benchmark, client, tell)
        names = dict(Document.objects.values_list("pk", "external_id"))
        return {name: _measure(benchmark, reader, names, ranking, client) for name, ranking in RANKINGS.items()}


def below_floor(name: str, measured: Mapping[str, Mapping[str, float]], floor: Floor) -> list[str]:
    """Sentences about what is below its floor; none when all is well."""
    hybrid = measured["hybrid"]["ndcg@10"]
    better = max(measured["dense"]["ndcg@10"], measured["lexical"]["ndcg@10"])
    found = []
    if hybrid < better:
        found.append(f"{name}: hybrid is {better - hybrid:.4f} **below** the better of its parts.")
    if hybrid < floor.hybrid - TOLERANCE:
        found.append(f"{name}: hybrid is {floor.hybrid - hybrid:.4f} **below** the reference.")
    return found


def _row(
    name: str, benchmark: Benchmark, measured: Mapping[str, Mapping[str, float]], floor: Floor
) -> tuple[Cell, ...]:
    lexical, dense, hybrid = (measured[ranking] for ranking in ("lexical", "dense", "hybrid"))
    return (
        name,
        len(benchmark.corpus),
        len(benchmark.queries),
        lexical["ndcg@10"],
        dense["ndcg@10"],
        hybrid["ndcg@10"],
        hybrid["ndcg@10"] - max(lexical["ndcg@10"], dense["ndcg@10"]),
        floor.hybrid,
        hybrid["recall@10"],
        hybrid["recall@100"],
        hybrid["mrr@10"],
        hybrid["ms_p50"],
        hybrid["ms_p95"],
    )


def _measure(
    benchmark: Benchmark, reader: User, names: Mapping[int, str], ranking: Ranking, client: Any
) -> dict[str, float]:
    runs: dict[str, list[str]] = {}
    times: list[float] = []
    for query, text in benchmark.queries.items():
        asked = SearchQuestion.of(text[:LONGEST])
        client.embed_query(asked.text)
        client.analyse([asked.text])
        begun = time.perf_counter()
        found = search(reader, asked, limit=200, ranking=ranking, encoder=client)
        times.append((time.perf_counter() - begun) * 1000)
        runs[query] = list(dict.fromkeys(names[hit.document] for hit in found.hits))
    figures = summary(runs, benchmark.judgements)
    return {**figures, "ms_p50": percentile(times, 0.5), "ms_p95": percentile(times, 0.95)}
