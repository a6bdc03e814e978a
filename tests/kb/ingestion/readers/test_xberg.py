"""xberg's tree and errors, turned into ours."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from kb.ingestion.readers import xberg_library
from kb.ingestion.readers.blocks import Block, Cell, Kind, ListMark
from kb.ingestion.readers.inline import plain
from kb.ingestion.readers.limits import Limits
from kb.ingestion.readers.source import Format, Source

SOURCE = Source(b"", "a", Format.DOC, Limits(cells=9))


def node(parent: int | None = None, layer: str = "body", page: int | None = None, **content: object) -> SimpleNamespace:
    return SimpleNamespace(parent=parent, content_layer=layer, page=page, content=json.dumps(content))


def test_nodes_become_blocks_in_order() -> None:
    cell = {"content": "**이름**", "row": 0, "col": 0, "row_span": 2, "col_span": 1}
    found = list(
        xberg_library._flatten(
            [
                node(node_type="group"),
                node(0, node_type="heading", level=9, text="휴가"),
                node(node_type="list", ordered=False),
                node(2, node_type="list_item", text="연차"),
                node(2, node_type="list", ordered=True),
                node(4, node_type="list_item", text="반차"),
                node(node_type="table", grid={"rows": 2, "cols": 1, "cells": [cell]}),
                node(node_type="image", description=None),
                node(node_type="definition_item", term="연차", definition="쉬는 날"),
                node(node_type="raw_block", content="그대로"),
                node(layer="footer", node_type="paragraph", text="꼬리말", page=3),
                node(node_type="code", text="**x**"),
                node(node_type="page_break"),
            ]
        )
    )

    assert found == [
        Block(Kind.HEADING, "휴가", level=6),
        Block(Kind.LIST_ITEM, "연차", mark=ListMark(0)),
        Block(Kind.LIST_ITEM, "반차", mark=ListMark(1)),
        Block(Kind.TABLE, rows=((Cell("이름", 2, 1),),)),
        Block(Kind.IMAGE, ""),
        Block(Kind.PARAGRAPH, "연차: 쉬는 날"),
        Block(Kind.PARAGRAPH, "그대로"),
        Block(Kind.FOOTER, "꼬리말", page=3),
        Block(Kind.CODE, "**x**"),
    ]


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("Table cell limit exceeded", "too_many_cells"),
        ("Entity too long", "xml_entities"),
        ("Nesting depth exceeded", "too_deep"),
        ("Content too large", "zip_size"),
    ],
)
def test_its_guards_become_our_reasons(message: str, code: str) -> None:
    assert xberg_library._over_limit(message, SOURCE).reason.code == code


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no marks", "no marks"),
        ("**굵은** *글* `x` <u>밑줄</u>", "굵은 글 x 밑줄"),
        ("[연결](https://example.com) 뒤", "연결 뒤"),
        ("5 \\* 3", "5 * 3"),
        ("snake_case_name", "snake_case_name"),
        ("첫\\\n둘", "첫\n둘"),
    ],
)
def test_marks_are_taken_out_of_a_line(text: str, words: str) -> None:
    assert plain(text) == words
