"""Results as JSON lines: how the child tells its parent, strict in what it takes back (a broken child may write anything)."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

from kb.ingestion.readers.blocks import Block, Box, Cell, Kind, ListMark, Page, Param, ReadResult, Reason, Rows, Status


class BadLine(ValueError):
    """A line that is not part of the contract."""


def encode_result(result: ReadResult) -> list[str]:
    """Lines `doc`, one `block` each, `end`; the end line carries the number of blocks, so that a cut output is seen."""
    head = {
        "type": "doc",
        "format": result.format,
        "reader": result.reader,
        "title": result.title,
        "pages": [_slim(page) for page in result.pages],
        "warnings": [_slim(reason) for reason in result.warnings],
        "pending_ocr": list(result.pending_ocr),
        "network": result.network,
        "seconds": result.seconds,
    }
    reason = _slim(result.reason) if result.reason else None
    end = {
        "type": "end",
        "status": result.status.value,
        "reason": reason,
        "blocks": len(result.blocks),
        "chars": result.letters,
    }
    return [_dump(head), *(_dump({"type": "block", **_block(block)}) for block in result.blocks), _dump(end)]


def encode(result: ReadResult) -> str:
    """A result as one text of JSON lines, for keeping."""
    return "\n".join(encode_result(result))


def decode(text: str) -> ReadResult:
    """The result back from what `encode` gave. Raises BadLine."""
    return decode_result([decode_line(line.encode()) for line in text.split("\n") if line])


def encode_line(kind: str, **values: Any) -> str:
    """One line of another kind: progress, image, quote, sizes."""
    return _dump({"type": kind, **values})


def decode_line(line: bytes) -> dict[str, Any]:
    """One line as a dict with a `type`. Raises BadLine."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadLine(str(error)) from None
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        raise BadLine("no type")
    return value


def decode_result(lines: list[dict[str, Any]]) -> ReadResult:
    """The result from the lines `doc`, `block`, `end`. Raises BadLine when one is missing or not of this shape."""
    try:
        head = next(line for line in lines if line["type"] == "doc")
        end = next(line for line in lines if line["type"] == "end")
        blocks = tuple(_to_block(line) for line in lines if line["type"] == "block")
        _check(blocks, end["blocks"])
        return ReadResult(
            status=Status(end["status"]),
            format=_text(head["format"]),
            reader=_text(head["reader"]),
            title=_text(head["title"]),
            pages=tuple(_to_page(page) for page in head["pages"]),
            blocks=blocks,
            warnings=tuple(_to_reason(reason) for reason in head["warnings"]),
            reason=_to_reason(end["reason"]) if end["reason"] else None,
            pending_ocr=tuple(_whole(number) for number in head["pending_ocr"]),
            network=_text(head["network"]),
            seconds=float(head["seconds"]),
        )
    except (KeyError, TypeError, ValueError, StopIteration, AttributeError) as error:
        raise BadLine(repr(error)) from None


def _check(blocks: tuple[Block, ...], announced: int) -> None:
    """All blocks are there, numbered in order, and each parent stands before its child (so that paths end)."""
    if announced != len(blocks):
        raise BadLine("blocks are missing")
    for number, block in enumerate(blocks):
        if block.id != number or (block.parent is not None and not 0 <= block.parent < number):
            raise BadLine("blocks are out of order")


def _dump(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _slim(item: Page | Reason | Cell | ListMark) -> dict[str, Any]:
    """Fields that differ from their default: most blocks have few."""
    values = {f.name: getattr(item, f.name) for f in fields(item)}
    defaults = {f.name: f.default for f in fields(item)}
    return {name: value for name, value in values.items() if value != defaults[name]}


def _block(block: Block) -> dict[str, Any]:
    values = {f.name: getattr(block, f.name) for f in fields(block) if getattr(block, f.name) != f.default}
    if block.rows:
        values["rows"] = [[_slim(cell) for cell in row] for row in block.rows]
    if block.mark:
        values["mark"] = _slim(block.mark)
    return values


def _to_block(line: dict[str, Any]) -> Block:
    return Block(
        kind=Kind(line["kind"]),
        text=_text(line.get("text", "")),
        id=_whole(line.get("id", 0)),
        level=_whole(line.get("level", 0)),
        parent=_maybe_whole(line.get("parent")),
        page=_maybe_whole(line.get("page")),
        page_label=_maybe_text(line.get("page_label")),
        bbox=_to_box(line.get("bbox")),
        rows=_to_rows(line.get("rows", [])),
        header_rows=_whole(line.get("header_rows", 0)),
        mark=ListMark(_whole(line["mark"]["depth"]), _text(line["mark"].get("label", ""))) if "mark" in line else None,
        src=_text(line.get("src", "")),
    )


def _to_rows(rows: list[list[dict[str, Any]]]) -> Rows:
    return tuple(tuple(_to_cell(cell) for cell in row) for row in rows)


def _to_cell(cell: dict[str, Any]) -> Cell:
    spans = _whole(cell.get("rowspan", 1)), _whole(cell.get("colspan", 1))
    return Cell(_text(cell["text"]), *spans, bbox=_to_box(cell.get("bbox")))


def _to_page(page: dict[str, Any]) -> Page:
    return Page(
        number=_whole(page["number"]),
        label=_maybe_text(page.get("label")),
        width=_maybe_number(page.get("width")),
        height=_maybe_number(page.get("height")),
        letters=_whole(page.get("letters", 0)),
        scan=bool(page.get("scan", False)),
    )


def _to_reason(reason: dict[str, Any]) -> Reason:
    params: dict[str, Param] = {}
    for name, value in reason.get("params", {}).items():
        if not isinstance(value, str | int | float):
            raise BadLine("a parameter is neither text nor number")
        params[name] = value
    return Reason(_text(reason["code"]), params)


def _to_box(value: list[Any] | None) -> Box | None:
    if value is None:
        return None
    x0, y0, x1, y1 = (float(part) for part in value)
    return x0, y0, x1, y1


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise BadLine("not a text")
    return value


def _whole(value: Any) -> int:
    if not isinstance(value, int):
        raise BadLine("not a whole number")
    return value


def _maybe_text(value: Any) -> str | None:
    return None if value is None else _text(value)


def _maybe_whole(value: Any) -> int | None:
    return None if value is None else _whole(value)


def _maybe_number(value: Any) -> float | None:
    return None if value is None else float(value)
