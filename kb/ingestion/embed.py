"""The stage EMBED: every chunk becomes a vector, in batches that survive the worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.ingestion import artifacts
from kb.ingestion.outcome import Rest
from kb.retrieval.encoder.connection import encoder
from kb.retrieval.index import versions_to_fill

if TYPE_CHECKING:
    from kb.ingestion.pipeline import Task

BATCH = 64


def embed(task: Task) -> None:
    """Embed the chunks for each index version that is live or being built."""
    file = task.revision.file
    texts = [f"{chunk.context}\n{chunk.text}" if chunk.context else chunk.text for chunk in artifacts.chunks(file)]
    versions = versions_to_fill()
    client = encoder()
    whole, done, fresh = len(texts) * len(versions), 0, 0
    for version in versions:
        for first in range(0, len(texts), BATCH):
            batch = texts[first : first + BATCH]
            if not artifacts.has_vectors(file, version.number, first):
                if task.over and fresh:  # every task brings the job on, however short its time is
                    raise Rest
                vectors = client.embed_passages(batch)
                task.held.beat()  # whoever slept past the lease leaves no file either
                artifacts.keep_vectors(file, version.number, first, vectors)
                fresh += 1
            done += len(batch)
            task.held.show("embed", 100 * done / whole, chunks=len(texts), embedded=done)
    with task.held.step("embed"):
        task.held.show("embed", 100, chunks=len(texts), embedded=done)
