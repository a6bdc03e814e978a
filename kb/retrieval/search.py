"""search(user, question) -> hits: one SQL statement with access and dates inside, before any ranking.

Dense candidates (cosine over e5 vectors) and lexical candidates (BM25 through a sparse vector) are united, and every
candidate gets both scores: `score = 4.0 * centred cosine + BM25 / (2.2 * sum of idf)`. The form needs no list normalisation, so
that scores compare across questions, filters and pages (docs/decisions/retrieval.md).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.access import as_user
from accounts.models import User
from kb.models import IndexVersion
from kb.retrieval import lexical, population
from kb.retrieval.centring import question_vector
from kb.retrieval.encoder.client import EncoderClient
from kb.retrieval.encoder.connection import encoder as default_encoder
from kb.retrieval.hits import Found, Hit
from kb.retrieval.index import live_index
from kb.retrieval.profiles import Profile, profile_named
from kb.retrieval.question import SearchQuestion, prepare_question
from kb.retrieval.terms import QuestionTerms

CANDIDATES = 50
EXACT_BELOW = 20_000  # readable rows; above it the HNSW index answers
PHRASE_BONUS = 1.0

_STATEMENT = """
with near as materialized (
    select e.id from kb_indexentry e
    where {permitted} and %(dense)s
    order by {distance} limit %(candidates)s
), worded as materialized (
    select e.id from kb_indexentry e
    where e.terms @@ %(rare)s::tsquery and {permitted} and %(lexical)s
    order by e.sparse <#> %(weights)s::sparsevec limit %(candidates)s
), quoted as materialized (
    select e.id from kb_indexentry e join kb_chunk c on c.id = e.chunk_id
    where %(has_phrases)s and e.terms @@ %(phrase_terms)s::tsquery and {permitted}
      and lower(c.context || ' ' || c.text) like all (%(phrases)s::text[])
    order by e.sparse <#> %(weights)s::sparsevec limit %(candidates)s
), candidate as (
    select id from near union select id from worded union select id from quoted
)
select c.id, e.document_id, c.revision_id, e.collection_id, e.audience_id, k.slug, d.title, r.number, c.position, c.path,
       c.page_first, c.start, c.end, c.context, c.text, e.language, s.dense, s.lexical, s.elsewhere, q.id is not null
from candidate
join kb_indexentry e on e.id = candidate.id
join kb_chunk c on c.id = e.chunk_id
join kb_revision r on r.id = c.revision_id
join kb_document d on d.id = e.document_id
join kb_collection k on k.id = e.collection_id
left join quoted q on q.id = e.id
cross join lateral (
    select -(e.dense::halfvec({dimensions}) <#> %(vector)s::halfvec({dimensions})) as dense,
           -(e.sparse <#> %(weights)s::sparsevec) / %(most)s as lexical,
           (e.language <> %(language)s)::int * %(foreign)s::float8 as elsewhere
) s
order by (q.id is not null)::int * %(bonus)s + %(dense_weight)s * s.dense + s.lexical + s.elsewhere desc, c.id
"""
_PERMITTED = "e.version = %(version)s and e.audience_id = any(%(audiences)s) and e.valid @> %(day)s::date"
_IN_COLLECTIONS = " and e.collection_id = any(%(collections)s)"


@dataclass(frozen=True, slots=True)
class Ranking:
    """Which rankers count; `evaluate_retrieval` looks at each alone. The product uses both."""

    dense: bool = True
    lexical: bool = True


HYBRID = Ranking()


def search(
    user: User,
    question: str | SearchQuestion,
    *,
    collections: Sequence[int] | None = None,
    day: date | None = None,
    limit: int = 10,
    ranking: Ranking = HYBRID,
    encoder: EncoderClient | None = None,
) -> Found:
    """The passages that `user` may read, in force on `day` (today), best first.

    `collections` narrows by id. Raises EmptyQuestion, QuestionTooLong, and the encoder client's errors.
    """
    begun = time.perf_counter()
    asked = prepare_question(question) if isinstance(question, str) else question
    encoder = encoder or default_encoder()
    version = live_index()
    profile = profile_named(version.profile)
    vector = question_vector(asked.text, asked.language, encoder, profile)
    terms = QuestionTerms.of(encoder.analyse([asked.text])[0], encoder)
    phrase_terms = (
        [lexical.terms(analysis) for analysis in encoder.analyse(list(asked.phrases))] if asked.phrases else []
    )
    with as_user(user) as access:
        lookup = _Lookup(version, profile, asked, list(access.audiences), collections, day or timezone.localdate())
        rows = lookup.run([float(x) for x in vector], terms, phrase_terms, ranking)
    hits = [_hit(row, profile, ranking) for row in rows]
    if ranking != HYBRID:
        hits.sort(key=lambda hit: -hit.score)
    return _found(asked, hits, limit, version, profile, int((time.perf_counter() - begun) * 1000), terms.own)


@dataclass(frozen=True)
class _Lookup:
    version: IndexVersion
    profile: Profile
    asked: SearchQuestion
    audiences: list[int]
    collections: Sequence[int] | None
    day: date

    def run(
        self, vector: list[float], terms: QuestionTerms, phrase_terms: Sequence[Any], ranking: Ranking
    ) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            readable = population.readable_rows(cursor, self.version.number, self.audiences, self.collections)
            weighed = terms.weigh(cursor, self.version)
            exact = readable < EXACT_BELOW
            with nullcontext() if exact else _by_hnsw(cursor):
                cursor.execute(
                    self._statement(exact),
                    {
                        "version": self.version.number,
                        "audiences": self.audiences,
                        "collections": list(self.collections or []),
                        "day": self.day,
                        "candidates": CANDIDATES,
                        "vector": lexical.dense_literal(vector),
                        "weights": lexical.query_literal(weighed.weights),
                        "rare": lexical.any_of(weighed.rare),
                        "most": weighed.most,
                        "has_phrases": bool(self.asked.phrases),
                        "phrase_terms": lexical.all_of({term for terms in phrase_terms for term in terms}),
                        "phrases": [f"%{_like(phrase.lower())}%" for phrase in self.asked.phrases],
                        "bonus": PHRASE_BONUS,
                        "language": self.asked.language,
                        "foreign": self.profile.foreign_bonus,
                        "dense": ranking.dense,
                        "lexical": ranking.lexical,
                        "dense_weight": self.profile.dense_weight,
                    },
                )
                return cursor.fetchall()

    def _statement(self, exact: bool) -> str:
        dimensions = self.version.dimensions
        distance = f"e.dense::halfvec({dimensions}) <#> %(vector)s::halfvec({dimensions})"
        return _STATEMENT.format(
            permitted=_PERMITTED + (_IN_COLLECTIONS if self.collections is not None else ""),
            # Adding nothing keeps the planner off the HNSW index, which is slower and less exact on few rows.
            distance=f"({distance}) + 0" if exact else distance,
            dimensions=dimensions,
        )


@contextmanager
def _by_hnsw(cursor: Any) -> Iterator[None]:
    """Inside, the planner takes the HNSW index, and the index goes on until enough of what it finds may be read.

    Left to itself the planner takes the exact form: it multiplies our filter with that of row-level security, and
    believes that of 100,000 readable rows 50 are left. Without sorting, only the index gives rows in order.
    """
    cursor.execute(
        "set local hnsw.iterative_scan = relaxed_order; set local hnsw.ef_search = 200;"
        " set local hnsw.max_scan_tuples = 20000; set local enable_sort = off"
    )
    yield
    cursor.execute("set local enable_sort to default")


def _like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _hit(row: tuple[Any, ...], profile: Profile, ranking: Ranking) -> Hit:
    *fields, dense, words, elsewhere, quoted = row
    score = (
        elsewhere
        + (PHRASE_BONUS if quoted else 0.0)
        + (profile.dense_weight * dense if ranking.dense else 0.0)
        + (words if ranking.lexical else 0.0)
    )
    parts: tuple[Any, ...] = (*fields, score, dense, words, quoted)
    return Hit(*parts)


def _found(
    asked: SearchQuestion,
    hits: list[Hit],
    limit: int,
    version: IndexVersion,
    profile: Profile,
    ms: int,
    terms: tuple[str, ...],
) -> Found:
    best_dense = max((hit.dense for hit in hits), default=0.0)
    best_lexical = max((hit.lexical for hit in hits), default=0.0)
    confidence = profile.confidence(best_dense, best_lexical, version.calibration)
    threshold = profile.threshold(asked.language, version.calibration)
    relevant = bool(hits) and confidence >= threshold
    return Found(
        asked.text,
        asked.language,
        tuple(hits[:limit]),
        best_dense,
        best_lexical,
        confidence,
        relevant,
        version.number,
        ms,
        terms,
    )
