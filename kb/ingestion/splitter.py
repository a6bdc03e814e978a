"""SPLIT: a layout becomes chunks of at most 300 tokens of the encoder. Pure; the encoder counts and finds sentences.

Structure first (sections), then lines, then sentences; a table is split between rows and never through one, and later
parts of a table carry its head row. The title and the path of headings stand in front of every chunk. Neighbouring
chunks of running text share up to 50 tokens of whole sentences.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from kb.ingestion.layout import CELL, Layout, PlacedBlock, path_text
from kb.ingestion.readers.blocks import Kind
from kb.retrieval.analysis import Analysis

Count = Callable[[list[str]], list[int]]
Analyse = Callable[[list[str]], list[Analysis]]

SPECIALS = 2  # begin and end tokens that a count includes
LONGEST_CONTEXT = 80  # tokens of title and path, at most


@dataclass(frozen=True, slots=True)
class SplitSettings:
    """Token limits: `most` with the context included, `overlap` in whole sentences, `least` before a new section begins."""

    most: int = 300
    overlap: int = 50
    least: int = 60


@dataclass(frozen=True, slots=True)
class ChunkDraft:
    """A chunk to be: layout text[start:end], the context in front of it, its pages, and its tokens with the context."""

    position: int
    path: str
    context: str
    text: str
    start: int
    end: int
    page_first: int
    page_last: int
    tokens: int


@dataclass(frozen=True, slots=True)
class _Unit:
    """The smallest piece: a sentence, a line, or a table row."""

    start: int
    end: int
    tokens: int
    path: tuple[str, ...]
    table: int | None = None
    head: str = ""


def split(
    layout: Layout, title: str, count: Count, analyse: Analyse, settings: SplitSettings = SplitSettings()
) -> list[ChunkDraft]:
    """All chunks of a layout in order. An empty layout gives none."""
    units = _units(layout, count, analyse, settings)
    groups = list(_pack(units, settings))
    texts = [layout.text[group[0].start : group[-1].end] for group in groups]
    contexts = [_context(title, group, text) for group, text in zip(groups, texts, strict=True)]
    totals = count([f"{context}\n{text}" for context, text in zip(contexts, texts, strict=True)]) if groups else []
    return [
        ChunkDraft(
            position,
            path_text(_common_path(group)),
            context,
            text,
            group[0].start,
            group[-1].end,
            layout.page_at(group[0].start),
            layout.page_at(group[-1].end - 1),
            total,
        )
        for position, (group, context, text, total) in enumerate(zip(groups, contexts, texts, totals, strict=True))
    ]


def _units(layout: Layout, count: Count, analyse: Analyse, settings: SplitSettings) -> list[_Unit]:
    pieces = [piece for block in layout.blocks for piece in _pieces(layout, block)]
    prose = [layout.text[start:end] for start, end, block, _ in pieces if not block.rows]
    sentences = iter(analyse(prose) if prose else [])
    spans: list[tuple[int, int, PlacedBlock, str]] = []
    for start, end, block, head in pieces:
        if block.rows:
            spans.append((start, end, block, head))
        else:
            spans += [(start + s, start + e, block, "") for s, e in next(sentences).sentences if e > s]
    tokens = count([layout.text[start:end] for start, end, _, _ in spans]) if spans else []
    room = settings.most - LONGEST_CONTEXT
    units: list[_Unit] = []
    for (start, end, block, head), total in zip(spans, tokens, strict=True):
        unit = _Unit(
            start, end, max(1, total - SPECIALS), _path_of(layout, block), block.start if block.rows else None, head
        )
        units += _cut(unit, layout.text, count, room) if unit.tokens > room else [unit]
    return units


def _pieces(layout: Layout, block: PlacedBlock) -> Iterator[tuple[int, int, PlacedBlock, str]]:
    """A table's rows with its head row, or the whole of another block."""
    if not block.rows:
        yield block.start, block.end, block, ""
        return
    head = "\n".join(CELL.join(row) for row in block.cells[: block.header_rows])
    for place, (start, end) in enumerate(block.rows):
        if end > start:
            yield start, end, block, head if place >= block.header_rows else ""


def _path_of(layout: Layout, block: PlacedBlock) -> tuple[str, ...]:
    """A heading belongs to its own section."""
    own = (layout.text[block.start : block.end],) if block.kind == Kind.HEADING else ()
    return (*block.path, *own)


def _cut(unit: _Unit, text: str, count: Count, room: int) -> list[_Unit]:
    """A piece that is longer than a chunk: cut at a cell, a space, or hard, in halves until each part fits."""
    middle = _cutting_place(text, unit)
    parts = [(unit.start, middle), (middle, unit.end)]
    totals = count([text[start:end] for start, end in parts])
    cut: list[_Unit] = []
    for (start, end), total in zip(parts, totals, strict=True):
        part = _Unit(start, end, max(1, total - SPECIALS), unit.path, unit.table, unit.head)
        cut += _cut(part, text, count, room) if part.tokens > room and end - start > 1 else [part]
    return cut


def _cutting_place(text: str, unit: _Unit) -> int:
    middle = (unit.start + unit.end) // 2
    for mark in (CELL, " "):
        left = text.rfind(mark, unit.start + 1, middle)
        if left > unit.start + (unit.end - unit.start) // 4:
            return left + len(mark)
    return middle


def _pack(units: Sequence[_Unit], settings: SplitSettings) -> Iterator[list[_Unit]]:
    """Groups of units that make a chunk each."""
    room = settings.most - LONGEST_CONTEXT
    group: list[_Unit] = []
    fresh = 0  # units of the group that are not overlap
    for unit in units:
        total = sum(each.tokens for each in group)
        if fresh and (_new_section(group, unit, total, settings) or total + unit.tokens > room):
            yield group
            group = _overlap(group, unit, settings) if total + unit.tokens > room else []
            fresh = 0
            while group and sum(each.tokens for each in group) + unit.tokens > room:
                group = group[1:]
        group.append(unit)
        fresh += 1
    if fresh:
        yield group


def _new_section(group: Sequence[_Unit], unit: _Unit, total: int, settings: SplitSettings) -> bool:
    """Whether a section ends here and what is gathered can stand alone; tables keep to themselves."""
    if unit.table != group[-1].table:
        return total >= settings.least or unit.path != group[-1].path
    return unit.path != group[-1].path and total >= settings.least


def _overlap(group: Sequence[_Unit], unit: _Unit, settings: SplitSettings) -> list[_Unit]:
    """The last whole sentences of running text, as far as they fit; nothing between rows or sections."""
    shared: list[_Unit] = []
    total = 0
    for each in reversed(group):
        total += each.tokens
        if unit.table is not None or each.table is not None or each.path != unit.path or total > settings.overlap:
            break
        shared.insert(0, each)
    return shared if len(shared) < len(group) else shared[1:]


def _common_path(group: Sequence[_Unit]) -> tuple[str, ...]:
    common = list(group[0].path)
    for unit in group[1:]:
        while common and tuple(common) != unit.path[: len(common)]:
            common.pop()
    return tuple(common)


def _context(title: str, group: Sequence[_Unit], text: str) -> str:
    """Title, path, and the head row where a table goes on. A heading that opens the chunk itself is not said twice."""
    path = _common_path(group)
    if path and text.startswith(path[-1]):
        path = path[:-1]
    if path and " ".join(path[0].split()) == title:
        path = path[1:]
    return "\n".join(line for line in (title, path_text(path), group[0].head) if line)
