"""What a part of the bench found, as tables and sentences, and how they are written in Markdown. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

Cell = str | float | int | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column's head, and the digits behind the point of its numbers."""

    head: str
    digits: int = 0

    def written(self, value: Cell) -> str:
        """A cell as it is printed; a dash for what was not measured."""
        if value is None:
            return "–"
        if isinstance(value, str):
            return value.replace("|", "\\|")
        return f"{value:,.{self.digits}f}"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of figures under a caption."""

    caption: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Cell]]

    def lines(self) -> Iterator[str]:
        """The table in Markdown."""
        if self.caption:
            yield f"**{self.caption}**"
            yield ""
        yield _row(column.head for column in self.columns)
        yield _row("---:" if place else "---" for place in range(len(self.columns)))
        for row in self.rows:
            yield _row(column.written(value) for column, value in zip(self.columns, row, strict=True))

    def as_json(self) -> dict[str, Any]:
        """The rows by their columns' heads, unrounded."""
        heads = [column.head for column in self.columns]
        return {"caption": self.caption, "rows": [dict(zip(heads, row, strict=True)) for row in self.rows]}


@dataclass(frozen=True, slots=True)
class Findings:
    """What one part found: how it was done, its tables, and what is below its goal."""

    method: str
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = field(default=())

    def lines(self) -> Iterator[str]:
        """The findings in Markdown."""
        yield self.method
        for table in self.tables:
            yield ""
            yield from table.lines()
        if self.notes:
            yield ""
            yield from (f"- {note}" for note in self.notes)

    def as_json(self) -> dict[str, Any]:
        """The findings for programs."""
        return {
            "method": self.method,
            "tables": [table.as_json() for table in self.tables],
            "notes": list(self.notes),
        }


def _row(cells: Iterator[str] | Any) -> str:
    return "| " + " | ".join(cells) + " |"
