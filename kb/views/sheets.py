"""A page of an original as HTML from the blocks that a reader found, with ranges marked. Pure.

Ranges are code points of the revision's text, as in chunks and citations.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from kb.ingestion.layout import CELL
from kb.ingestion.readers.blocks import Kind

Span = tuple[int, int]
_CLAUSES = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_LEVELS = (3, 4, 5, 6)


@dataclass(frozen=True, slots=True)
class SheetText:
    """A page's text: text[0] is code point `start` of the revision."""

    text: str
    start: int

    def between(self, begin: int, end: int) -> str:
        """Revision text[begin:end], as far as it stands on this page."""
        return self.text[max(0, begin - self.start) : max(0, end - self.start)]


def sheet_html(
    sheet: SheetText, blocks: Sequence[dict[str, Any]], spans: Sequence[Span], number: str = ""
) -> SafeString:
    """The page. `number` is the citation's, written beside the quoted blocks."""
    writer = _Writer(sheet, _merged(spans), number)
    for block in blocks or _lines(sheet):
        writer.block(block)
    return mark_safe("".join(writer.close()))  # noqa: S308 - every part is escaped where it is written


def quotes_on(sheet: SheetText, spans: Sequence[Span]) -> list[str]:
    """The words of the ranges that stand on this page, one text a range."""
    found = (sheet.between(*span).strip() for span in _merged(spans) if _meets(sheet, span))
    return [words for words in found if words]


def _meets(sheet: SheetText, span: Span) -> bool:
    return span[0] < sheet.start + len(sheet.text) and span[1] > sheet.start


def _lines(sheet: SheetText) -> list[dict[str, Any]]:
    """For a page without blocks: each line a paragraph."""
    rows, place = [], sheet.start
    for line in sheet.text.split("\n"):
        rows.append({"kind": str(Kind.PARAGRAPH), "start": place, "end": place + len(line)})
        place += len(line) + 1
    return rows


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted((int(start), int(end)) for start, end in spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif end > start:
            merged.append((start, end))
    return merged


class _Writer:
    """Writes block after block; list items open and close their list."""

    def __init__(self, sheet: SheetText, spans: Sequence[Span], number: str) -> None:
        self.sheet, self.spans, self.number = sheet, spans, number
        self.parts: list[str] = []
        self.in_list = False
        self.level = 2  # the document's title stands above as h2
        self.numbered = False

    def close(self) -> list[str]:
        self._leave_list()
        return self.parts

    def block(self, block: dict[str, Any]) -> None:
        kind = block.get("kind")
        html = self._table(block) if block.get("rows") else self._text(block, str(kind))
        if kind == Kind.LIST_ITEM:
            self.parts.append("" if self.in_list else "<ul>")
            self.in_list = True
        else:
            self._leave_list()
        self.parts.append(self._with_number(block, html, in_list=kind == Kind.LIST_ITEM))

    def _leave_list(self) -> None:
        if self.in_list:
            self.parts.append("</ul>")
            self.in_list = False

    def _with_number(self, block: dict[str, Any], html: str, *, in_list: bool) -> str:
        quoted = any(start < block["end"] and end > block["start"] for start, end in self.spans)
        if not quoted or not self.number or self.numbered or in_list:
            return html
        self.numbered = True
        return f'<div class="quoted-block" data-n="{escape(self.number)}">{html}</div>'

    def _text(self, block: dict[str, Any], kind: str) -> str:
        inner = self._marked(block["start"], block["end"])
        if kind == Kind.HEADING:
            level = self._heading(int(block.get("level") or 1))
            return f"<h{level}>{inner}</h{level}>"
        if kind == Kind.LIST_ITEM:
            return f'<li data-depth="{min(int(block.get("depth") or 0), 4)}">{inner}</li>'
        if kind == Kind.CODE:
            return f"<pre>{inner}</pre>"
        if kind in (Kind.FOOTNOTE, Kind.COMMENT):
            return f'<p class="aside">{inner}</p>'
        if kind == Kind.ATTACHMENT:
            return f'<p class="attached">{inner}</p>'
        first = self.sheet.between(block["start"], block["start"] + 1)
        return f'<p class="para">{inner}</p>' if first and first in _CLAUSES else f"<p>{inner}</p>"

    def _heading(self, level: int) -> int:
        """A heading's HTML level: never more than one below the one before it."""
        self.level = min(_LEVELS[min(max(level, 1), 4) - 1], self.level + 1)
        return self.level

    def _table(self, block: dict[str, Any]) -> str:
        rows = [
            self._row(place, cells, head=at < int(block.get("head") or 0))
            for at, (place, cells) in enumerate(zip(block["rows"], block["cells"], strict=False))
        ]
        return f'<div class="table-wrap" tabindex="0"><table><tbody>{"".join(rows)}</tbody></table></div>'

    def _row(self, place: Sequence[int], cells: Sequence[str], *, head: bool) -> str:
        at, parts = place[0], []
        for cell in cells:
            inner = self._marked(at, at + len(cell))
            parts.append(f'<th scope="col">{inner}</th>' if head else f"<td>{inner}</td>")
            at += len(cell) + len(CELL)
        return f"<tr>{''.join(parts)}</tr>"

    def _marked(self, begin: int, end: int) -> str:
        """Text with its marked ranges; line ends become breaks."""
        parts, at = [], begin
        for start, stop in self.spans:
            first, last = max(start, begin), min(stop, end)
            if first >= last:
                continue
            parts += [_plain(self.sheet.between(at, first)), _quoted(self.sheet.between(first, last))]
            at = last
        return "".join([*parts, _plain(self.sheet.between(at, end))])


def _plain(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _quoted(text: str) -> str:
    return format_html('<mark class="quoted" data-quoted>{}</mark>', mark_safe(_plain(text)))  # noqa: S308 - escaped by _plain
