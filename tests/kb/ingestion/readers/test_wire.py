"""Results as JSON lines: nothing is lost, nothing strange is taken back."""

from __future__ import annotations

import json

import pytest

from kb.ingestion.readers import wire
from kb.ingestion.readers.blocks import Block, Cell, Kind, ListMark, Page, ReadResult, Reason, Status

FULL = ReadResult(
    status=Status.OK,
    format="pdf",
    reader="liteparse",
    title="취업규칙",
    pages=(Page(1, "표지", 595.0, 842.0, 12), Page(2, scan=True)),
    blocks=(
        Block(Kind.HEADING, "제1장\n총칙", id=0, level=1, page=1, bbox=(1.0, 2.0, 3.5, 4.0), src="liteparse"),
        Block(Kind.LIST_ITEM, "가. 항목", id=1, parent=0, page=1, page_label="표지", mark=ListMark(1, "가.")),
        Block(
            Kind.TABLE, id=2, parent=0, rows=((Cell("a", 2, 1), Cell("b", bbox=(0.0, 0.0, 1.0, 1.0))),), header_rows=1
        ),
    ),
    warnings=(Reason("skipped", {"what": "memos", "count": 2}),),
    pending_ocr=(2,),
    network="off",
    seconds=1.5,
)


def test_a_result_comes_back_as_it_was() -> None:
    assert wire.decode(wire.encode(FULL)) == FULL


def test_a_failure_comes_back_with_its_reason() -> None:
    failed = ReadResult(Status.ENCRYPTED, format="pdf", reason=Reason("password"))

    assert wire.decode(wire.encode(failed)) == failed


def broken(change: dict[str, object], line: int = 1) -> str:
    lines = [json.loads(text) for text in wire.encode(FULL).split("\n")]
    lines[line] |= change
    return "\n".join(json.dumps(value) for value in lines)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no json",
        "[1, 2]",
        '{"no": "type"}',
        "[" * 100_000,
        broken({"kind": "sculpture"}),
        broken({"text": 5}),
        broken({"parent": 7}),
        broken({"id": 9}),
        broken({"bbox": [1, 2]}),
        broken({"status": "wonderful"}, 4),
        broken({"blocks": 99}, 4),
        broken({"pages": [{"number": "one"}]}, 0),
        broken({"warnings": [{"code": "x", "params": {"a": [1]}}]}, 0),
        wire.encode(FULL).rsplit("\n", 1)[0],
    ],
)
def test_what_is_not_of_the_contract_is_refused(text: str) -> None:
    with pytest.raises(wire.BadLine):
        wire.decode(text)
