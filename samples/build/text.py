"""Plain forms: Markdown, text and CSV are written as they stand; every source has its lines of text."""

from __future__ import annotations

from samples.build.blocks import Item, PageBreak, Table
from samples.build.markup import printed
from samples.build.source import Source


def build(source: Source) -> bytes:
    """The source as .md, .txt or .csv, in the encoding of its head (default UTF-8)."""
    title = f"# {source.title}\n\n" if source.suffix == "md" else ""
    return (title + source.text.lstrip("\n")).encode(source.head.get("encoding", "utf-8"))


def lines_of(source: Source) -> list[str]:
    """What a reader must find, a line for each paragraph and each table row's cell, without marks of footnotes."""
    lines = [source.title]
    for block in source.blocks():
        match block:
            case Table(cells=cells):
                lines += [cell.text for cell in cells if cell.text]
            case PageBreak():
                pass
            case Item(label=label, text=text):
                lines.append(text if label == "-" else f"{label} {text}")
            case _:
                lines.append(block.text)
    return lines


def printed_lines(source: Source) -> list[str]:
    """`lines_of` with footnote marks printed as "1)"."""
    return [printed(line) for line in lines_of(source)]
