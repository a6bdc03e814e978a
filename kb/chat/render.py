"""An answer as HTML: Markdown rendered on the server, sanitised, its sentences marked, nothing from outside.

The exit is controlled here (EchoLeak, CVE-2025-32711): no image, no link of the model's own survives; the only links are
those to the passages that our own check found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from html.parser import HTMLParser

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from kb.chat.sentences import AnswerSentence

_TAGS = {
    "p", "br", "strong", "em", "b", "i", "code", "pre", "blockquote", "ul", "ol", "li", "table", "thead", "tbody", "tr",
    "th", "td", "h3", "h4", "h5", "h6", "hr", "s",
}  # fmt: skip
_BLOCKS = {"p", "li", "td", "th", "h3", "h4", "h5", "h6", "blockquote", "pre"}
_BEGIN, _END = "\ue000", "\ue001"
_PRIVATE = dict.fromkeys(range(57344, 63744))
_LEADING = " \t>#*-+|0123456789.)"

_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])
_markdown.disable(["image", "link", "autolink", "reference", "html_block", "html_inline"])

After = Callable[[int], str]


def plain(text: str) -> str:
    """Text without private-use characters, which mark sentences here."""
    return text.translate(_PRIVATE)


def render_markdown(text: str) -> SafeString:
    """Markdown as sanitised HTML without links, images, scripts and styles."""
    return mark_safe(_sanitised(_markdown.render(plain(text))))  # noqa: S308 - sanitised right there


def render_answer(
    text: str, sentences: Sequence[AnswerSentence], before: Mapping[int, str], after: Mapping[int, str]
) -> SafeString:
    """An answer with its sentences marked.

    `before` gives the class of a sentence's span (none: no span), `after` the trusted HTML that follows it (chips,
    notes); both by the sentence's place in `sentences`. Ranges of sentences are code points of `text`.
    """
    marked = _with_marks(text, sentences)
    inserter = _Inserter(before, after)
    inserter.feed(_sanitised(_markdown.render(marked)))
    inserter.close()
    return mark_safe("".join(inserter.parts))  # noqa: S308 - sanitised text and our own chips


def _sanitised(html: str) -> str:
    # A model's headings stand under the page's own: h1 and h2 become h3 and h4.
    html = html.replace("<h1>", "<h3>").replace("</h1>", "</h3>").replace("<h2>", "<h4>").replace("</h2>", "</h4>")
    return nh3.clean(html, tags=_TAGS, attributes={"td": {"align"}, "th": {"align"}}, link_rel=None)


def _with_marks(text: str, sentences: Sequence[AnswerSentence]) -> str:
    text = "".join(" " if "\ue000" <= char <= "\uf8ff" else char for char in text)  # keeps every place
    parts, done = [], 0
    for sentence in sentences:
        begin = sentence.start
        end = begin + len(text[begin : sentence.end].rstrip(" \t\n|"))  # a mark behind a row's last bar would be lost
        while begin < end - 1 and text[begin] in _LEADING and _at_line_start(text, sentence.start, begin):
            begin += 1
        parts += [text[done:begin], _BEGIN, text[begin:end], _END]
        done = end
    return "".join([*parts, text[done:]])


def _at_line_start(text: str, start: int, place: int) -> bool:
    """Whether only Markdown's own marks lie between the line's start and `place`."""
    line = text.rfind("\n", 0, start) + 1
    return all(char in _LEADING for char in text[line:place])


class _Inserter(HTMLParser):
    """Writes the HTML again, wrapping each marked sentence's text and adding what follows it."""

    def __init__(self, before: Mapping[int, str], after: Mapping[int, str]) -> None:
        super().__init__(convert_charrefs=True)
        self.before, self.after = before, after
        self.parts: list[str] = []
        self.place, self.inside = -1, False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":  # a wide one scrolls by itself, also by keyboard
            self.parts.append('<div class="table-wrap" tabindex="0">')
        self.parts.append("<" + tag + "".join(f' {name}="{escape(value or "")}"' for name, value in attrs) + ">")

    def handle_endtag(self, tag: str) -> None:
        self.parts.append(f"</{tag}>")
        if tag == "table":
            self.parts.append("</div>")

    def handle_data(self, data: str) -> None:
        for piece in _pieces(data):
            if piece == _BEGIN:
                self.place, self.inside = self.place + 1, True
            elif piece == _END:
                self.inside = False
                self.parts.append(self.after.get(self.place, ""))
            else:
                self._text(piece)

    def _text(self, text: str) -> None:
        css = self.before.get(self.place) if self.inside else None
        safe = escape(text, quote=False)
        self.parts.append(f'<span class="{css}">{safe}</span>' if css and text.strip() else safe)


def _pieces(data: str) -> list[str]:
    pieces, held = [], ""
    for char in data:
        if char in (_BEGIN, _END):
            pieces += [held, char] if held else [char]
            held = ""
        else:
            held += char
    return [*pieces, held] if held else pieces
