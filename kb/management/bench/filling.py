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
from kb.management.bench.pool import Passage
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
class _Shelf:
    collection: Collection
    documents: Sequence[Document]
    revisions: Sequence[Revision]


def fill(grown: Grown) -> Filled:
    """Put the index in, as the owner. Chunks go to COLLECTIONS collections in turn, ten to a document."""
    version = ensure_index()
    collections = min(COLLECTIONS, max(1, len(grown.passages) // CHUNKS_A_DOCUMENT))
    departments = {share: _department(share) for share in SHARES}
    shelves = [
        _shelf(number, _readers(number, collections, departments), len(range(number, len(grown.passages), collections)))
        for number in range(collections)
    ]
    version.average_length = float(np.mean([passage.terms.total() for passage in grown.passages]))
    version.save(update_fields=["average_length"])
    with _indexes_after():
        _copy(_CHUNK, _chunks(grown, shelves))
        _copy(_ENTRY, _entries(grown, shelves, version))
    refresh_terms(version)
    with connection.cursor() as cursor:
        cursor.execute("analyze")
    places = np.arange(len(grown.passages)) % collections
    firsts = {share: _first(share, collections) for share in SHARES}
    return Filled(
        {share: _reader(share, department) for share, department in departments.items()},
        {share: np.flatnonzero(places < first) for share, first in firsts.items()},
        {share: [shelf.collection.pk for shelf in shelves[:first]] for share, first in firsts.items()},
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


def _shelf(number: int, audience: Audience, chunks: int) -> _Shelf:
    department = Department.objects.order_by("pk")[0]
    collection = Collection.objects.create(
        slug=f"c{number}", name=f"c{number}", department=department, audience=audience
    )
    documents = Document.objects.bulk_create(
        Document(collection=collection, external_id=f"{number}-{place}", title=f"{number}-{place}", audience=audience)
        for place in range(-(-chunks // CHUNKS_A_DOCUMENT))
    )
    revisions = Revision.objects.bulk_create(_revision(document) for document in documents)
    return _Shelf(collection, documents, revisions)


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


def _placed(grown: Grown, shelves: Sequence[_Shelf]) -> Iterator[tuple[int, Passage, _Shelf, int]]:
    """(row, passage, shelf, place on the shelf)."""
    for row, passage in enumerate(grown.passages):
        yield row, passage, shelves[row % len(shelves)], row // len(shelves)


def _chunks(grown: Grown, shelves: Sequence[_Shelf]) -> Iterator[tuple[Any, ...]]:
    for row, passage, shelf, place in _placed(grown, shelves):
        document, revision = shelf.documents[place // CHUNKS_A_DOCUMENT], shelf.revisions[place // CHUNKS_A_DOCUMENT]
        text = passage.text
        yield (
            *(row + 1, revision.pk, document.pk, document.audience_id, place % CHUNKS_A_DOCUMENT),
            *("", document.title, text, 0, len(text), 1, 1, 300),
        )


def _entries(grown: Grown, shelves: Sequence[_Shelf], version: IndexVersion) -> Iterator[tuple[Any, ...]]:
    for row, passage, shelf, place in _placed(grown, shelves):
        document = shelf.documents[place // CHUNKS_A_DOCUMENT]
        counted = passage.terms
        yield (
            *(row + 1, row + 1, version.number, document.pk, shelf.collection.pk, document.audience_id, "(,)"),
            "[" + ",".join(map("{:.5g}".format, grown.vectors[row].tolist())) + "]",
            lexical.sparse_literal(lexical.document_weights(counted, version.average_length)),
            " ".join(lexical.lexeme(term) for term in sorted(counted)),
            counted.total(),
            passage.language,
        )
