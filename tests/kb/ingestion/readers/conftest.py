"""What the readers' tests share: reading bytes here and now, or a file through a child."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

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
