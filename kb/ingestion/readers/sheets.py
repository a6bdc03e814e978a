"""XLSX read cell by cell: memory follows the filled cells, never the used range. A sheet is a page with its name.

xberg reads XLSX too and is the fallback; it builds the whole used range (6.7 GiB for one 31 KB file of the test corpora).
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from kb.ingestion.readers.blocks import Block, Kind, Page, Reason
from kb.ingestion.readers.charts import read_chart
from kb.ingestion.readers.limits import MIB
from kb.ingestion.readers.number_format import NumberFormats, read_formats
from kb.ingestion.readers.office import with_fallback
from kb.ingestion.readers.ooxml import Element, Package, attribute, child, children, local, number, open_package
from kb.ingestion.readers.reasons import ReadFailure
from kb.ingestion.readers.sheet_tables import Grid, to_blocks
from kb.ingestion.readers.source import Draft, Source

_SRC = "xlsx"
_SPARSE = 1_000
_COLUMNS = 16_384


def read(source: Source) -> Draft:
    """Every sheet as tables, by our own walk, by xberg when a part that is needed is damaged. Raises ReadFailure."""
    try:
        package = open_package(source)
        name = package.main("xl/workbook.xml")
        root = package.xml(name)
        if root is None:
            raise ReadFailure("broken")
        return _workbook(package, name, root, source)
    except ReadFailure as failure:
        if failure.reason.code != "broken":
            raise
        return with_fallback(source, failure)


@dataclass
class _Book:
    """What the sheets share, and how many cells were read of all that are allowed."""

    package: Package
    strings: list[str]
    formats: NumberFormats
    source: Source
    cells: int = 0
    characters: int = 0
    warnings: list[Reason] = field(default_factory=list)


def _workbook(package: Package, name: str, root: Element, source: Source) -> Draft:
    relations = package.relations(name)
    parts = {relation.kind: relation.target for relation in relations.values()}
    is_1904 = attribute(child(root, "workbookPr"), "date1904") in ("1", "true")
    formats = read_formats(package.xml(parts.get("styles", "xl/styles.xml")), is_1904=is_1904)
    book = _Book(
        package, _shared_strings(package, parts.get("sharedStrings", "xl/sharedStrings.xml"), source), formats, source
    )
    blocks: list[Block] = []
    pages: list[Page] = []
    sheets = list(children(child(root, "sheets"), "sheet"))
    for index, sheet in enumerate(sheets, start=1):
        source.progress(index, len(sheets))
        label = attribute(sheet, "name") or str(index)
        relation = relations.get(next((str(v) for k, v in sheet.attrib.items() if k.endswith("}id")), ""))
        pages.append(Page(index, label))
        if relation is not None:
            blocks.extend(_sheet(book, relation.target, index, label))
    return Draft(_SRC, blocks, pages, package.title(), book.warnings)


def _sheet(book: _Book, target: str, index: int, label: str) -> list[Block]:
    """The sheet's name as a heading, then its tables and charts; nothing for an empty sheet."""
    found = to_blocks(_grid(book, target, label), label, index)
    for relation in book.package.relations(target).values():
        if relation.kind == "drawing":
            found.extend(_charts(book.package, relation.target, index, label))
    if not found:
        return []
    return [Block(Kind.HEADING, label, level=1, page=index, page_label=label, src=_SRC), *found]


def _charts(package: Package, drawing: str, index: int, label: str) -> Iterator[Block]:
    for relation in package.relations(drawing).values():
        if relation.kind == "chart":
            for block in read_chart(package.xml(relation.target), _SRC):
                yield Block(
                    block.kind,
                    block.text,
                    page=index,
                    page_label=label,
                    rows=block.rows,
                    header_rows=block.header_rows,
                    src=_SRC,
                )


def _grid(book: _Book, target: str, label: str) -> Grid:
    """Filled cells by row and column, and merged ranges. Raises ReadFailure for too many rows or cells."""
    rows: dict[int, dict[int, str]] = {}
    merges: list[str] = []
    y, limits = 0, book.source.limits
    for item in _elements(book.package, target, ("row", "mergeCell")):
        if local(item) == "mergeCell":
            merges.append(attribute(item, "ref"))
            continue
        y = number(attribute(item, "r"), y + 1)
        cells = _row(book, item)
        if cells:
            rows[y] = cells
            book.cells += len(cells)
            book.characters += sum(map(len, cells.values()))
        if len(rows) > limits.rows:
            raise ReadFailure("too_many_rows", sheet=label, rows=max(y, len(rows)), limit=limits.rows)
        if book.characters > limits.output_bytes:
            raise ReadFailure("output", limit_mb=limits.output_bytes // MIB)
        if book.cells > limits.cells:
            raise ReadFailure("too_many_cells", cells=book.cells, limit=limits.cells)
    if y > _SPARSE and y > _SPARSE * max(len(rows), 1):
        book.warnings.append(Reason("sparse_sheet", {"sheet": label}))
    return Grid(rows, merges)


def _row(book: _Book, row: Element) -> dict[int, str]:
    cells = {}
    x = 0
    for item in children(row, "c"):
        x = column_of(attribute(item, "r")) or x + 1
        text = _value(book, item)
        if text.strip() and x <= _COLUMNS:
            cells[x] = text
    return cells


def _value(book: _Book, cell: Element) -> str:
    """The cell as its sheet shows it: shared or inline text, a formatted number, TRUE or FALSE."""
    kind = attribute(cell, "t", "n")
    if kind == "inlineStr":
        return _rich_text(child(cell, "is"))
    value = child(cell, "v")
    raw = (value.text or "") if value is not None else ""
    if kind == "s":
        place = number(raw, -1)
        return book.strings[place] if 0 <= place < len(book.strings) else ""
    if kind == "b":
        return "TRUE" if raw == "1" else "FALSE" if raw else ""
    if kind == "n":
        return book.formats.show(raw, number(attribute(cell, "s")))
    return raw


def _shared_strings(package: Package, name: str, source: Source) -> list[str]:
    found = []
    for item in _elements(package, name, ("si",)):
        found.append(_rich_text(item))
        if len(found) > source.limits.cells:
            raise ReadFailure("too_many_cells", cells=len(found), limit=source.limits.cells)
    return found


def _rich_text(item: Element | None) -> str:
    """Text in one run or several; the readings printed above Japanese words stay out."""
    parts = []
    for part in children(item):
        if local(part) == "t":
            parts.append(part.text or "")
        elif local(part) == "r":
            parts.extend(text.text or "" for text in children(part, "t"))
    return "".join(parts)


def _elements(package: Package, name: str, tags: tuple[str, ...]) -> Iterator[Element]:
    """Elements of a part as they end, each dropped after use. Raises ReadFailure for damaged XML."""
    data = package.bytes(name)
    if data is None:
        return
    safe = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
    names = [f"{{*}}{tag}" for tag in tags]
    try:
        for _, item in etree.iterparse(io.BytesIO(data), events=("end",), tag=names, **safe):
            yield item
            item.clear()
            while item.getprevious() is not None:
                del item.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise ReadFailure("too_deep" if "depth" in str(error).lower() else "broken") from None


def column_of(reference: str) -> int:
    """The column of a cell's reference, from 1: A1 is 1, AA7 is 27; 0 without letters."""
    value = 0
    for char in reference:
        if not ("A" <= char <= "Z"):
            break
        value = value * 26 + ord(char) - 64
    return value
