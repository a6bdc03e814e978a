"""The search itself among 100,000 chunks: time by clients and by what may be read, and the recall of its indexes."""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kb.management.bench.bench import Bench, services
from kb.management.bench.filling import SHARES, Filled, fill
from kb.management.bench.findings import Cell, Column, Findings, Table
from kb.management.bench.grown import Grown, grow
from kb.management.bench.pool import read_pool
from kb.management.bench.remembering import Remembering
from kb.management.bench.retrieval import FLOORS
from kb.management.bench.trial import Times, best_chunks, by_clients, plain_scan, vector_recall
from kb.management.bench.web_role import as_web
from kb.retrieval.encoder.connection import encoder
from kb.retrieval.evaluation import percentile
from kb.retrieval.scratch import scratch_database
from kb.retrieval.search import EXACT_BELOW, search

CLIENTS = (1, 8)
SCANNED = 30  # questions of the plain scan, which takes long
METHOD = (
    "{chunks:,} chunks in a scratch database, made as in docs/decisions/retrieval.md: {passages:,} real passages of public sets with "
    "their real vectors; the others are 4 to 8 sentences drawn at random from one set, and their vectors real ones shrunk towards the mean "
    "by .8 with Gaussian noise of the real covariance times .6. Ten chunks a document, {collections} collections with an audience each; "
    "three people read 100, 10 and 1 % of them. {questions} real questions go through `search()` as the web's role under row-level "
    "security, everything cached. *Database*: the encoder's answers are remembered. *Whole*: with analysis and embedding of the question."
)
_TIMES = (
    Column("readable"),
    Column("chunks"),
    Column("vectors by"),
    Column("clients"),
    Column("database p50 ms", 1),
    Column("database p95 ms", 1),
    Column("server CPU ms a search", 1),
    Column("searches/s", 1),
    Column("whole p50 ms", 1),
    Column("whole p95 ms", 1),
)
_RECALL = (
    Column("readable"),
    Column("recall@10 of the vectors against exact search", 4),
    Column("goal"),
    Column("agreement@10 of the whole search with a plain scan", 3),
    Column("plain scan, median ms", 1),
    Column("times as long as search", 1),
)
_RECALL_CAPTION = (
    "Against exact search. Plain scan: one statement scores every readable chunk both ways and sorts, as the owner, without index and "
    f"row-level security ({SCANNED} questions). Made vectors have nothing to do with their texts: a chunk can be good in sum and among the "
    "first 50 of neither list, which real ones seldom are"
)


@dataclass(frozen=True, slots=True)
class _Scanned:
    """What the plain scan found first for each question, and its median time."""

    best: Mapping[str, Sequence[int]]
    ms: float


@dataclass(frozen=True, slots=True)
class _Trial:
    """What is asked, of which index."""

    filled: Filled
    grown: Grown
    questions: Sequence[str]
    client: Any


def measure(bench: Bench) -> Findings:
    """Time and recall in tables. Raises LeftOut without the shared data, whose passages the index is grown from."""
    folders = bench.shared_sets(FLOORS)
    with services(database=True, encoder=True):
        pool = read_pool(folders, bench.sizes.passages, bench.sizes.questions, encoder())
        bench.tell(f"{len(pool.passages):,} real passages are embedded")
        grown = grow(pool, bench.sizes.chunks)
        with scratch_database():
            filled = fill(grown)
            bench.tell(f"{len(grown.passages):,} chunks are in")
            tables = _tables(_Trial(filled, grown, pool.questions, Remembering(encoder())))
    method = METHOD.format(
        chunks=len(grown.passages),
        passages=len(pool.passages),
        collections=len(filled.collections[1.0]),
        questions=len(pool.questions),
    )
    return Findings(method, tables)


def _tables(trial: _Trial) -> tuple[Table, ...]:
    scanned = {share: _scan(trial, share) for share in SHARES}
    times: list[tuple[Cell, ...]] = []
    recalls: list[tuple[Cell, ...]] = []
    with as_web():
        for share in SHARES:
            alone, *crowds = [_database_times(trial, share, clients) for clients in CLIENTS]
            times += [
                _times_row(trial, share, clients, each) for clients, each in zip(CLIENTS, (alone, *crowds), strict=True)
            ]
            recalls.append(_recall_row(trial, share, scanned[share], percentile(alone.ms, 0.5)))
    return Table("", _TIMES, times), Table(_RECALL_CAPTION, _RECALL, recalls)


def _database_times(trial: _Trial, share: float, clients: int) -> Times:
    reader = trial.filled.readers[share]
    return by_clients(lambda text: search(reader, text, encoder=trial.client), trial.questions, clients)


def _times_row(trial: _Trial, share: float, clients: int, database: Times) -> tuple[Cell, ...]:
    reader, plain = trial.filled.readers[share], encoder()
    whole = by_clients(lambda text: search(reader, text, encoder=plain), trial.questions[:SCANNED], clients)
    chunks = len(trial.filled.rows[share])
    return (
        f"{share:.0%}",
        chunks,
        "exact" if chunks < EXACT_BELOW else "HNSW",
        clients,
        percentile(database.ms, 0.5),
        percentile(database.ms, 0.95),
        database.server_ms,
        database.rate,
        percentile(whole.ms, 0.5),
        percentile(whole.ms, 0.95),
    )


def _scan(trial: _Trial, share: float) -> _Scanned:
    best, taken = {}, []
    for question in trial.questions[:SCANNED]:
        trial.client.embed_query(question)
        begun = time.perf_counter()
        best[question] = plain_scan(trial.filled.collections[share], question, trial.client)
        taken.append((time.perf_counter() - begun) * 1000)
    return _Scanned(best, statistics.median(taken))


def _recall_row(trial: _Trial, share: float, scanned: _Scanned, search_ms: float) -> tuple[Cell, ...]:
    reader, rows = trial.filled.readers[share], trial.filled.rows[share]
    recalls = [vector_recall(reader, rows, trial.grown.vectors, text, trial.client) for text in trial.questions]
    agreed = [
        len(set(best) & set(best_chunks(reader, text, trial.client))) / (len(best) or 1)
        for text, best in scanned.best.items()
    ]
    goal = "≥ .99" if share == min(SHARES) else None
    return f"{share:.0%}", statistics.mean(recalls), goal, statistics.mean(agreed), scanned.ms, scanned.ms / search_ms
