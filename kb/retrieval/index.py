"""Which index version answers, and the rows that a chunk puts into it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from django.contrib.postgres.search import SearchVectorField
from django.db import connection
from django.db.models import Func, Value
from django.utils import timezone
from django.utils.translation import gettext as _
from pgvector import HalfVector, SparseVector

from accounts.errors import Unavailable
from kb.models import Chunk, IndexEntry, IndexVersion
from kb.models.index import IndexState
from kb.retrieval import lexical
from kb.retrieval.analysis import Analysis
from kb.retrieval.question import language_of


class NoIndex(Unavailable):
    """The database has no live index version yet."""

    code = "no_index"


def live_index() -> IndexVersion:
    """The index version that answers."""
    version = IndexVersion.objects.filter(state=IndexState.LIVE).first()
    if version is None:
        raise NoIndex(_("There is no index yet. Start Maru once with `manage.py up`, which makes it."))
    return version


def ensure_index() -> IndexVersion:
    """Make the first index version, for the embedder of the settings, where there is none."""
    from django.conf import settings

    from kb.retrieval.profiles import profile_for

    profile = profile_for(settings.MARU_EMBEDDER)
    version, _made = IndexVersion.objects.get_or_create(
        state=IndexState.LIVE,
        defaults={
            "number": 1,
            "embedder": profile.model,
            "dimensions": profile.dimensions,
            "profile": profile.name,
        },
    )
    return version


def versions_to_fill() -> list[IndexVersion]:
    """The live version, and one that is being built beside it."""
    return list(IndexVersion.objects.exclude(state=IndexState.RETIRED).order_by("number"))


def entries_for(
    version: IndexVersion, chunks: Sequence[Chunk], analyses: Sequence[Analysis], vectors: np.ndarray
) -> list[IndexEntry]:
    """Index rows, not yet valid on any day, for chunks (n), their analyses (n) and vectors (n, dimensions)."""
    entries = []
    for chunk, analysis, vector in zip(chunks, analyses, vectors, strict=True):
        counted = lexical.terms(analysis)
        weights = lexical.document_weights(counted, version.average_length)
        entries.append(
            IndexEntry(
                chunk=chunk,
                version=version.number,
                document_id=chunk.document_id,
                collection_id=chunk.document.collection_id,
                audience_id=chunk.audience_id,
                valid="empty",
                dense=HalfVector(vector.astype(np.float16)),
                sparse=SparseVector({place - 1: weight for place, weight in weights.items()}, lexical.DIMENSIONS),
                terms=terms_vector(counted),
                length=sum(counted.values()),
                language=language_of(chunk.text),
            )
        )
    return entries


def terms_vector(counted: Iterable[str]) -> Func:
    """A tsvector of the terms as they are, without positions and without PostgreSQL's own stemming."""
    return Func(
        Value(sorted(set(counted))),
        function="array_to_tsvector",
        template="%(function)s(%(expressions)s::text[])",
        output_field=SearchVectorField(),
    )


def refresh_terms(version: IndexVersion) -> int:
    """Count again in how many chunks each term stands; returns the number of terms. A job calls it, never a write."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*), coalesce(avg(length), 100) from kb_indexentry where version = %s and not isempty(valid)",
            [version.number],
        )
        chunks, average = cursor.fetchone()
        cursor.execute("delete from kb_term where version = %s", [version.number])
        cursor.execute(
            "insert into kb_term (version, term, df) select %s, word, ndoc from ts_stat("
            "format('select terms from kb_indexentry where version = %%s and not isempty(valid)', %s::int))"
            " where length(word) <= 100",
            [version.number, version.number],
        )
        terms = cursor.rowcount
    IndexVersion.objects.filter(pk=version.pk).update(chunk_count=chunks, refreshed_at=timezone.now())
    version.chunk_count = chunks
    drifted = not (version.average_length / 1.5 <= float(average) <= version.average_length * 1.5)
    if drifted and chunks:
        reweigh(version, float(average))
    return terms


def reweigh(version: IndexVersion, average: float, batch: int = 500) -> None:
    """Write the sparse vectors anew for another mean length; needed only when it drifted by more than half."""
    rows = IndexEntry.objects.filter(version=version.number).only("id", "sparse", "length").order_by("id")
    last = 0
    while found := list(rows.filter(id__gt=last)[:batch]):
        for entry in found:
            old = dict(zip(entry.sparse.indices(), entry.sparse.values(), strict=True))
            weights = lexical.reweighted(old, entry.length, version.average_length, average)
            entry.sparse = SparseVector(weights, lexical.DIMENSIONS)
        IndexEntry.objects.bulk_update(found, ["sparse"])
        last = found[-1].pk
    IndexVersion.objects.filter(pk=version.pk).update(average_length=average)
    version.average_length = average
