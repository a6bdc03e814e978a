"""Reads the small markup of content/: one line is one block, tables are drawn with pipes.

`# ` to `#### ` headings, `- `, `1. ` and `가. ` items (two spaces deeper per level), `> ` a box, `[^1]` a footnote and
`[^1]: ` its text, `%%% page` a page break, `??? ` a speaker note. In tables `<` joins a cell with the one to its left
and `^` with the one above; the rows above the `|---|` line are the header. `**bold**` is the only inline mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from samples.build.blocks import (
    Block,
    Box,
    Cell,
    Heading,
    Item,
    Note,
    PageBreak,
    Paragraph,
    Span,
    SpeakerNote,
    Table,
)

_HEADING = re.compile(r"(#{1,4}) (.+)")
_ITEM = re.compile(r"( *)(-|\d{1,2}\.|[가-하]\.|\(\d{1,2}\)) (.+)")
_NOTE = re.compile(r"\[\^(\d+)\]: (.+)")
_RULE = re.compile(r"\|(?:-+\|)+")
_INLINE = re.compile(r"\*\*(?P<bold>.+?)\*\*|\[\^(?P<note>\d+)\]")


def parse(text: str) -> list[Block]:
    """The blocks of a source text, in order."""
    blocks: list[Block] = []
    table: list[str] = []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|"):
            table.append(line)
            continue
        if table:
            blocks.append(parse_table(table))
            table = []
        if line.strip():
            blocks.append(parse_line(line.rstrip()))
    return blocks


def parse_line(line: str) -> Block:
    """The block that one line outside a table makes."""
    if match := _HEADING.fullmatch(line):
        return Heading(len(match[1]), match[2])
    if match := _NOTE.fullmatch(line):
        return Note(int(match[1]), match[2])
    if match := _ITEM.fullmatch(line):
        return Item(len(match[1]) // 2, match[2], match[3])
    if line == "%%% page":
        return PageBreak()
    if line.startswith("> "):
        return Box(line[2:])
    if line.startswith("??? "):
        return SpeakerNote(line[4:])
    return Paragraph(line)


def parse_table(lines: list[str]) -> Table:
    """A pipe table with its merged cells resolved."""
    header_rows = next((i for i, line in enumerate(lines) if _RULE.fullmatch(line)), 0)
    grid = [[cell.strip() for cell in line.strip()[1:-1].split("|")] for line in lines if not _RULE.fullmatch(line)]
    columns = len(grid[0])
    if any(len(row) != columns for row in grid):
        raise ValueError(f"Rows of unequal length in the table that starts with {lines[0]!r}")
    cells = [
        Cell(text, r, c, _reach(grid, r, c, 1, 0, "^"), _reach(grid, r, c, 0, 1, "<"))
        for r, row in enumerate(grid)
        for c, text in enumerate(row)
        if text not in {"<", "^"}
    ]
    return Table(len(grid), columns, header_rows, tuple(cells))


def _reach(grid: list[list[str]], row: int, column: int, down: int, right: int, mark: str) -> int:
    length = 1
    row, column = row + down, column + right
    while row < len(grid) and column < len(grid[0]) and grid[row][column] == mark:
        length += 1
        row, column = row + down, column + right
    return length


def spans(text: str) -> Iterator[Span]:
    """The text cut at bold stretches and footnote marks."""
    at = 0
    for match in _INLINE.finditer(text):
        if match.start() > at:
            yield Span(text[at : match.start()])
        if match["note"]:
            yield Span("", note=int(match["note"]))
        else:
            yield Span(match["bold"], bold=True)
        at = match.end()
    if at < len(text):
        yield Span(text[at:])


def plain(text: str) -> str:
    """The text without marks, as a reader should give it back."""
    return "".join(span.text for span in spans(text))


def printed(text: str) -> str:
    """The text for formats without rich cells: footnote marks become "1)"."""
    return "".join(f"{span.note})" if span.note else span.text for span in spans(text))
