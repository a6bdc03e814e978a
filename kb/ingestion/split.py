"""The stage SPLIT: the layout of what was read becomes chunks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.ingestion import artifacts
from kb.ingestion.layout import lay_out
from kb.ingestion.outcome import Unreadable
from kb.ingestion.splitter import SplitSettings
from kb.ingestion.splitter import split as split_layout
from kb.retrieval.encoder.connection import encoder
from kb.retrieval.index import live_index
from kb.retrieval.profiles import profile_named

if TYPE_CHECKING:
    from kb.ingestion.pipeline import Task


def split(task: Task) -> None:
    """Split the text by structure, lines and sentences, and keep the chunks."""
    task.held.show("split", 0)
    revision = task.revision
    layout = lay_out(artifacts.read(revision.file))
    profile = profile_named(live_index().profile)
    limits = SplitSettings(most=profile.chunk_tokens, overlap=profile.overlap_tokens)
    client = encoder()
    chunks = split_layout(layout, revision.document.title, client.count, client.analyse, limits)
    if not chunks:
        raise Unreadable("no_text", {})
    task.held.beat()
    artifacts.keep_chunks(revision.file, chunks)
    with task.held.step("split"):
        task.held.show("split", 100, chunks=len(chunks), characters=len(layout.text))
