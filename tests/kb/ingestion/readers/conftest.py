"""What the readers' tests share: reading bytes here and now, or a file through a child."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kb.ingestion.readers import process
from kb.ingestion.readers.blocks import ReadResult
from kb.ingestion.readers.limits import Limits
from kb.ingestion.readers.reading import read_bytes
from kb.ingestion.readers.run import read_file


@pytest.fixture
def read() -> Callable[..., ReadResult]:
    """Read bytes in this process: for files that do no harm."""

    def read_here(data: bytes, name: str = "file", **limits: int) -> ReadResult:
        return read_bytes(data, name, Limits(**limits))

    return read_here


@pytest.fixture
def read_apart(tmp_path: Path) -> Callable[..., ReadResult]:
    """Read bytes as the product does: from a file, by a child."""

    def read_in_child(
        data: bytes, name: str = "file", *, ocr_blocks: int = 0, progress=None, **limits: float
    ) -> ReadResult:
        path = tmp_path / "stored"
        path.write_bytes(data)
        return read_file(path, filename=name, limits=Limits(**limits), progress=progress, ocr_blocks=ocr_blocks)

    return read_in_child


@pytest.fixture(autouse=True)
def _children_are_measured_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child starts with an empty environment; while coverage is measured, its settings go along."""
    for name, value in os.environ.items():
        if name.startswith("COVERAGE_"):
            monkeypatch.setitem(process._ENVIRONMENT, name, value)
