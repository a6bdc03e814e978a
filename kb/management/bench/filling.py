"""A grown index in the present (scratch) database: collections with readers of their own, rows by COPY, indexes built after it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import Audience, AudienceDepartment, Department, Membership, User
from kb.management.bench.grown import Grown
from kb.models import Collection, Document, IndexVersion, Revision
from kb.models.documents import RevisionState
from kb.retrieval import lexical
from kb.retrieval.index import ensure_index, refresh_terms

CHUNKS_A_DOCUMENT = 10
COLLECTIONS = 100
SHARES = (1.0, 0.1, 0.01)
_CHUNK = """copy kb_chunk (id, revision_id, document_id, audience_id, position, path, context, text, start, "end",
    page_first, page_last, tokens) from stdin"""
_ENTRY = """copy kb_indexentry (id, chunk_id, version, document_id, collection_id, audience_id, valid, dense, sparse, terms,
    length, language) from stdin"""
_REBUILT = ("entry_by_terms", "entry_dense_v1")


@dataclass(frozen=True, slots=True)
class Filled:
    """Who reads which share of the chunks: by person, by rows of the grown index (chunk id = row + 1), by collections."""

    readers: dict[float, User]
    rows: dict[float, np.ndarray]
    collections: dict[float, list[int]]


@dataclass(frozen=True, slots=True)
class _Shelves:
    """Documents in the order of their chunks; `documents[n]` lies in a collection of its own turn."""

    collections: Sequence[Collection]
    documents: Sequence[Document]
    revisions: Sequence[Revision]


def fill(grown: Grown) -> Filled:
    """Put the index in, as the owner. Ten chunks are a document; documents go to COLLECTIONS collections in turn."""
    version = ensure_index()
    departments = {share: _department(share) for share in SHARES}
    shelves = _shelves(-(-len(grown.passages) // CHUNKS_A_DOCUMENT), departments)
    version.average_length = float(np.mean([passage.terms.total() for passage in grown.passages]))
    version.save(update_fields=["average_length"])
    with _indexes_after():
        _copy(_CHUNK, _chunks(grown, shelves))
        _copy(_ENTRY, _entries(grown, shelves, version))
    refresh_terms(version)
    with connection.cursor() as cursor:
        cursor.execute("analyze")
    return _filled(len(grown.passages), shelves, departments)


def _filled(chunks: int, shelves: _Shelves, departments: dict[float, Department]) -> Filled:
    collections = len(shelves.collections)
    firsts = {share: _first(share, collections) for share in departments}
    places = np.arange(chunks) // CHUNKS_A_DOCUMENT % collections
    return Filled(
        {share: _reader(share, department) for share, department in departments.items()},
        {share: np.flatnonzero(places < first) for share, first in firsts.items()},
        {share: [collection.pk for collection in shelves.collections[:first]] for share, first in firsts.items()},
    )


def _first(share: float, collections: int) -> int:
    """How many collections, from the first, make up a share."""
    return max(1, round(share * collections))


def _department(share: float) -> Department:
    name = f"reads {share:.0%}"
    return Department.objects.create(name=name, slug=f"reads-{share * 100:.0f}")


def _reader(share: float, department: Department) -> User:
    user = User.objects.create(username=f"reads-{share * 100:.0f}", name=department.name)
    Membership.objects.create(user=user, department=department, role="employee")
    return user


def _readers(number: int, collections: int, departments: dict[float, Department]) -> Audience:
    audience = Audience.objects.create(name=f"collection {number}", everyone=False)
    for share, department in departments.items():
        if number < _first(share, collections):
            AudienceDepartment.objects.create(audience=audience, department=department)
    return audience


def _shelves(documents: int, departments: dict[float, Department]) -> _Shelves:
    collections = min(COLLECTIONS, max(1, documents))
    made = [_collection(number, _readers(number, collections, departments)) for number in range(collections)]
    held = Document.objects.bulk_create(
        Document(collection=place, external_id=str(number), title=f"Document {number}", audience=place.audience)
        for number, place in ((number, made[number % collections]) for number in range(documents))
    )
    return _Shelves(made, held, Revision.objects.bulk_create(_revision(document) for document in held))


def _collection(number: int, audience: Audience) -> Collection:
    department = Department.objects.order_by("pk")[0]
    return Collection.objects.create(slug=f"c{number}", name=f"c{number}", department=department, audience=audience)


def _revision(document: Document) -> Revision:
    return Revision(
        document=document,
        audience_id=document.audience_id,
        number=1,
        file=uuid.uuid4(),
        filename=document.title,
        size=0,
        sha256="0" * 64,
        state=RevisionState.READY,
        valid=DateRange(None, None),
    )


@contextmanager
def _indexes_after() -> Iterator[None]:
    """Without the two large indexes inside the block; they are built anew after it, which is much faster."""
    with connection.cursor() as cursor:
        cursor.execute("select indexdef from pg_indexes where indexname = any(%s)", [list(_REBUILT)])
        definitions = [row[0] for row in cursor.fetchall()]
        cursor.execute(f"drop index {', '.join(_REBUILT)}")
    yield
    with connection.cursor() as cursor:
        for definition in definitions:
            cursor.execute(definition)


def _copy(statement: str, rows: Iterator[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _chunks(grown: Grown, shelves: _Shelves) -> Iterator[tuple[Any, ...]]:
    for row, passage in enumerate(grown.passages):
        number, position = divmod(row, CHUNKS_A_DOCUMENT)
        document, text = shelves.documents[number], passage.text
        yield (
            *(row + 1, shelves.revisions[number].pk, document.pk, document.audience_id, position),
            *("", document.title, text, 0, len(text), 1, 1, 300),
        )


def _entries(grown: Grown, shelves: _Shelves, version: IndexVersion) -> Iterator[tuple[Any, ...]]:
    for row, passage in enumerate(grown.passages):
        document = shelves.documents[row // CHUNKS_A_DOCUMENT]
        counted = passage.terms
        yield (
            *(row + 1, row + 1, version.number, document.pk, document.collection_id, document.audience_id, "(,)"),
            "[" + ",".join(map("{:.5g}".format, grown.vectors[row].tolist())) + "]",
            lexical.sparse_literal(lexical.document_weights(counted, version.average_length)),
            " ".join(lexical.lexeme(term) for term in sorted(counted)),
            counted.total(),
            passage.language,
        )
