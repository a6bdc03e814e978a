"""How much a file may cost. The first set is from practice with hostile files; an installation may raise it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds for one child. Sizes in bytes, times in seconds."""

    file_bytes: int = 100 * MIB
    inflated_bytes: int = 200 * MIB
    zip_entries: int = 2_000
    zip_ratio: int = 200
    pages: int = 20_000
    rows: int = 20_000
    cells: int = 1_000_000
    pixels: int = 100_000_000
    attachments: int = 50
    attachment_bytes: int = 20 * MIB
    depth: int = 2
    memory_bytes: int = 1536 * MIB
    cpu_s: int = 30
    wall_s: float = 60.0
    output_bytes: int = 64 * MIB
    written_bytes: int = 64 * MIB
    open_files: int = 128

    def for_ocr(self) -> Limits:
        """The same for a block of pages to recognise: some five seconds a page in processes of Tesseract."""
        return replace(self, cpu_s=max(self.cpu_s, 240), wall_s=max(self.wall_s, 300.0))

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for the child's command line."""
        return asdict(self)


OCR_BLOCK = 20
"""Pages that one call recognises, so that a step of a queue stays below its time-out."""
