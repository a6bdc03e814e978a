"""The stage STORE: pages, chunks and index rows in one transaction, and the revision comes into force with them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import transaction

from kb.documents.revisions import locked, publish
from kb.ingestion import artifacts
from kb.ingestion.layout import Layout, block_rows, lay_out
from kb.ingestion.outcome import tell_ready
from kb.ingestion.splitter import ChunkDraft
from kb.jobs.claim import Cancelled
from kb.models import Chunk, Document, IndexEntry, Page, Revision
from kb.models.documents import Format
from kb.retrieval.encoder.connection import encoder
from kb.retrieval.index import entries_for, versions_to_fill
from kb.retrieval.question import language_of

if TYPE_CHECKING:
    from kb.ingestion.pipeline import Task


def store(task: Task) -> None:
    """Write everything or nothing. Doing it again replaces it with the same."""
    task.held.show("store", 0)
    revision = task.revision
    result = artifacts.read(revision.file)
    layout = lay_out(result)
    drafts = artifacts.chunks(revision.file)
    analyses = encoder().analyse([f"{draft.context}\n{draft.text}" for draft in drafts])
    versions = versions_to_fill()
    vectors = {
        version.number: artifacts.vectors(revision.file, version.number, version.dimensions) for version in versions
    }
    with _kept(revision.document_id) as document, task.held.step("store"):
        revision.audience_id = document.audience_id
        _clear(revision)
        Page.objects.bulk_create(_pages(revision, layout), batch_size=200)
        chunks = Chunk.objects.bulk_create([_chunk(revision, draft) for draft in drafts], batch_size=500)
        for version in versions:
            rows = entries_for(version, chunks, analyses, vectors[version.number])
            IndexEntry.objects.bulk_create(rows, batch_size=200)
        Revision.objects.filter(pk=revision.pk).update(
            format=result.format if result.format in Format.values else Format.UNKNOWN,
            reader=result.reader[:60],
            pages=max((page.number for page in result.pages), default=len(layout.pages)),
            characters=len(layout.text),
            chunk_count=len(chunks),
            language=language_of(layout.text[:4000]),
            warnings=[{"code": warning.code, "params": warning.params} for warning in result.warnings],
            reason="",
            reason_params={},
        )
        publish(revision)
        tell_ready(task)
        task.held.finish()


@contextmanager
def _kept(document_id: int) -> Iterator[Document]:
    """The document, locked in a transaction. Raises Cancelled when it went to the trash meanwhile.

    It is locked before the job's row, in the order in which deleting takes them: else the two could wait for each other.
    """
    with transaction.atomic():
        document = locked(document_id)
        if document.deleted_at is not None:
            raise Cancelled
        yield document


def _clear(revision: Revision) -> None:
    IndexEntry.objects.filter(chunk__revision=revision).delete()
    Chunk.objects.filter(revision=revision).delete()
    Page.objects.filter(revision=revision).delete()


def _pages(revision: Revision, layout: Layout) -> list[Page]:
    return [
        Page(
            revision=revision,
            document_id=revision.document_id,
            audience_id=revision.audience_id,
            number=page.number,
            label=page.label[:120],
            start=page.start,
            text=page.text,
            blocks=block_rows(layout, page.number),
        )
        for page in layout.pages
    ]


def _chunk(revision: Revision, draft: ChunkDraft) -> Chunk:
    return Chunk(
        revision=revision,
        document=revision.document,
        audience_id=revision.audience_id,
        position=draft.position,
        path=draft.path,
        context=draft.context,
        text=draft.text,
        start=draft.start,
        end=draft.end,
        page_first=draft.page_first,
        page_last=draft.page_last,
        tokens=draft.tokens,
    )
