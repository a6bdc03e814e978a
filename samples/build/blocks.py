"""What a sample document is made of, before it becomes HWPX, PDF or anything else."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Heading:
    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    text: str


@dataclass(frozen=True)
class Item:
    """A list item. The label is what a person typed ("-", "1.", "가."); depth counts from 0."""

    depth: int
    label: str
    text: str


@dataclass(frozen=True)
class Cell:
    text: str
    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1


@dataclass(frozen=True)
class Table:
    """Cells in reading order; a merged cell appears once, at its top left place."""

    rows: int
    columns: int
    header_rows: int
    cells: tuple[Cell, ...]

    def row(self, number: int) -> list[Cell]:
        return [cell for cell in self.cells if cell.row == number]


@dataclass(frozen=True)
class Box:
    """A paragraph set apart from the others: a notice, a warning."""

    text: str


@dataclass(frozen=True)
class Note:
    """The text of a footnote, at the place where formats without footnotes print it."""

    number: int
    text: str


@dataclass(frozen=True)
class SpeakerNote:
    text: str


@dataclass(frozen=True)
class PageBreak:
    pass


Block = Heading | Paragraph | Item | Table | Box | Note | SpeakerNote | PageBreak


@dataclass(frozen=True)
class Span:
    """A stretch of text with one look; `note` is a footnote's number and has no text of its own."""

    text: str
    bold: bool = False
    note: int | None = None
