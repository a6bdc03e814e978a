"""Markdown keeps headings, lists, tables, code."""

from __future__ import annotations

from kb.ingestion.readers.blocks import Kind, heading_path

TEXT = """---
title: left out
---
# 취업규칙

이 **규칙**은 [회사](https://example.com)의 `기준`이다.

## 휴가

- 연차
  - 반차
1. 신청
2. 승인

| 이름 | 급여 |
|------|------|
| 하나 | 3,000 |

```python
x = 1  # 그대로
```

<table><tr><td>가<td>나</table>
"""


def test_marks_become_kinds(read) -> None:
    kinds = [block.kind for block in read(TEXT.encode(), "a.md").blocks]

    assert kinds == [
        Kind.HEADING,
        Kind.PARAGRAPH,
        Kind.HEADING,
        *[Kind.LIST_ITEM] * 4,
        Kind.TABLE,
        Kind.CODE,
        Kind.TABLE,
    ]


def test_words_come_without_their_marks(read) -> None:
    assert read(TEXT.encode(), "a.md").blocks[1].text == "이 규칙은 회사의 기준이다."


def test_lists_have_depth_and_printed_numbers(read) -> None:
    items = [block for block in read(TEXT.encode(), "a.md").blocks if block.kind is Kind.LIST_ITEM]

    assert [(item.text, item.mark.depth) for item in items] == [
        ("연차", 0),
        ("반차", 1),
        ("1. 신청", 0),
        ("2. 승인", 0),
    ]


def test_a_table_knows_its_head_and_its_heading(read) -> None:
    result = read(TEXT.encode(), "a.md")
    table = next(block for block in result.blocks if block.kind is Kind.TABLE)

    assert table.header_rows == 1
    assert heading_path(result.blocks, table) == ("취업규칙", "휴가")


def test_deep_quotes_end_in_text(read_apart) -> None:
    result = read_apart(b"> " * 50_000 + b"deep\n\nplain words", "a.md")

    assert result.letters > 0
