"""Recognised pages put into a result that waited for them. Pure."""

from __future__ import annotations

from dataclasses import replace

from kb.ingestion.readers.blocks import Block, ReadResult, Reason, Status, count_letters
from kb.ingestion.readers.finish import count_pages, judge, page_list
from kb.ingestion.readers.running import mark_running
from kb.ingestion.readers.structure import arrange


def with_recognised(result: ReadResult, part: ReadResult, pages: tuple[int, ...]) -> ReadResult:
    """The result with the blocks of these pages replaced where recognition found more, and the pages waiting no longer."""
    found = _by_page(part.blocks)
    known = _by_page(tuple(block for block in result.blocks if block.page in pages))
    better = {page for page in pages if _letters(found.get(page, [])) > _letters(known.get(page, []))}
    kept = [block for block in result.blocks if block.page not in better]
    fresh = [block for page in sorted(better) for block in found[page]]
    blocks = arrange(mark_running(_in_order(kept, fresh), list(result.pages)))
    return _settled(result, blocks, pages, part.warnings)


def without(result: ReadResult, pages: tuple[int, ...], failure: ReadResult) -> ReadResult:
    """The result when these pages could not be recognised: told as a warning, or as its reason if there is no text at all."""
    reason = failure.reason or Reason("broken")
    warning = (
        Reason("pages_need_ocr", {"pages": page_list(pages), **reason.params})
        if reason.code == "ocr_missing"
        else Reason("pages_unread", {"pages": page_list(pages)})
    )
    settled = _settled(result, result.blocks, pages, (warning,))
    if settled.status is Status.OK or settled.pending_ocr:
        return settled
    return replace(settled, status=failure.status, reason=reason)


def _settled(
    result: ReadResult, blocks: tuple[Block, ...], done: tuple[int, ...], warnings: tuple[Reason, ...]
) -> ReadResult:
    waiting = tuple(page for page in result.pending_ocr if page not in done)
    status, reason = judge(blocks, waiting)
    if status is Status.EMPTY:
        reason = Reason("ocr_no_text")
    pages = count_pages(list(result.pages), blocks)
    return replace(
        result,
        blocks=blocks,
        pages=pages,
        pending_ocr=waiting,
        status=status,
        reason=reason,
        warnings=(*result.warnings, *warnings),
    )


def _in_order(kept: list[Block], fresh: list[Block]) -> list[Block]:
    """Both in the order of pages; blocks without a page stay where they stand."""
    ordered: list[Block] = []
    waiting = list(fresh)
    for block in kept:
        while waiting and block.page is not None and (waiting[0].page or 0) < block.page:
            ordered.append(waiting.pop(0))
        ordered.append(block)
    return [*ordered, *waiting]


def _by_page(blocks: tuple[Block, ...]) -> dict[int, list[Block]]:
    pages: dict[int, list[Block]] = {}
    for block in blocks:
        pages.setdefault(block.page or 0, []).append(block)
    return pages


def _letters(blocks: list[Block]) -> int:
    return sum(count_letters(block.plain) for block in blocks)
