"""Writes a web page as an intranet has it: plain HTML with a little style, in UTF-8 or CP949."""

from __future__ import annotations

from html import escape

from samples.build.blocks import Block, Box, Cell, Heading, Item, Note, PageBreak, SpeakerNote, Table
from samples.build.markup import spans
from samples.build.source import Source

_STYLE = (
    "body{font-family:sans-serif;max-width:52rem;margin:2rem auto;line-height:1.6}"
    "table{border-collapse:collapse;margin:1rem 0}td,th{border:1px solid #777;padding:.3rem .6rem}"
    ".box{border:1px solid #777;background:#eee;padding:.6rem}"
)


def build(source: Source) -> bytes:
    """The source as one HTML page in the encoding of its head."""
    encoding = source.head.get("encoding", "utf-8")
    charset = "euc-kr" if encoding == "cp949" else encoding
    lines = [
        "<!DOCTYPE html>",
        f'<html lang="{source.language}">',
        f'<head><meta charset="{charset}"><title>{escape(source.title)}</title><style>{_STYLE}</style></head>',
        "<body>",
        *_menu(source.head.get("menu", [])),
        f"<h1>{escape(source.title)}</h1>",
        *(f"<p><small>{escape(line)}</small></p>" for line in source.head.get("subtitle", [])),
        *_body(source.blocks()),
        "</body>",
        "</html>",
    ]
    return "\n".join(lines).encode(encoding)


def _menu(entries: list[str]) -> list[str]:
    if not entries:
        return []
    links = "".join(f'<li><a href="#">{escape(entry)}</a></li>' for entry in entries)
    return [f"<nav><ul>{links}</ul></nav>"]


def _body(blocks: list[Block]) -> list[str]:
    lines: list[str] = []
    in_list = False
    for block in blocks:
        bullet = isinstance(block, Item) and block.label == "-"
        if bullet != in_list:
            lines.append("<ul>" if bullet else "</ul>")
            in_list = bullet
        lines.append(f"<li>{_inline(block.text)}</li>" if bullet else _block(block))
    return [*lines, "</ul>"] if in_list else lines


def _block(block: Block) -> str:
    match block:
        case Heading(level, text):
            return f"<h{level + 1}>{_inline(text)}</h{level + 1}>"
        case Item(label=label, text=text):
            return f"<p>{escape(label)} {_inline(text)}</p>"
        case Box(text):
            return f'<p class="box">{_inline(text)}</p>'
        case Note(number, text):
            return f'<p><small id="note{number}">{number}) {_inline(text)}</small></p>'
        case Table():
            return "\n".join(["<table>", *(_row(block, row) for row in range(block.rows)), "</table>"])
        case PageBreak() | SpeakerNote():
            return ""
    return f"<p>{_inline(block.text)}</p>"


def _row(table: Table, number: int) -> str:
    return f"<tr>{''.join(_cell(table, cell) for cell in table.row(number))}</tr>"


def _cell(table: Table, cell: Cell) -> str:
    tag = "th" if cell.row < table.header_rows else "td"
    reach = f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else ""
    reach += f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
    return f"<{tag}{reach}>{_inline(cell.text)}</{tag}>"


def _inline(text: str) -> str:
    parts = []
    for span in spans(text):
        letters = f"<b>{escape(span.text)}</b>" if span.bold else escape(span.text)
        parts.append(f'<sup><a href="#note{span.note}">{span.note})</a></sup>' if span.note else letters)
    return "".join(parts)
