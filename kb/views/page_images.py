"""Pages of a PDF as pictures and the boxes over a quote: drawn once by a reader child, then kept beside the original."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

from kb import files
from kb.ingestion.load import limits
from kb.ingestion.readers.reasons import ReadFailure
from kb.ingestion.readers.render import find_quotes, page_image
from kb.models import Revision

WIDTHS = (900, 1600)


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle in points from the top left."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Overlay:
    """The page's size in points and the rectangles over the quoted words."""

    width: float
    height: float
    rects: tuple[Rect, ...]


def picture(revision: Revision, page: int, width: int) -> bytes:
    """The page as WebP. Raises ReadFailure when it cannot be drawn."""
    kept = _folder(revision) / f"{page}-{width}.webp"
    if kept.exists():
        return kept.read_bytes()
    drawn = page_image(files.path_of(revision.file), page, width=width, limits=limits())
    _keep(kept, drawn)
    return drawn


def overlay(revision: Revision, page: int, quotes: Sequence[str]) -> Overlay | None:
    """Where the quotes stand on a page; None when the page cannot be measured. The page's text is shown then."""
    name = hashlib.sha256("\0".join(quotes).encode()).hexdigest()[:20]
    kept = _folder(revision) / f"{page}-{name}.json"
    if kept.exists():
        row = json.loads(kept.read_text())
        return Overlay(row["width"], row["height"], tuple(Rect(*rect) for rect in row["rects"]))
    try:
        found = find_quotes(files.path_of(revision.file), page, quotes or [""], limits=limits())
    except ReadFailure:
        return None
    rects = tuple(Rect(x0, y0, x1 - x0, y1 - y0) for each in found for x0, y0, x1, y1 in each.rects)
    row = {"width": found[0].width, "height": found[0].height, "rects": [astuple(rect) for rect in rects]}
    _keep(kept, json.dumps(row).encode())
    return Overlay(found[0].width, found[0].height, rects)


def _keep(path: Path, content: bytes) -> None:
    """Spare the next reader the drawing; a full disk keeps nobody from reading."""
    with contextlib.suppress(files.DiskFull):
        files.write_atomically(path, content)


def _folder(revision: Revision) -> Path:
    return files.folder_of(revision.file) / "pages"
