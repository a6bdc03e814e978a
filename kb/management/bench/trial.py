"""Asking a large index: by many clients at once, and against what an exact search of all readable chunks gives."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from django.db import connection, connections

from accounts.models import User
from kb.retrieval import lexical
from kb.retrieval.centring import question_vector
from kb.retrieval.index import live_index
from kb.retrieval.profiles import profile_named
from kb.retrieval.question import prepare_question
from kb.retrieval.search import Ranking, search
from kb.retrieval.terms import QuestionTerms

BEST = 10
_SCAN = """
select chunk_id from kb_indexentry where version = %(version)s and collection_id = any(%(collections)s)
order by %(dense_weight)s * -(dense::halfvec({dimensions}) <#> %(vector)s::halfvec({dimensions}))
       + -(sparse <#> %(weights)s::sparsevec) / %(most)s + (language <> %(language)s)::int * %(foreign)s desc
limit {best}
"""
Ask = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of every search of a crowd of clients, the seconds that all of it took, and processor seconds of the
    database's processes (None where the server is not on this machine)."""

    ms: tuple[float, ...]
    seconds: float
    server_seconds: float | None = None

    @property
    def rate(self) -> float:
        """Searches a second."""
        return len(self.ms) / self.seconds if self.seconds else 0.0

    @property
    def server_ms(self) -> float | None:
        """The database's processor time for one search, in milliseconds: it does not grow on a busy machine."""
        return None if self.server_seconds is None else 1000 * self.server_seconds / (len(self.ms) or 1)


def by_clients(ask: Ask, questions: Sequence[str], clients: int) -> Times:
    """Every client asks every question, each in an order of its own."""
    begun = time.perf_counter()
    with ThreadPoolExecutor(clients) as crowd:
        parts = list(crowd.map(lambda client: _one_client(ask, _turned(questions, client, clients)), range(clients)))
    seconds = time.perf_counter() - begun
    used = [cpu for _, cpu in parts if cpu is not None]
    return Times(
        tuple(ms for taken, _ in parts for ms in taken), seconds, sum(used) if len(used) == len(parts) else None
    )


def _turned(questions: Sequence[str], client: int, clients: int) -> list[str]:
    first = client * len(questions) // clients
    return [*questions[first:], *questions[:first]]


def _one_client(ask: Ask, questions: Sequence[str]) -> tuple[list[float], float | None]:
    taken = []
    try:
        ask(questions[-1])  # opens the connection, and fills what a process remembers
        before = server_cpu()
        for question in questions:
            begun = time.perf_counter()
            ask(question)
            taken.append((time.perf_counter() - begun) * 1000)
        after = server_cpu()
        return taken, None if before is None or after is None else after - before
    finally:
        connections.close_all()


def server_cpu() -> float | None:
    """Processor seconds of the server process behind this thread's connection; None where it cannot be seen."""
    if connection.settings_dict["HOST"] != "127.0.0.1":
        return None
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        process = cursor.fetchone()[0]
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def plain_scan(collections: Sequence[int], question: str, client: Any) -> list[int]:
    """The best chunks for a question by one plain scan of all in these collections. Asked as the owner."""
    version = live_index()
    profile = profile_named(version.profile)
    asked = prepare_question(question)
    with connection.cursor() as cursor:
        weighed = QuestionTerms.of(client.analyse([asked.text])[0], client).weigh(cursor, version)
        cursor.execute(
            _SCAN.format(dimensions=version.dimensions, best=BEST),
            {
                "version": version.number,
                "collections": list(collections),
                "vector": lexical.dense_literal(question_vector(asked.text, asked.language, client, profile)),
                "weights": lexical.query_literal(weighed.weights),
                "most": weighed.most,
                "language": asked.language,
                "foreign": profile.foreign_bonus,
                "dense_weight": profile.dense_weight,
            },
        )
        return [row[0] for row in cursor.fetchall()]


def vector_recall(reader: User, rows: np.ndarray, vectors: np.ndarray, question: str, client: Any) -> float:
    """Share of the ten nearest of the readable rows (exact, float32) that search finds by its vectors alone; chunk id = row + 1."""
    asked, profile = prepare_question(question), profile_named(live_index().profile)
    near = vectors[rows] @ question_vector(asked.text, asked.language, client, profile).astype(np.float32)
    exact = {int(row) + 1 for row in rows[np.argsort(-near)[:BEST]]}
    found = search(reader, question, limit=200, ranking=Ranking(lexical=False), encoder=client)
    nearest = sorted(found.hits, key=lambda hit: -hit.dense)[:BEST]
    return len(exact & {hit.chunk for hit in nearest}) / len(exact)


def best_chunks(reader: User, question: str, client: Any) -> list[int]:
    """What search finds first."""
    return [hit.chunk for hit in search(reader, question, limit=BEST, encoder=client).hits]
