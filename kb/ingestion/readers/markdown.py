"""Markdown by markdown-it: headings, lists, tables, code kept; HTML inside goes through the HTML reader."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token

from kb.ingestion.readers.blocks import Block, Cell, Kind, ListMark
from kb.ingestion.readers.html import read_html

_SRC = "markdown-it"
_MAX_NESTING = 40


@dataclass
class _State:
    """Where the walk stands: open lists with their next number, and the table being filled."""

    lists: list[int | None] = field(default_factory=list)
    fresh_item: bool = False
    heading: int = 0
    rows: list[list[Cell]] = field(default_factory=list)
    header_rows: int = 0
    in_table: bool = False


def read_markdown(text: str) -> list[Block]:
    """Blocks of a Markdown text. A YAML head between --- lines is left out."""
    parser = MarkdownIt("commonmark", {"maxNesting": _MAX_NESTING}).enable("table")
    return list(_walk(parser.parse(_without_front_matter(text)), _State()))


def _without_front_matter(text: str) -> str:
    if not text.startswith("---\n"):
        return text
    end = text.find("\n---\n", 3)
    return text[end + 5 :] if 0 < end < 5_000 else text


def _walk(tokens: list[Token], state: _State) -> Iterator[Block]:
    for token in tokens:
        if token.type in _ENTER:
            _ENTER[token.type](state, token)
        elif token.type == "inline":
            yield from _inline(state, token)
        elif token.type in ("fence", "code_block"):
            yield Block(Kind.CODE, token.content, src=_SRC)
        elif token.type == "html_block":
            yield from read_html(token.content).blocks
        elif token.type == "table_close":
            yield _table(state)


def _open_list(state: _State, token: Token) -> None:
    state.lists.append(int(token.attrGet("start") or 1) if token.type == "ordered_list_open" else None)


def _close_list(state: _State, _: Token) -> None:
    state.lists.pop()


def _open_item(state: _State, _: Token) -> None:
    state.fresh_item = True


def _close_item(state: _State, _: Token) -> None:
    number = state.lists[-1]
    if number is not None:
        state.lists[-1] = number + 1


def _heading(state: _State, token: Token) -> None:
    state.heading = int(token.tag[1])


def _open_table(state: _State, _: Token) -> None:
    state.rows, state.header_rows, state.in_table = [], 0, True


def _open_row(state: _State, _: Token) -> None:
    state.rows.append([])


def _close_head(state: _State, _: Token) -> None:
    state.header_rows = len(state.rows)


_ENTER = {
    "bullet_list_open": _open_list,
    "ordered_list_open": _open_list,
    "bullet_list_close": _close_list,
    "ordered_list_close": _close_list,
    "list_item_open": _open_item,
    "list_item_close": _close_item,
    "heading_open": _heading,
    "table_open": _open_table,
    "tr_open": _open_row,
    "thead_close": _close_head,
}


def _inline(state: _State, token: Token) -> Iterator[Block]:
    text = _plain(token)
    if state.in_table:
        state.rows[-1].append(Cell(text))
    elif state.heading:
        yield Block(Kind.HEADING, text, level=state.heading, src=_SRC)
        state.heading = 0
    elif state.lists and state.fresh_item:
        state.fresh_item = False
        number = state.lists[-1]
        label = "" if number is None else f"{number}."
        yield Block(Kind.LIST_ITEM, f"{label} {text}".strip(), mark=ListMark(len(state.lists) - 1, label), src=_SRC)
    else:
        yield Block(Kind.PARAGRAPH, text, src=_SRC)


def _table(state: _State) -> Block:
    state.in_table = False
    rows = tuple(tuple(row) for row in state.rows)
    return Block(Kind.TABLE, rows=rows, header_rows=state.header_rows, src=_SRC)


def _plain(token: Token) -> str:
    """The words without their marks; line ends stay, pictures leave their description."""
    parts = []
    for child in token.children or []:
        if child.type in ("text", "code_inline", "image"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak") or (
            child.type == "html_inline" and child.content.lower().startswith("<br")
        ):
            parts.append("\n")
    return "".join(parts).strip()
