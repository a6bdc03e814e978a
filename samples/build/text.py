"""Plain forms: Markdown, text and CSV are written as they stand; every source has its lines of text."""

from __future__ import annotations

from collections.abc import Iterator

from samples.build.blocks import Item, PageBreak, Table
from samples.build.markup import plain, printed
from samples.build.source import Source


def build(source: Source) -> bytes:
    """The source as .md, .txt or .csv, in the encoding of its head (default UTF-8)."""
    title = f"# {source.title}\n\n" if source.suffix == "md" else ""
    return (title + source.text.lstrip("\n")).encode(source.head.get("encoding", "utf-8"))


def lines_of(source: Source) -> list[str]:
    """What a reader must find, one line for each paragraph and each cell, as the format prints it.

    A footnote's mark is "1)" where the format has no footnotes, and no letters in HWPX, which has them.
    """
    letters = {"md": str, "txt": str, "csv": str, "hwpx": plain}.get(source.suffix, printed)
    return [letters(line) for line in _marked_lines(source)]


def _marked_lines(source: Source) -> Iterator[str]:
    if source.suffix in {"md", "txt", "csv", "eml"}:
        yield from filter(None, source.text.splitlines())
        return
    for block in source.blocks():
        match block:
            case Table(cells=cells):
                yield from (cell.text for cell in cells if cell.text)
            case PageBreak():
                pass
            case Item(label=label, text=text) if label != "-":
                yield f"{label} {text}"
            case _:
                yield block.text
