"""The product's own readers get the text out of every sample file."""

from __future__ import annotations

import pytest

from kb.ingestion.readers.blocks import Block, Status
from kb.ingestion.readers.run import read_file
from samples.build.markup import plain
from samples.build.source import FILES, Source, load_all
from samples.build.text import lines_of
from tests.samples.extract import flat


@pytest.mark.parametrize("source", load_all(), ids=lambda source: source.file)
def test_a_reader_finds_nearly_every_line(source: Source) -> None:
    path = FILES / source.file
    result = read_file(path, filename=path.name)

    assert result.status is Status.OK
    assert share_found(source, result.blocks) > 0.9


ROUND = {ord(mark): f"({number})" for number, mark in enumerate("①②③④⑤⑥⑦⑧⑨", 1)}
STRAIGHT = str.maketrans("‘’“”", "''\"\"")


def same(text: str) -> str:
    """The text as a reader may fairly write it: ① as (1), quotation marks straight, no white space."""
    return flat(text.translate(ROUND).translate(STRAIGHT))


def share_found(source: Source, blocks: tuple[Block, ...]) -> float:
    """The share of the source's letters that stand in lines which the blocks hold whole."""
    text = same("\n".join(shown(block) for block in blocks))
    lines = [same(piece) for line in lines_of(source) for piece in pieces(line, source)]
    return sum(len(line) for line in lines if line in text) / sum(map(len, lines))


def shown(block: Block) -> str:
    label = block.mark.label if block.mark else ""
    return f"{label} {block.text}" if not block.rows else "\n".join(cell.text for row in block.rows for cell in row)


def pieces(line: str, source: Source) -> list[str]:
    """A table's line of plain files by its cells, everything else as it is."""
    if source.suffix == "csv":
        return line.split(",")
    if source.suffix == "md":
        line = plain(line).replace("`", "").lstrip("#- ")
        return [] if line.startswith("|---") else line.strip("|").split("|")
    return [line]
