"""DOCX read part by part: printed numbers of headings and lists, merged cells, notes, text boxes, heads and feet, saved page breaks.

xberg reads DOCX too and is the fallback; it drops the numbers that Word computes (제1조 in a numbered style) and spans of cells.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kb.ingestion.readers.blocks import Block, Kind, ListMark, Page, Reason
from kb.ingestion.readers.charts import read_chart
from kb.ingestion.readers.office import with_fallback
from kb.ingestion.readers.ooxml import Element, Package, attribute, child, children, local, open_package, parse_xml
from kb.ingestion.readers.reasons import ReadFailure
from kb.ingestion.readers.source import Draft, Source
from kb.ingestion.readers.word_numbers import Numbers, read_numbering
from kb.ingestion.readers.word_runs import Run, paragraph_runs
from kb.ingestion.readers.word_styles import Styles, read_styles
from kb.ingestion.readers.word_table import read_table

_SRC = "docx"
_WRAPPERS = (
    "sdt",
    "sdtContent",
    "customXml",
    "ins",
    "moveTo",
    "smartTag",
    "AlternateContent",
    "Choice",
    "sect",
    "body",
    "sub-section",
)
_REPEATED = {"header": Kind.HEADER, "footer": Kind.FOOTER}


def read(source: Source) -> Draft:
    """The document by our own walk, by xberg when a part that is needed is damaged. Raises ReadFailure."""
    try:
        package = open_package(source)
        name = package.main("word/document.xml")
        root = package.xml(name)
        if root is None:
            raise ReadFailure("broken")
        draft = _walk(package, name, root)
    except ReadFailure as failure:
        if failure.reason.code != "broken":
            raise
        return with_fallback(source, failure)
    return draft


def read_wordml(source: Source) -> Draft:
    """Word's XML of 2003, one file without a package. Raises ReadFailure."""
    root = parse_xml(source.data)
    body = child(root, "body")
    walker = Walker(Styles({}), Numbers({}, {}), {}, has_saved_breaks=False)
    return Draft("wordml", list(walker.blocks(body if body is not None else root)))


def _walk(package: Package, name: str, root: Element) -> Draft:
    relations = package.relations(name)
    parts = {relation.kind: package.xml(relation.target) for relation in relations.values() if relation.kind in _PARTS}
    notes = {**_notes(parts.get("footnotes"), "footnote"), **_notes(parts.get("endnotes"), "endnote")}
    styles, numbers = read_styles(parts.get("styles")), read_numbering(parts.get("numbering"))
    walker = Walker(
        styles, numbers, notes, has_saved_breaks=any(local(e) == "lastRenderedPageBreak" for e in root.iter())
    )
    walker.charts = {
        key: read_chart(package.xml(item.target), _SRC) for key, item in relations.items() if item.kind == "chart"
    }
    blocks = list(walker.blocks(root))
    blocks.extend(_comments(parts.get("comments")))
    for relation in relations.values():
        if relation.kind in _REPEATED:
            blocks.extend(_repeated(package.xml(relation.target), _REPEATED[relation.kind]))
    if not walker.has_breaks:
        return Draft(_SRC, [replace(block, page=None) for block in blocks], title=package.title())
    pages = [Page(page + 1) for page in range(walker.page)]
    return Draft(_SRC, blocks, pages, package.title(), [Reason("approximate_pages")])


_PARTS = ("styles", "numbering", "footnotes", "endnotes", "comments")


class Walker:
    """Goes through a body in order, keeping the page and the counters of numbered paragraphs."""

    def __init__(
        self, styles: Styles, numbers: Numbers, notes: dict[str, str], *, has_saved_breaks: bool = True
    ) -> None:
        self.page = 1
        self.has_breaks = False
        self._styles = styles
        self._numbers = numbers
        self._notes = notes
        self._saved = has_saved_breaks
        self.charts: dict[str, list[Block]] = {}

    def blocks(self, parent: Element) -> Iterator[Block]:
        """Blocks of everything below an element that only wraps paragraphs and tables."""
        for item in children(parent):
            name = local(item)
            if name == "p":
                yield from self._paragraph(item)
            elif name == "tbl":
                yield from self._table(item)
            elif name in _WRAPPERS:
                yield from self.blocks(item)

    def _table(self, item: Element) -> Iterator[Block]:
        table = read_table(item, lambda cell: "\n".join(block.plain for block in self.blocks(cell)))
        if sum(len(row) for row in table.rows) == 1:
            yield Block(Kind.PARAGRAPH, table.rows[0][0].text, page=self.page, src=_SRC)
        elif table.rows:
            yield Block(Kind.TABLE, rows=table.rows, header_rows=table.header_rows, page=self.page, src=_SRC)

    def _paragraph(self, item: Element) -> Iterator[Block]:
        properties = child(item, "pPr")
        if child(properties, "pageBreakBefore") is not None and not self._saved:
            self._turn()
        runs = list(paragraph_runs(item))
        before, after = self._breaks(runs)
        for _ in range(before):
            self._turn()
        yield from self._text(item, runs)
        for run in runs:
            yield from (replace(block, page=self.page) for block in self.charts.get(run.chart, []))
            if run.box is not None:
                yield from self.blocks(run.box)
            elif run.note in self._notes:
                yield Block(Kind.FOOTNOTE, self._notes[run.note], page=self.page, src=_SRC)
        for _ in range(after):
            self._turn()

    def _text(self, item: Element, runs: list[Run]) -> Iterator[Block]:
        text = "".join(run.text for run in runs).strip()
        style = self._styles.of(item)
        if text:
            mark = self._numbers.mark(style)
            yield self._block(text, style.level, mark)
        for run in runs:
            if run.picture is not None:
                yield Block(Kind.IMAGE, run.picture, page=self.page, src=_SRC)

    def _block(self, text: str, level: int, mark: ListMark | None) -> Block:
        label = mark.label if mark else ""
        full = f"{label} {text}" if label else text
        kind = Kind.HEADING if level else Kind.LIST_ITEM if mark else Kind.PARAGRAPH
        return Block(kind, full, level=level, mark=mark, page=self.page, src=_SRC)

    def _breaks(self, runs: list[Run]) -> tuple[int, int]:
        """Page turns before the paragraph's first word and after it: those that Word saved, or explicit ones where it saved none."""
        marks = [bool(run.saved_break if self._saved else run.page_break) for run in runs]
        first = next((i for i, run in enumerate(runs) if run.text.strip()), len(runs))
        return sum(marks[: first + 1]), sum(marks[first + 1 :])

    def _turn(self) -> None:
        self.page += 1
        self.has_breaks = True


def _notes(root: Element | None, kind: str) -> dict[str, str]:
    """Texts of foot or end notes by kind and id; separators have a type and are left out."""
    found = {}
    for item in children(root, kind):
        if not attribute(item, "type"):
            found[f"{kind}:{attribute(item, 'id')}"] = _plain(item)
    return found


def _comments(root: Element | None) -> list[Block]:
    return [Block(Kind.COMMENT, _plain(item), src=_SRC) for item in children(root, "comment")]


def _repeated(root: Element | None, kind: Kind) -> list[Block]:
    text = _plain(root) if root is not None else ""
    return [Block(kind, text, src=_SRC)] if text else []


def _plain(root: Element) -> str:
    walker = Walker(Styles({}), Numbers({}, {}), {})
    return "\n".join(block.plain for block in walker.blocks(root) if block.plain)
