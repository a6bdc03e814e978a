"""From what a reader found to the result: text normalised, heads and feet marked, headings and parents, the status told truly."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from kb.ingestion.readers.blocks import Block, Kind, Page, ReadResult, Reason, Status, count_letters
from kb.ingestion.readers.limits import Limits
from kb.ingestion.readers.reasons import ReadFailure
from kb.ingestion.readers.running import mark_running
from kb.ingestion.readers.source import Draft, Format
from kb.ingestion.readers.structure import arrange, guess_header_rows
from kb.normalise import normalise

_NOTICE = "상위버전의배포용문서입니다"
_NOTICE_LETTERS = 200
_NO_TITLES = {
    "untitled",
    "(anonymous)",
    "제목 없음",
    "제목없음",
    "powerpoint presentation",
    "powerpoint 프레젠테이션",
    "document",
}
_PROGRAM = re.compile(r"^(?:Microsoft (?:Word|PowerPoint|Excel) - )", re.I)
_SPACES = re.compile(r"[ \t\xa0]+")


def finish(draft: Draft, kind: Format, limits: Limits) -> ReadResult:
    """The result of a draft. Raises ReadFailure when it is over a limit."""
    clean = [block for block in map(_clean, draft.blocks) if block.text or block.rows or block.kind is Kind.IMAGE]
    _check_cells(clean, limits)
    blocks = arrange(mark_running(clean, draft.pages))
    pages = count_pages(draft.pages, blocks)
    status, reason = judge(blocks, draft.pending_ocr)
    return ReadResult(
        status=status,
        format=kind.value,
        reader=draft.reader,
        title=clean_title(draft.title),
        pages=pages,
        blocks=blocks,
        warnings=(*draft.warnings, *(_silent_pages(pages, draft.pending_ocr) if kind is Format.PDF else ())),
        reason=reason,
        pending_ocr=draft.pending_ocr,
    )


def judge(blocks: tuple[Block, ...], pending_ocr: tuple[int, ...]) -> tuple[Status, Reason | None]:
    """OK when there is a letter or digit in the body; the distribution notice alone is no text, whoever returned it."""
    letters = sum(count_letters(block.plain) for block in blocks if block.is_body)
    if letters and letters < _NOTICE_LETTERS and _NOTICE in "".join("".join(b.plain.split()) for b in blocks):
        return Status.NOTICE_ONLY, Reason("notice_only")
    if letters:
        return Status.OK, None
    if pending_ocr:
        return Status.NEEDS_OCR, Reason("ocr_waiting", {"pages": len(pending_ocr)})
    return Status.EMPTY, Reason("no_text")


def clean_text(text: str) -> str:
    """Normalised, runs of blanks as one, no blank at line ends."""
    lines = (_SPACES.sub(" ", line).strip() for line in normalise(text).split("\n"))
    return "\n".join(lines).strip()


def clean_line(text: str) -> str:
    """The same on one line."""
    return " ".join(normalise(text).split())


def clean_title(title: str) -> str:
    """A title on one line; what programs put there by themselves is none."""
    line = _PROGRAM.sub("", clean_line(title))
    return "" if line.lower() in _NO_TITLES else line


def page_list(numbers: list[int] | tuple[int, ...]) -> str:
    """Page numbers as people write them: 1-3, 7."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def _clean(block: Block) -> Block:
    rows = tuple(tuple(replace(cell, text=clean_text(cell.text)) for cell in row) for row in block.rows)
    if not any(cell.text for row in rows for cell in row):
        rows = ()
    text = normalise(block.text).strip("\n") if block.kind is Kind.CODE else clean_text(block.text)
    header_rows = block.header_rows or guess_header_rows(rows)
    return replace(block, text="" if rows else text, rows=rows, header_rows=header_rows if rows else 0)


def _check_cells(blocks: list[Block], limits: Limits) -> None:
    cells = sum(len(row) for block in blocks for row in block.rows)
    if cells > limits.cells:
        raise ReadFailure("too_many_cells", cells=cells, limit=limits.cells)


def count_pages(pages: list[Page], blocks: tuple[Block, ...]) -> tuple[Page, ...]:
    """The pages with the letters that their body blocks have."""
    letters: Counter[int] = Counter()
    for block in blocks:
        if block.page and block.is_body:
            letters[block.page] += count_letters(block.plain)
    return tuple(replace(page, letters=letters[page.number]) for page in pages)


def _silent_pages(pages: tuple[Page, ...], pending: tuple[int, ...]) -> list[Reason]:
    """Pages without a letter that do not wait for recognition, told when others have text."""
    silent = [page.number for page in pages if not page.letters and page.number not in pending]
    if not silent or len(silent) == len(pages):
        return []
    return [Reason("pages_without_text", {"pages": page_list(silent)})]
