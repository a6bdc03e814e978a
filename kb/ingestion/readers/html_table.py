"""One HTML table while it is read. A table that holds another, or has one column, only lays out a page: its cells become paragraphs."""

from __future__ import annotations

from kb.ingestion.readers.blocks import Block, Cell, Kind

_MAX_SPAN = 1000


class HtmlTable:
    """Collects cells; knows whether it is a table of data or a layout."""

    def __init__(self) -> None:
        self._rows: list[list[Cell]] = []
        self._heads: list[bool] = []
        self._cell: list[str] | None = None
        self._spans = (1, 1)
        self._is_layout = False

    def open(self, tag: str, attrs: dict[str, str | None]) -> None:
        """<tr>, <td> or <th>; an end tag that was left out is made up for."""
        self.close(tag)
        if tag == "tr":
            self._rows.append([])
            self._heads.append(True)
        else:
            if not self._rows:
                self.open("tr", {})
            self._cell = []
            self._spans = _span(attrs.get("rowspan")), _span(attrs.get("colspan"))
            self._heads[-1] = self._heads[-1] and tag == "th"

    def close(self, tag: str) -> None:
        """The end of a cell, or of a row with its last cell."""
        if self._cell is not None and not self._is_layout:
            self._rows[-1].append(Cell("\n".join(self._cell), *self._spans))
        self._cell = None

    def add_text(self, text: str) -> bool:
        """Take text that stands in a cell; False when it belongs to the page."""
        if self._cell is None or self._is_layout:
            return False
        self._cell.append(text)
        return True

    def dissolve(self, src: str) -> list[Block]:
        """Another table opens inside: what was collected becomes paragraphs, and so will all that comes."""
        texts = [cell.text for row in self._rows for cell in row] + ["\n".join(self._cell or [])]
        self._rows, self._heads, self._is_layout = [], [], True
        return [Block(Kind.PARAGRAPH, text, src=src) for text in texts if text]

    def blocks(self, src: str) -> list[Block]:
        """The finished table."""
        self.close("tr")
        rows = [(row, head) for row, head in zip(self._rows, self._heads, strict=True) if row]
        if max((len(row) for row, _ in rows), default=0) < 2:
            return self.dissolve(src)
        header_rows = next((i for i, (_, head) in enumerate(rows) if not head), 0)
        return [Block(Kind.TABLE, rows=tuple(tuple(row) for row, _ in rows), header_rows=header_rows, src=src)]


def _span(value: str | None) -> int:
    return min(max(int(value), 1), _MAX_SPAN) if value and value.isascii() and value.isdigit() else 1
