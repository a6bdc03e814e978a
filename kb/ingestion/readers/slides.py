"""PPTX read slide by slide: titles, lists, tables with spans, charts, diagrams, speaker's notes. A slide is a page.

xberg reads PPTX too and is the fallback; it puts Markdown into the text and drops notes and spans.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kb.ingestion.readers.blocks import Block, Cell, Kind, ListMark, Page, Rows
from kb.ingestion.readers.charts import read_chart
from kb.ingestion.readers.office import with_fallback
from kb.ingestion.readers.ooxml import (
    Element,
    Package,
    Relation,
    attribute,
    child,
    children,
    local,
    number,
    open_package,
)
from kb.ingestion.readers.reasons import ReadFailure
from kb.ingestion.readers.source import Draft, Source

_SRC = "pptx"
_TITLES = ("title", "ctrTitle")
_SILENT = ("dt", "ftr", "sldNum", "hdr")
_EMU_PER_POINT = 12_700


def read(source: Source) -> Draft:
    """The deck by our own walk, by xberg when a part that is needed is damaged. Raises ReadFailure."""
    try:
        package = open_package(source)
        name = package.main("ppt/presentation.xml")
        root = package.xml(name)
        if root is None:
            raise ReadFailure("broken")
        return _deck(package, name, root, source)
    except ReadFailure as failure:
        if failure.reason.code != "broken":
            raise
        return with_fallback(source, failure)


def _deck(package: Package, name: str, root: Element, source: Source) -> Draft:
    relations = package.relations(name)
    targets = [relations.get(_relation_id(item)) for item in children(child(root, "sldIdLst"), "sldId")]
    slides = [target for target in targets if target is not None]
    if len(slides) > source.limits.pages:
        raise ReadFailure("too_many_pages", pages=len(slides), limit=source.limits.pages)
    width, height = _size(child(root, "sldSz"))
    blocks: list[Block] = []
    pages: list[Page] = []
    for index, slide in enumerate(slides, start=1):
        source.progress(index, len(slides))
        found = list(_slide(package, slide))
        title = next((block.text for block in found if block.kind is Kind.HEADING), None)
        pages.append(Page(index, title, width, height))
        blocks.extend(replace(block, page=index, page_label=title) for block in found)
    return Draft(_SRC, blocks, pages, package.title())


def _relation_id(item: Element) -> str:
    """`r:id` beside the plain `id`: only the one with a namespace counts."""
    return next((str(value) for key, value in item.attrib.items() if key.endswith("}id")), "")


def _size(item: Element | None) -> tuple[float | None, float | None]:
    width, height = number(attribute(item, "cx")), number(attribute(item, "cy"))
    return (width / _EMU_PER_POINT, height / _EMU_PER_POINT) if width and height else (None, None)


def _slide(package: Package, slide: Relation) -> Iterator[Block]:
    """The title first, then the shapes in their order, then the notes."""
    root = package.xml(slide.target)
    relations = package.relations(slide.target)
    shapes = list(_shapes(child(root, "cSld", "spTree")))
    shapes.sort(key=lambda shape: _placeholder(shape) not in _TITLES)
    for shape in shapes:
        yield from _shape(package, shape, relations)
    for relation in relations.values():
        if relation.kind == "notesSlide":
            yield from _notes(package.xml(relation.target))


def _shapes(tree: Element | None) -> Iterator[Element]:
    """Shapes, those in groups too; of alternatives the first."""
    for item in children(tree):
        name = local(item)
        if name in ("grpSp", "AlternateContent", "Choice"):
            yield from _shapes(item)
        elif name in ("sp", "graphicFrame", "pic", "cxnSp"):
            yield item


def _placeholder(shape: Element) -> str:
    """What the layout means a shape for: title, body, ftr; empty for a free one."""
    for part in children(shape):
        holder = child(part, "nvPr", "ph")
        if holder is not None:
            return attribute(holder, "type", "body")
    return ""


def _shape(package: Package, shape: Element, relations: dict[str, Relation]) -> Iterator[Block]:
    kind = _placeholder(shape)
    if kind in _SILENT:
        return
    if local(shape) == "graphicFrame":
        yield from _frame(package, shape, relations)
    elif local(shape) == "pic":
        yield Block(Kind.IMAGE, attribute(child(shape, "nvPicPr", "cNvPr"), "descr"), src=_SRC)
    elif kind in _TITLES:
        text = " ".join(text for text, _ in _paragraphs(child(shape, "txBody")))
        yield Block(Kind.HEADING, text, level=1, src=_SRC)
    else:
        yield from _text(child(shape, "txBody"), in_body=kind == "body")


def _text(body: Element | None, *, in_body: bool) -> Iterator[Block]:
    """A body of several paragraphs is a list, as its layout shows it; a free text box is paragraphs."""
    found = list(_paragraphs(body))
    for text, depth in found:
        is_item = depth > 0 or (in_body and len(found) > 1)
        mark = ListMark(depth) if is_item else None
        yield Block(Kind.LIST_ITEM if is_item else Kind.PARAGRAPH, text, mark=mark, src=_SRC)


def _paragraphs(body: Element | None) -> Iterator[tuple[str, int]]:
    """Text and depth of each paragraph that says something."""
    for item in children(body, "p"):
        parts = []
        for run in children(item):
            if local(run) in ("r", "fld"):
                parts.append("".join(part.text or "" for part in children(run, "t")))
            elif local(run) == "br":
                parts.append("\n")
            elif local(run) in ("AlternateContent", "m", "oMath"):
                parts.append("".join(part.text or "" for part in run.iter() if local(part) == "t"))
        text = "".join(parts).strip()
        if text:
            yield text, min(number(attribute(child(item, "pPr"), "lvl")), 8)


def _frame(package: Package, frame: Element, relations: dict[str, Relation]) -> Iterator[Block]:
    data = child(frame, "graphic", "graphicData")
    for item in children(data):
        relation = relations.get(_relation_id(item))
        if local(item) == "tbl":
            yield Block(
                Kind.TABLE,
                rows=_table(item),
                header_rows=int(attribute(child(item, "tblPr"), "firstRow") == "1"),
                src=_SRC,
            )
        elif local(item) == "chart" and relation is not None:
            yield from read_chart(package.xml(relation.target), _SRC)
        elif local(item) == "relIds":
            diagram = relations.get(attribute(item, "dm"))
            yield from _diagram(package.xml(diagram.target)) if diagram else ()


def _table(table: Element) -> Rows:
    """Rows without the cells that others cover."""
    rows = []
    for row in children(table, "tr"):
        cells = [
            cell
            for cell in children(row, "tc")
            if attribute(cell, "hMerge") != "1" and attribute(cell, "vMerge") != "1"
        ]
        rows.append(tuple(_cell(cell) for cell in cells))
    return tuple(rows)


def _cell(cell: Element) -> Cell:
    text = "\n".join(text for text, _ in _paragraphs(child(cell, "txBody")))
    return Cell(text, max(number(attribute(cell, "rowSpan"), 1), 1), max(number(attribute(cell, "gridSpan"), 1), 1))


def _diagram(root: Element | None) -> Iterator[Block]:
    """SmartArt: the texts of its points."""
    for point in children(child(root, "ptLst"), "pt"):
        yield from _text(child(point, "t"), in_body=True)


def _notes(root: Element | None) -> Iterator[Block]:
    for shape in _shapes(child(root, "cSld", "spTree")):
        if _placeholder(shape) == "body":
            for text, _ in _paragraphs(child(shape, "txBody")):
                yield Block(Kind.COMMENT, text, src=_SRC)
