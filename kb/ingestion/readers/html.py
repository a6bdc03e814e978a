"""HTML by the standard library's parser: event by event, so that depth costs nothing. Scripts, styles and navigation are left out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

from kb.ingestion.readers.blocks import Block, Kind, ListMark
from kb.ingestion.readers.html_table import HtmlTable

_SRC = "html"
_NEVER = frozenset({"script", "style", "template", "noscript", "svg", "iframe", "object"})
_CHROME = frozenset({"nav", "select", "button"})
_BREAKS = frozenset({
    "p", "div", "section", "article", "main", "aside", "header", "footer", "address", "blockquote", "dl", "dt", "dd", "figure",
    "figcaption", "form", "fieldset", "details", "summary", "hr", "center", "body", "html", "caption", "ul", "ol", "li",
    "h1", "h2", "h3", "h4", "h5", "h6", "pre",
})  # fmt: skip
_SPACE = re.compile(r"[ \t\r\n\xa0\u3000]+")


@dataclass(frozen=True, slots=True)
class HtmlPage:
    """Title and blocks of a page."""

    title: str
    blocks: list[Block]


def read_html(text: str) -> HtmlPage:
    """The page's text as blocks. Any input is HTML to the parser: it never raises.

    A page that is all navigation, or whose navigation is never closed, is read with it.
    """
    page = _parse(text, _NEVER | _CHROME)
    return page if page.blocks else _parse(text, _NEVER)


def _parse(text: str, mute: frozenset[str]) -> HtmlPage:
    parser = _Parser(mute)
    parser.feed(text)
    parser.close()
    parser.finish()
    return HtmlPage(_SPACE.sub(" ", "".join(parser.title)).strip(), parser.blocks)


class _Parser(HTMLParser):
    """Turns tags and data into blocks. `_text` is what was read since the last break."""

    def __init__(self, mute: frozenset[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self.title: list[str] = []
        self._mute = mute
        self._muted: tuple[str, int] | None = None
        self._in_title = False
        self._text: list[str] = []
        self._level = 0
        self._pre = 0
        self._lists: list[int | None] = []
        self._label: str | None = None
        self._tables: list[HtmlTable] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._muted:
            if tag == self._muted[0]:
                self._muted = (tag, self._muted[1] + 1)
        elif tag in self._mute:
            self._muted = (tag, 1)
        elif tag == "title":
            self._in_title = not self.title
        elif tag == "br":
            self._text.append("\n" if self._pre else "\x00")
        elif tag == "img":
            self._text.append(f" {dict(attrs).get('alt') or ''} ")
        elif tag in ("table", "tr", "td", "th"):
            self._open_table_part(tag, dict(attrs))
        elif tag in _BREAKS:
            self._break()
            self._open(tag, dict(attrs))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """`<div/>` opens nothing that a later tag closes."""
        if tag in ("br", "img", "hr"):
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self._muted:
            if tag == self._muted[0]:
                left = self._muted[1] - 1
                self._muted = (tag, left) if left else None
        elif tag == "title":
            self._in_title = False
        elif tag in ("table", "tr", "td", "th"):
            self._close_table_part(tag)
        elif tag in _BREAKS:
            self._break()
            self._close(tag)

    def handle_data(self, data: str) -> None:
        if self._muted:
            return
        (self.title if self._in_title else self._text).append(data)

    def finish(self) -> None:
        """End of the input: what is open is closed."""
        while self._tables:
            self._close_table_part("table")
        self._break()

    def _open(self, tag: str, attrs: dict[str, str | None]) -> None:
        if tag in ("ul", "ol"):
            start = attrs.get("start") or "1"
            self._lists.append(
                int(start) if tag == "ol" and start.isascii() and start.isdigit() else None if tag == "ul" else 1
            )
        elif tag == "li":
            self._label = self._next_label()
        elif tag == "pre":
            self._pre += 1
        elif len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self._level = int(tag[1])

    def _close(self, tag: str) -> None:
        if tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        elif tag == "li":
            self._label = None
        elif tag == "pre":
            self._pre = max(0, self._pre - 1)
        elif len(tag) == 2 and tag[0] == "h":
            self._level = 0

    def _next_label(self) -> str:
        if not self._lists or self._lists[-1] is None:
            return ""
        number = self._lists[-1]
        self._lists[-1] = number + 1
        return f"{number}."

    def _take(self) -> str:
        """The text so far, blanks folded except where they are meant; line ends come from <br> alone."""
        text = "".join(self._text)
        self._text = []
        if self._pre:
            return text.replace("\x00", "\n").strip("\n")
        lines = (_SPACE.sub(" ", line).strip() for line in text.split("\x00"))
        return "\n".join(lines).strip()

    def _break(self) -> None:
        text = self._take()
        if not text:
            return
        if self._tables and self._tables[-1].add_text(text):
            return
        self.blocks.append(self._block(text))

    def _block(self, text: str) -> Block:
        if self._level:
            return Block(Kind.HEADING, text.replace("\n", " "), level=self._level, src=_SRC)
        if self._pre:
            return Block(Kind.CODE, text, src=_SRC)
        if self._label is not None:
            label, self._label = self._label, None
            return Block(
                Kind.LIST_ITEM, f"{label} {text}".strip(), mark=ListMark(max(len(self._lists) - 1, 0), label), src=_SRC
            )
        return Block(Kind.PARAGRAPH, text, src=_SRC)

    def _open_table_part(self, tag: str, attrs: dict[str, str | None]) -> None:
        self._break()
        if tag == "table":
            for outer in self._tables:
                self.blocks.extend(outer.dissolve(_SRC))
            self._tables.append(HtmlTable())
        elif self._tables:
            self._tables[-1].open(tag, attrs)

    def _close_table_part(self, tag: str) -> None:
        self._break()
        if not self._tables:
            return
        if tag == "table":
            self.blocks.extend(self._tables.pop().blocks(_SRC))
        else:
            self._tables[-1].close(tag)
