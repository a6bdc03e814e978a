"""xberg behind our block model: its tree of nodes flattened, its errors ours."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from kb.ingestion.readers.blocks import Block, Cell, Kind, ListMark, Page, Rows
from kb.ingestion.readers.inline import plain
from kb.ingestion.readers.reasons import ReadFailure
from kb.ingestion.readers.source import Draft, Source

_SRC = "xberg"
_LAYERS = {"header": Kind.HEADER, "footer": Kind.FOOTER, "footnote": Kind.FOOTNOTE}
_TEXTS = {
    "paragraph": Kind.PARAGRAPH,
    "quote": Kind.PARAGRAPH,
    "citation": Kind.PARAGRAPH,
    "footnote": Kind.FOOTNOTE,
    "comment": Kind.COMMENT,
    "code": Kind.CODE,
    "formula": Kind.FORMULA,
    "admonition": Kind.PARAGRAPH,
}
_RATIO = 5_000
_PASSWORD = ("password", "encrypted")


def extract(source: Source, mime: str | None, filename: str | None = None) -> Any:
    """xberg's document for a file's bytes. Raises ReadFailure.

    Its own guard against tight packing refuses valid files with an embedded PDF, so ours (zips.py) counts and its size limit stays.
    """
    import xberg

    limits = source.limits
    guard = xberg.SecurityLimits(
        max_archive_size=limits.inflated_bytes,
        max_compression_ratio=_RATIO,
        max_files_in_archive=limits.zip_entries,
        max_content_size=limits.inflated_bytes,
        max_table_cells=limits.cells,
        max_pages=limits.pages,
    )
    config = xberg.ExtractionConfig(
        include_document_structure=True,
        output_format="markdown",
        use_cache=False,
        disable_ocr=True,
        max_archive_depth=1,
        security_limits=guard,
        concurrency=xberg.ConcurrencyConfig(max_threads=1),
    )
    given = xberg.ExtractInput(kind="bytes", bytes=source.data, mime_type=mime, filename=filename)
    try:
        answer = asyncio.run(xberg.extract(given, config))
    except MemoryError:
        raise
    except xberg.SecurityError as error:
        raise _over_limit(str(error), source) from None
    except Exception as error:  # XbergError and its kin, and panics out of Rust
        raise ReadFailure("password" if _is_password(str(error)) else "broken") from None
    if not answer.results:
        message = " ".join(item.message for item in answer.errors)
        raise ReadFailure("password" if _is_password(message) else "broken")
    return answer.results[0]


def _is_password(message: str) -> bool:
    return any(word in message.lower() for word in _PASSWORD)


def _over_limit(message: str, source: Source) -> ReadFailure:
    """xberg's message tells which guard it was; a depth or an entity is an attack, the rest is size."""
    lower = message.lower()
    if "cell" in lower:
        return ReadFailure("too_many_cells", cells=source.limits.cells + 1, limit=source.limits.cells)
    if "entit" in lower:
        return ReadFailure("xml_entities")
    if "depth" in lower or "nest" in lower:
        return ReadFailure("too_deep")
    return ReadFailure("zip_size", limit_mb=source.limits.inflated_bytes // (1024 * 1024))


def draft_of(document: Any, reader: str) -> Draft:
    """A draft from xberg's document: nodes in order, title, pages."""
    nodes = document.document.nodes if document.document else []
    blocks = [replace(block, src=_SRC) for block in _flatten(nodes)]
    return Draft(reader, blocks, _pages(document), document.metadata.title or "")


def _pages(document: Any) -> list[Page]:
    structure = document.metadata.pages
    return [Page(page.number, page.title) for page in structure.pages or []] if structure else []


def _flatten(nodes: list[Any]) -> Iterator[Block]:
    depths: dict[int, int] = {}
    for index, node in enumerate(nodes):
        content = json.loads(str(node.content))
        above = depths.get(node.parent, -1) if node.parent is not None else -1
        depths[index] = above + (content["node_type"] == "list")
        block = _block(content, max(above, 0))
        if block is None:
            continue
        layer = _LAYERS.get(str(node.content_layer))
        kind = layer if layer and block.kind is not Kind.TABLE else block.kind
        yield replace(block, kind=kind, page=node.page)


def _block(content: dict[str, Any], depth: int) -> Block | None:
    """Ours from one node's content (it comes as JSON: the binding hides its fields). Groups and breaks say nothing."""
    kind, text = content["node_type"], content.get("text") or ""
    if kind in ("heading", "title"):
        return Block(Kind.HEADING, plain(text), level=min(max(content.get("level") or 1, 1), 6))
    if kind in _TEXTS:
        return Block(_TEXTS[kind], text if kind in ("code", "formula") else plain(text))
    if kind == "list_item":
        return Block(Kind.LIST_ITEM, plain(text), mark=ListMark(depth))
    if kind == "table":
        return Block(Kind.TABLE, rows=_rows(content["grid"]))
    if kind == "image":
        return Block(Kind.IMAGE, content.get("description") or "")
    if kind == "definition_item":
        return Block(Kind.PARAGRAPH, f"{content['term']}: {content['definition']}")
    if kind == "raw_block":
        return Block(Kind.PARAGRAPH, content.get("content") or "")
    return None


def _rows(grid: dict[str, Any]) -> Rows:
    rows: list[list[Cell]] = [[] for _ in range(grid["rows"])]
    for cell in grid["cells"]:
        if cell["row"] < len(rows):
            rows[cell["row"]].append(Cell(plain(cell["content"]), max(cell["row_span"], 1), max(cell["col_span"], 1)))
    return tuple(tuple(row) for row in rows if row)
