"""Order in a flat run of blocks: numbered articles become headings even when a file does not mark them, every block gets its parent.

Pure. Korean rules number by 편, 장, 절, 관, 조; reports by Ⅰ., 1., 가.; English ones by Part, Chapter, Article, Section.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from kb.ingestion.readers.blocks import Block, Cell, Kind, Rows

_LEGAL_RANK = {"편": 1, "장": 2, "절": 3, "관": 4, "조": 5}
_NUM = r"\d{1,4}"
_LEGAL = re.compile(rf"제\s?({_NUM})\s?(편|장|절|관|조)(?:\s?의\s?{_NUM})?(?=$|[\s(\[<【.:])")
_TITLE = re.compile(r"\s*[(\[【<]([^)\]】>\n]{1,60})[)\]】>]")
_ANNEX = re.compile(
    r"(?:부\s*칙(?=$|[\s<(\[])|[\[<(]?\s?(?:별표|별지|별첨|붙임|첨부)\s?(?:제?\s?\d{1,3}\s?호?)?\s?(?:서식)?\s?[\])>]?(?=$|[\s.:]))"
)
_ENGLISH = re.compile(
    r"(Part|Chapter|Article|Section|Annex|Appendix|Schedule)\s+(\d{1,3}(?:\.\d{1,3})*|[IVXLC]{1,6}|[A-Z])(?=$|[\s.:)\-–—])",
    re.I,
)
_ENGLISH_RANK = {"part": 1, "chapter": 2, "article": 5, "section": 6, "annex": 2, "appendix": 2, "schedule": 2}
_DECIMAL = re.compile(r"(\d{1,2}(?:\.\d{1,2}){1,4})\.?\s+(?=\D)")
_PLAIN = re.compile(r"(?:(\d{1,2})|([IVX]{1,5})|([가나다라마바사아자차카타파하]))\.\s+(?=\S)")
# Sentences of rules and memos: 한다, 세요, 제출함, 있음. Titles end in nouns (개요, 책임, 적용범위).
_ENDS_LIKE_PROSE = re.compile(
    r"(?:[.,;!?。]|다|(?:세|어|아|해|예|에|네|지|까)요|[가-힣]{2}[함됨]|[있없않같받]음|[할한될된] 것)[\"'”’)\]]*$"
)
# An amount, a date, a time, a share: what stands in the rows, not above them.
_VALUE = re.compile(r"[-+~₩$€\d\s,.:/()%]+(?:원|천원|만원|억원|명|개|건|일|시간|분|회|KRW|USD|EUR)?")
_DANGLES = re.compile(r"(?:는|을|를|에|와|으로|에서|하여|하고|하며|또는|및|,)$")
_REFERENCE = re.compile(r"\s*(?:및|또는|내지|부터|까지|그리고|and|or|to|of|shall|through)\b", re.I)
_LINE_START = re.compile(
    rf"(?:제\s?{_NUM}\s?(?:편|장|절|관|조)(?:\s?의\s?{_NUM})?(?=[\s(\[【])|[①-⑳]|\(\d{{1,2}}\)\s|\d{{1,2}}\.\s+\D|[가-하]\.\s|[-•○●□■◦▪※*]\s)"
)
_TITLE_LENGTH = 60
_PLAIN_RANK, _DECIMAL_RANK, _ROMAN_RANK, _LETTER_RANK = 12, 12, 11, 20


@dataclass(frozen=True, slots=True)
class Numbered:
    """A line that begins with a number of a known kind: how deep that kind is, where the title ends, and how sure it is."""

    rank: int
    end: int
    sure: bool


def numbered(text: str) -> Numbered | None:
    """What numbering a paragraph starts with, None for ordinary text. `end` cuts the title off from a body that follows it."""
    line = text.lstrip()
    offset = len(text) - len(line)
    found = _legal(line) or _annex(line) or _english(line) or _digits(line)
    return replace(found, end=found.end + offset) if found else None


def starts_item(line: str) -> bool:
    """Whether a line on a page starts something new (an article, an item), so that it is not the one before going on."""
    return bool(_LINE_START.match(line.lstrip()))


def is_title_line(line: str) -> bool:
    """Whether a line of plain text is the title of a numbered part by itself."""
    found = numbered(line)
    return (
        found is not None and found.end == len(line.rstrip()) and len(line) <= 30 and not _DANGLES.search(line.rstrip())
    )


def arrange(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Blocks with ids in order, headings recognised and cut from their body, each below its parent."""
    return tuple(_parents(list(_headings(list(blocks)))))


def guess_header_rows(rows: Rows) -> int:
    """1 when the first row looks like column heads: short words, no amounts or dates, and rows below it. Else 0.

    The corner may be empty.
    """
    if len(rows) < 2 or len(rows[0]) < 2:
        return 0
    corner = 1 if not rows[0][0].text.strip() else 0
    return int(all(_is_head(cell) for cell in rows[0][corner:]))


def _is_head(cell: Cell) -> bool:
    text = cell.text.strip()
    return 0 < len(text) <= 40 and not _VALUE.fullmatch(text) and not text.endswith(("다.", "요."))


def _legal(line: str) -> Numbered | None:
    found = _LEGAL.match(line)
    if not found:
        return None
    rank = _LEGAL_RANK[found.group(2)]
    title = _TITLE.match(line, found.end())
    if title:
        return Numbered(rank, title.end(), sure=True)
    rest = line[found.end() :]
    if _REFERENCE.match(rest) or _ENDS_LIKE_PROSE.search(rest.rstrip()) or len(line) > _TITLE_LENGTH:
        return Numbered(rank, found.end(), sure=False)
    return Numbered(rank, len(line), sure=True)


def _annex(line: str) -> Numbered | None:
    found = _ANNEX.match(line)
    if not found or len(line) > _TITLE_LENGTH or _ENDS_LIKE_PROSE.search(line.rstrip()):
        return None
    return Numbered(2, len(line), sure=True)


def _english(line: str) -> Numbered | None:
    found = _ENGLISH.match(line)
    if not found or not found.group(1)[0].isupper():
        return None
    rest = line[found.end() :]
    short = len(line) <= 80 and not _REFERENCE.match(rest) and not rest.rstrip().endswith((".", ",", ";"))
    depth = found.group(2).count(".")
    return Numbered(_ENGLISH_RANK[found.group(1).lower()] + depth, len(line), sure=True) if short else None


def _digits(line: str) -> Numbered | None:
    """1.2 Title, 1. Title, Ⅰ. Title, 가. Title: a heading only while it reads like a title and something follows it."""
    decimal = _DECIMAL.match(line)
    found = decimal or _PLAIN.match(line)
    if not found or len(line) > _TITLE_LENGTH or _ENDS_LIKE_PROSE.search(line.rstrip()):
        return None
    if decimal:
        return Numbered(_DECIMAL_RANK + decimal.group(1).count("."), len(line), sure=False)
    rank = _PLAIN_RANK if found.group(1) else _ROMAN_RANK if found.group(2) else _LETTER_RANK
    return Numbered(rank, len(line), sure=False)


def _headings(blocks: list[Block]) -> Iterator[Block]:
    for index, block in enumerate(blocks):
        found = numbered(block.text) if block.kind in (Kind.PARAGRAPH, Kind.LIST_ITEM) else None
        if found is None or not (found.sure or _is_title(blocks, index, found)):
            yield block
            continue
        yield replace(block, kind=Kind.HEADING, text=block.text[: found.end].strip(), level=0)
        body = block.text[found.end :].strip()
        if body:
            yield replace(block, kind=Kind.PARAGRAPH, text=body, mark=None)


def _is_title(blocks: list[Block], index: int, found: Numbered) -> bool:
    """An unsure number is a title when what follows is its body and what stands before is no sibling: short lines in a run are a list."""
    if found.end != len(blocks[index].text) or _DANGLES.search(blocks[index].text):
        return False
    following, before = _neighbour(blocks[index + 1 :]), _neighbour(blocks[:index][-3:][::-1])
    if following is None or following.kind is Kind.HEADING or _is_sibling(before, found):
        return False
    after = numbered(following.text)
    return after is None or after.rank > found.rank


def _neighbour(blocks: list[Block]) -> Block | None:
    return next((b for b in blocks[:5] if b.kind not in (Kind.HEADER, Kind.FOOTER, Kind.IMAGE)), None)


def _is_sibling(block: Block | None, found: Numbered) -> bool:
    other = numbered(block.text) if block and not block.rows else None
    return other is not None and other.rank == found.rank and not other.sure


@dataclass(frozen=True, slots=True)
class _Open:
    """A heading that is still open: the rank of its number (0 without one), the level that the file marked (0 if it did not)."""

    rank: int
    marked: int
    id: int

    def holds(self, rank: int, marked: int) -> bool:
        """Whether a heading belongs below this one.

        Numbers of two known sorts decide; else two marked levels do; an unmarked number goes below any marked heading, and a
        marked heading closes unmarked numbers.
        """
        if rank and self.rank:
            return rank > self.rank
        if marked:
            return bool(self.marked) and marked > self.marked
        return bool(rank)


def _parents(blocks: list[Block]) -> Iterator[Block]:
    """Walk once with the open headings on a stack; an attachment starts a tree of its own."""
    stack: list[_Open] = []
    floor = 0
    for number, block in enumerate(blocks):
        if block.kind is Kind.ATTACHMENT:
            stack, floor = [_Open(0, 0, number)], 1
            yield replace(block, id=number, level=1, parent=None)
        elif block.kind is Kind.HEADING:
            entry = _Open(_rank(block), block.level, number)
            while len(stack) > floor and not stack[-1].holds(entry.rank, entry.marked):
                stack.pop()
            parent = stack[-1].id if stack else None
            stack.append(entry)
            yield replace(block, id=number, parent=parent, level=block.level or min(len(stack), 6))
        else:
            running = block.kind in (Kind.HEADER, Kind.FOOTER)
            yield replace(block, id=number, parent=stack[-1].id if stack and not running else None)


def _rank(head: Block) -> int:
    """Depth of the kind of numbering; 0 for a heading without a number."""
    found = numbered(head.text)
    return found.rank if found else 0
