"""Markdown marks taken out of a line of text: some libraries put them into what they call text."""

from __future__ import annotations

import re
from functools import cache

from markdown_it import MarkdownIt

_TAGS = re.compile(r"</?(?:u|b|i|sub|sup|br|em|strong)\s*/?>", re.I)
_MARKS = "*_[`\\<"


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"maxNesting": 20})


def plain(text: str) -> str:
    """Words without **bold**, [text](address), <u>, and escapes."""
    if not any(mark in text for mark in _MARKS):
        return text
    children = _parser().parseInline(_TAGS.sub("", text))[0].children or []
    return "".join("\n" if child.type in ("softbreak", "hardbreak") else child.content for child in children)
