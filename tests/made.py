"""Documents made for a test, straight into the rows that ingestion would make."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils import timezone

from accounts.models import Audience, User
from kb.documents.revisions import publish
from kb.models import Chunk, Collection, Document, IndexEntry, Page, Revision
from kb.retrieval.index import entries_for, live_index, refresh_terms
from tests.database import as_worker
from tests.doubles import WordEncoder


def add_document(
    collection: Collection,
    title: str,
    passages: Sequence[str],
    *,
    audience: Audience | None = None,
    begin: date | None = None,
    end: date | None = None,
    owner: User | None = None,
    encoder: Any = None,
) -> Document:
    """A ready document, each passage a chunk on a page of its own; its vectors are the double's where none is given."""
    with as_worker():
        document = Document.objects.create(
            collection=collection,
            external_id=f"{title}-{uuid.uuid4().hex[:6]}",
            title=title,
            own_audience=audience,
            audience=audience or collection.audience,
            owner=owner,
        )
        add_revision(document, passages, begin=begin, end=end, encoder=encoder)
    return document


def add_revision(
    document: Document,
    passages: Sequence[str],
    *,
    begin: date | None = None,
    end: date | None = None,
    encoder: Any = None,
) -> Revision:
    """A further ready revision of a document, in force from `begin`."""
    with as_worker():
        revision = Revision.objects.create(
            document=document,
            audience_id=document.audience_id,
            number=document.revisions.count() + 1,
            file=uuid.uuid4(),
            filename=f"{document.title}.md",
            size=1,
            sha256=uuid.uuid4().hex * 2,
            effective_from=begin,
            effective_to=end,
            pages=len(passages),
            chunk_count=len(passages),
        )
        chunks = _fill(document, revision, passages)
        version = live_index()
        encoder = encoder or WordEncoder()
        rows = entries_for(
            version,
            chunks,
            encoder.analyse([chunk.full_text for chunk in chunks]),
            encoder.embed_passages([chunk.full_text for chunk in chunks]),
        )
        IndexEntry.objects.bulk_create(rows)
        publish(revision)
        refresh_terms(version)
    return revision


def _fill(document: Document, revision: Revision, passages: Sequence[str]) -> list[Chunk]:
    place = 0
    chunks = []
    for number, text in enumerate(passages, 1):
        Page.objects.create(
            revision=revision,
            document=document,
            audience_id=document.audience_id,
            number=number,
            start=place,
            text=text,
        )
        chunks.append(
            Chunk(
                revision=revision,
                document=document,
                audience_id=document.audience_id,
                position=number - 1,
                context=document.title,
                text=text,
                start=place,
                end=place + len(text),
                page_first=number,
                page_last=number,
                tokens=10,
            )
        )
        place += len(text) + 1
    return Chunk.objects.bulk_create(chunks)


def today() -> date:
    """Today, where the company is."""
    return timezone.localdate()
