"""What a stage leaves for the next one: files in the revision's work folder, replaced as a whole."""

from __future__ import annotations

import io
import json
import shutil
import uuid
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from kb import files
from kb.ingestion.readers.blocks import ReadResult
from kb.ingestion.readers.wire import decode, encode
from kb.ingestion.splitter import ChunkDraft


def folder(file: uuid.UUID) -> Path:
    """The work folder of a stored file."""
    return files.folder_of(file) / "work"


def keep_read(file: uuid.UUID, result: ReadResult) -> None:
    """Keep what was read."""
    files.write_atomically(folder(file) / "read.jsonl", encode(result).encode())


def read(file: uuid.UUID) -> ReadResult:
    """What was read."""
    return decode((folder(file) / "read.jsonl").read_text())


def keep_chunks(file: uuid.UUID, chunks: list[ChunkDraft]) -> None:
    """Keep how the text was split."""
    _keep_json(file, "chunks.json", [asdict(chunk) for chunk in chunks])


def chunks(file: uuid.UUID) -> list[ChunkDraft]:
    """How the text was split."""
    return [ChunkDraft(**row) for row in json.loads((folder(file) / "chunks.json").read_text())]


def keep_vectors(file: uuid.UUID, version: int, first: int, vectors: np.ndarray) -> None:
    """Keep the vectors of the chunks from `first` on, for an index version."""
    buffer = io.BytesIO()
    np.save(buffer, vectors.astype(np.float32), allow_pickle=False)
    files.write_atomically(folder(file) / f"vectors-{version}-{first:06d}.npy", buffer.getvalue())


def has_vectors(file: uuid.UUID, version: int, first: int) -> bool:
    """Whether the vectors from `first` on are there."""
    return (folder(file) / f"vectors-{version}-{first:06d}.npy").exists()


def vectors(file: uuid.UUID, version: int, dimensions: int) -> np.ndarray:
    """All vectors of an index version, in order: float32 (chunks, dimensions)."""
    parts = sorted(folder(file).glob(f"vectors-{version}-*.npy"))
    loaded = [np.load(part, allow_pickle=False) for part in parts]
    return np.concatenate(loaded) if loaded else np.zeros((0, dimensions), np.float32)


def clear(file: uuid.UUID) -> None:
    """Remove the work folder."""
    shutil.rmtree(folder(file), ignore_errors=True)


def _keep_json(file: uuid.UUID, name: str, value: Any) -> None:
    files.write_atomically(folder(file) / name, json.dumps(value, ensure_ascii=False).encode())
