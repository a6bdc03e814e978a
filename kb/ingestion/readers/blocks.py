"""The one block model behind which every reader hides: what a file says, in order, with page and place."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 in points (1/72 inch) from the top left corner of the page as it is shown, rotation included."""

Param = str | int | float


class Status(StrEnum):
    """How reading a file ended. Everything but OK has a reason code."""

    OK = "ok"
    EMPTY = "empty"
    ENCRYPTED = "encrypted"
    NOTICE_ONLY = "notice_only"
    UNSUPPORTED = "unsupported"
    BROKEN = "broken"
    LIMIT = "limit"
    TIMEOUT = "timeout"
    CRASH = "crash"
    NEEDS_OCR = "needs_ocr"


class Kind(StrEnum):
    """What a block is. HEADER, FOOTER are repeated on every page and are not body text; ATTACHMENT heads a file in the file."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE = "table"
    IMAGE = "image"
    FOOTNOTE = "footnote"
    HEADER = "header"
    FOOTER = "footer"
    COMMENT = "comment"
    FORMULA = "formula"
    CODE = "code"
    ATTACHMENT = "attachment"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table. A cell that another one covers by its span is not listed."""

    text: str
    rowspan: int = 1
    colspan: int = 1
    bbox: Box | None = None


Rows = tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class ListMark:
    """Place in a list: depth from 0, and the label as printed ("가.", "1)"), empty for a bullet."""

    depth: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """A warning or the reason of a failure: a stable code and what fills its sentence (see reasons.py)."""

    code: str
    params: dict[str, Param] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a document in reading order.

    `level` is 1-6 for headings, else 0. `parent` is the id of the heading (or attachment) that the block stands under.
    `page` counts from 1 (page, slide or sheet), `page_label` is what people call it. A table has `rows` and no `text`; its
    first `header_rows` rows are column heads. `src` names the part that read it.
    """

    kind: Kind
    text: str = ""
    id: int = 0
    level: int = 0
    parent: int | None = None
    page: int | None = None
    page_label: str | None = None
    bbox: Box | None = None
    rows: Rows = ()
    header_rows: int = 0
    mark: ListMark | None = None
    src: str = ""

    @property
    def plain(self) -> str:
        """The text; of a table its rows, one a line, cells joined by ` | `."""
        if not self.rows:
            return self.text
        return "\n".join(" | ".join(cell.text.replace("\n", " ") for cell in row) for row in self.rows)

    @property
    def is_body(self) -> bool:
        """Whether the block is to be searched and cited: neither a running head or foot nor a bare picture."""
        return self.kind not in (Kind.HEADER, Kind.FOOTER) and bool(self.text or self.rows)


@dataclass(frozen=True, slots=True)
class Page:
    """A page, slide or sheet: its size in points where it has one, and how many letters and digits were read from it."""

    number: int
    label: str | None = None
    width: float | None = None
    height: float | None = None
    letters: int = 0
    scan: bool = False


@dataclass(frozen=True, slots=True)
class ReadResult:
    """All that reading a file gave.

    `pending_ocr` are the pages that are pictures and were not recognised yet (`run.ocr_pages` reads them). `network` says
    whether the child had been cut off from the network. `reason` is None only when the status is OK.
    """

    status: Status
    format: str = "unknown"
    reader: str = ""
    title: str = ""
    pages: tuple[Page, ...] = ()
    blocks: tuple[Block, ...] = ()
    warnings: tuple[Reason, ...] = ()
    reason: Reason | None = None
    pending_ocr: tuple[int, ...] = ()
    network: str = "unknown"
    seconds: float = 0.0

    @property
    def letters(self) -> int:
        """Letters and digits in the body."""
        return sum(count_letters(block.plain) for block in self.blocks if block.is_body)


def count_letters(text: str) -> int:
    """How many letters and digits of any script the text has."""
    return sum(map(str.isalnum, text))


def grid(rows: Rows) -> list[list[str]]:
    """The table as equally long rows of strings, a spanning cell's text repeated in every place that it covers."""
    cells: dict[tuple[int, int], str] = {}
    for y, row in enumerate(rows):
        x = 0
        for cell in row:
            while (y, x) in cells:
                x += 1
            spread = ((y + dy, x + dx) for dy in range(cell.rowspan) for dx in range(cell.colspan))
            cells.update((place, cell.text) for place in spread if place[0] < len(rows))
            x += cell.colspan
    width = max((x for _, x in cells), default=-1) + 1
    return [[cells.get((y, x), "") for x in range(width)] for y in range(len(rows))]


def heading_path(blocks: tuple[Block, ...], block: Block) -> tuple[str, ...]:
    """The headings above a block, outermost first (제1장 총칙, 제2조(목적)). `blocks` are those of one result, by id."""
    path: list[str] = []
    parent = block.parent
    while parent is not None:
        head = blocks[parent]
        path.append(head.text)
        parent = head.parent
    return tuple(reversed(path))
