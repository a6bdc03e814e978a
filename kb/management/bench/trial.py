"""Asking a large index: by many clients at once, and against what an exact search of all readable chunks gives."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
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
    """Milliseconds of every search of a crowd of clients, and the seconds that all of it took."""

    ms: tuple[float, ...]
    seconds: float

    @property
    def rate(self) -> float:
        """Searches a second."""
        return len(self.ms) / self.seconds if self.seconds else 0.0


def by_clients(ask: Ask, questions: Sequence[str], clients: int) -> Times:
    """Every client asks every question, each in an order of its own."""
    begun = time.perf_counter()
    with ThreadPoolExecutor(clients) as crowd:
        parts = list(crowd.map(lambda client: _one_client(ask, _turned(questions, client, clients)), range(clients)))
    return Times(tuple(ms for part in parts for ms in part), time.perf_counter() - begun)


def _turned(questions: Sequence[str], client: int, clients: int) -> list[str]:
    first = client * len(questions) // clients
    return [*questions[first:], *questions[:first]]


def _one_client(ask: Ask, questions: Sequence[str]) -> list[float]:
    taken = []
    try:
        ask(questions[-1])  # opens the connection, and fills what a process remembers
        for question in questions:
            begun = time.perf_counter()
            ask(question)
            taken.append((time.perf_counter() - begun) * 1000)
    finally:
        connections.close_all()
    return taken


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
