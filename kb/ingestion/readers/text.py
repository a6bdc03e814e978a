"""Plain text, CSV and the way into Markdown and HTML: decode first, then blocks."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator

from kb.ingestion.readers.blocks import Block, Cell, Kind, Page, Reason
from kb.ingestion.readers.decode import Decoded, decode
from kb.ingestion.readers.reasons import ReadFailure
from kb.ingestion.readers.source import Draft, Format, Source
from kb.ingestion.readers.structure import is_title_line, starts_item

_BLANK = re.compile(r"\n[ \t\u3000]*\n")
_DELIMITERS = ",\t;|"
_CELL_CHARS = 1_000_000


def read(source: Source) -> Draft:
    """Text of one of the four kinds. Raises ReadFailure for a CSV with too many rows."""
    decoded = decode(source.data)
    warnings = decoding_warnings(decoded)
    match source.format:
        case Format.CSV:
            blocks, pages = read_csv(decoded.text, source), [Page(1)]
            return Draft("csv", blocks, pages, warnings=warnings)
        case Format.MARKDOWN:
            from kb.ingestion.readers.markdown import read_markdown

            return Draft("markdown-it", read_markdown(decoded.text), warnings=warnings)
        case Format.HTML:
            from kb.ingestion.readers.html import read_html

            page = read_html(decoded.text)
            return Draft("html", page.blocks, title=page.title, warnings=warnings)
    return Draft("text", list(paragraphs(decoded.text)), warnings=warnings)


def decoding_warnings(decoded: Decoded) -> list[Reason]:
    """What people should know about the bytes: an encoding other than UTF-8, characters that did not fit."""
    warnings = []
    if decoded.encoding not in ("utf-8", "ascii"):
        warnings.append(Reason("encoding", {"encoding": decoded.encoding}))
    if decoded.bad:
        warnings.append(Reason("bad_bytes", {"count": decoded.bad}))
    return warnings


def paragraphs(text: str, src: str = "text") -> Iterator[Block]:
    """Paragraphs at blank lines; inside one, a line that starts an article or item starts a paragraph too."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n")
    for chunk in _BLANK.split(text):
        for lines in group_lines(chunk.split("\n")):
            joined = "\n".join(lines).strip()
            if joined:
                yield Block(Kind.PARAGRAPH, joined, src=src)


def group_lines(lines: Iterable[str]) -> Iterator[list[str]]:
    """Lines that belong together: an item with its continuation, the title of a numbered part by itself."""
    group: list[str] = []
    for line in lines:
        if group and (starts_item(line) or (len(group) == 1 and is_title_line(group[0]))):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def read_csv(text: str, source: Source) -> list[Block]:
    """One table. The delimiter is the one that cuts the first lines into the same number of cells, more than one."""
    csv.field_size_limit(_CELL_CHARS)
    rows: list[tuple[Cell, ...]] = []
    try:
        for row in csv.reader(text.splitlines(keepends=True), delimiter=_delimiter(text)):
            if any(cell.strip() for cell in row):
                rows.append(tuple(Cell(cell) for cell in row))
            if len(rows) > source.limits.rows:
                total = text.count("\n")
                raise ReadFailure("too_many_rows", sheet=source.filename, rows=total, limit=source.limits.rows)
    except csv.Error:
        return list(paragraphs(text, "csv"))
    return [Block(Kind.TABLE, rows=tuple(rows), page=1, src="csv")] if rows else []


def _delimiter(text: str) -> str:
    lines = [line for line in text[:20_000].split("\n")[:20] if line.strip()]
    return max(_DELIMITERS, key=lambda mark: _regularity(lines, mark))


def _regularity(lines: list[str], mark: str) -> tuple[int, int]:
    """How many of the lines have as many cells as the first, and how many cells that is."""
    counts = [len(row) for row in csv.reader(lines, delimiter=mark)]
    first = counts[0] if counts else 1
    return (sum(count == first for count in counts) if first > 1 else 0, first)
