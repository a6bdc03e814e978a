"""A page of an original cut where its passages begin, so that each stands beside its passage. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.safestring import SafeString

from kb.ingestion.readers.blocks import Kind
from kb.models import Chunk, Page
from kb.views.sheets import SheetText, sheet_html

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Region:
    """What of a page belongs to one passage; `position` is None for text that is in no passage."""

    position: int | None
    html: SafeString


def regions_of(page: Page, chunks: Sequence[Chunk]) -> list[Region]:
    """The page from top to bottom. A passage's part reaches to where the next one begins: what they share stands once."""
    sheet = SheetText(page.text, page.start)
    cuts = sorted({chunk.start for chunk in chunks if page.start < chunk.start < page.start + len(page.text)})
    groups: list[tuple[int | None, list[Block]]] = []
    for block in _cut(page.blocks or _lines(page), cuts):
        owner = _owner(block["start"], chunks)
        if groups and groups[-1][0] == owner:
            groups[-1][1].append(block)
        else:
            groups.append((owner, [block]))
    return [Region(owner, sheet_html(sheet, blocks, ())) for owner, blocks in groups]


def _owner(place: int, chunks: Sequence[Chunk]) -> int | None:
    """The last passage that begins at or before a place and reaches over it."""
    found = [chunk for chunk in chunks if chunk.start <= place < chunk.end]
    return max(found, key=lambda chunk: chunk.start).position if found else None


def _cut(blocks: Sequence[Block], cuts: Sequence[int]) -> list[Block]:
    """The blocks, cut where a passage begins inside one: a table between its rows, any other at the letter."""
    made: list[Block] = []
    for block in blocks:
        inside = [cut for cut in cuts if block["start"] < cut < block["end"]]
        made += _cut_table(block, inside) if block.get("rows") else _cut_text(block, inside)
    return made


def _cut_text(block: Block, cuts: Sequence[int]) -> list[Block]:
    bounds = [block["start"], *cuts, block["end"]]
    parts = [{**block, "start": begin, "end": end} for begin, end in pairwise(bounds)]
    return [
        parts[0],
        *({**part, "kind": str(Kind.PARAGRAPH)} if part["kind"] == Kind.HEADING else part for part in parts[1:]),
    ]


def _cut_table(block: Block, cuts: Sequence[int]) -> list[Block]:
    parts: list[Block] = []
    rows = list(zip(block["rows"], block["cells"], strict=False))
    for begin, end in zip([block["start"], *cuts], [*cuts, block["end"]], strict=True):
        mine = [(place, cells) for place, cells in rows if begin <= place[0] < end]
        if mine:
            head = int(block.get("head") or 0) if begin == block["start"] else 0
            part = {"rows": [place for place, _ in mine], "cells": [cells for _, cells in mine], "head": head}
            parts.append({**block, **part, "start": mine[0][0][0], "end": mine[-1][0][1]})
    return parts


def _lines(page: Page) -> list[Block]:
    """For a page without blocks: each line a paragraph."""
    made, place = [], page.start
    for line in page.text.split("\n"):
        if line:
            made.append({"kind": str(Kind.PARAGRAPH), "start": place, "end": place + len(line)})
        place += len(line) + 1
    return made
