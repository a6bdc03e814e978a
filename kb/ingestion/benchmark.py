"""Filling a scratch database from a benchmark's corpus, through the same split, embed and store that documents take."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from accounts.errors import BadRequest
from accounts.models import Audience, Department, User
from kb.ingestion.layout import Layout, lay_out
from kb.ingestion.readers.blocks import Block, Kind, ReadResult, Status
from kb.ingestion.splitter import ChunkDraft, SplitSettings, split
from kb.models import Chunk, Collection, Document, IndexEntry, IndexVersion, Revision
from kb.models.documents import RevisionState
from kb.normalise import normalise
from kb.retrieval.encoder.client import EncoderClient
from kb.retrieval.index import ensure_index, entries_for, refresh_terms, reweigh
from kb.retrieval.profiles import profile_named

GROUP = 200


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A folder in BEIR's form: corpus.jsonl, queries.jsonl, qrels.tsv."""

    corpus: Mapping[str, tuple[str, str]]
    queries: Mapping[str, str]
    judgements: Mapping[str, Set[str]]


def read_benchmark(folder: Path, limit: int | None) -> Benchmark:
    """Read a folder; of the queries the first `limit` in the order of their ids' hashes. Raises BadRequest."""
    try:
        corpus = {row["id"]: (row.get("title", ""), row["text"]) for row in _rows(folder / "corpus.jsonl")}
        queries = {row["id"]: row["text"] for row in _rows(folder / "queries.jsonl")}
        judgements: dict[str, set[str]] = {}
        for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines():
            query, passage = line.split("\t")[:2]
            judgements.setdefault(query, set()).add(passage)
    except (OSError, ValueError, KeyError) as error:
        raise BadRequest(_("%(folder)s is no benchmark folder: %(why)s.") % {"folder": folder, "why": error}) from error
    chosen = sorted((query for query in queries if query in judgements), key=_shuffled)[:limit]
    return Benchmark(corpus, {query: queries[query] for query in chosen}, judgements)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def _shuffled(key: str) -> str:
    """An order that is the same everywhere and has nothing to do with the corpus's."""
    return uuid.uuid5(uuid.NAMESPACE_OID, key).hex


def fill(benchmark: Benchmark, encoder: EncoderClient, tell: Callable[[int, int], None]) -> User:
    """Put the corpus into the index of the present database; returns a person who may read it all."""
    version = ensure_index()
    collection, reader = _house()
    corpus = list(benchmark.corpus.items())
    for first in range(0, len(corpus), GROUP):
        _store(corpus[first : first + GROUP], collection, version, encoder)
        tell(min(first + GROUP, len(corpus)), len(corpus))
    refresh_terms(version)
    with connection.cursor() as cursor:
        cursor.execute("select avg(length) from kb_indexentry where version = %s", [version.number])
        reweigh(version, float(cursor.fetchone()[0]))
        cursor.execute("analyze kb_indexentry")
    return reader


def _house() -> tuple[Collection, User]:
    department = Department.objects.create(name="bench", slug="bench")
    audience = Audience.objects.create(name="bench", everyone=True)
    reader = User.objects.create(username="bench", name="bench")
    collection = Collection.objects.create(slug="bench", name="bench", department=department, audience=audience)
    return collection, reader


def _store(
    rows: Sequence[tuple[str, tuple[str, str]]], collection: Collection, version: IndexVersion, encoder: EncoderClient
) -> None:
    profile = profile_named(version.profile)
    limits = SplitSettings(most=profile.chunk_tokens, overlap=profile.overlap_tokens)
    chunks: list[Chunk] = []
    for key, (title, text) in rows:
        drafts = split(_layout(text), normalise(title), encoder.count, encoder.analyse, limits)
        revision = _revision(collection, key, title)
        chunks += [_chunk(revision, draft) for draft in drafts]
    chunks = Chunk.objects.bulk_create(chunks)
    texts = [chunk.full_text for chunk in chunks]
    entries = entries_for(version, chunks, encoder.analyse(texts), encoder.embed_passages(texts))
    for entry in entries:
        entry.valid = DateRange(None, None)
    IndexEntry.objects.bulk_create(entries, batch_size=500)


def _layout(text: str) -> Layout:
    lines = [line for line in normalise(text).split("\n") if line.strip()]
    blocks = tuple(Block(Kind.PARAGRAPH, line, id=place, page=1) for place, line in enumerate(lines))
    return lay_out(ReadResult(Status.OK, blocks=blocks))


def _revision(collection: Collection, key: str, title: str) -> Revision:
    document = Document.objects.create(
        collection=collection, external_id=key, title=(title or key)[:300], audience_id=collection.audience_id
    )
    return Revision.objects.create(
        document=document,
        audience_id=collection.audience_id,
        number=1,
        file=uuid.uuid4(),
        filename=key[:300],
        size=0,
        sha256="0" * 64,
        state=RevisionState.READY,
        valid=DateRange(None, None),
    )


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
        page_first=1,
        page_last=1,
        tokens=draft.tokens,
    )
