"""PDF: liteparse for blocks with place, checked page by page against PDFium's own text, xberg for files that are cut off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kb.ingestion.readers.blocks import Block, Kind, Page, Reason, count_letters
from kb.ingestion.readers.finish import page_list
from kb.ingestion.readers.pdf_blocks import beside, from_items, from_layout, from_text
from kb.ingestion.readers.pdf_library import PdfPage, open_pdf, survey
from kb.ingestion.readers.reasons import ReadFailure
from kb.ingestion.readers.source import Draft, Source

_LOSS = 0.9
_BATCH = 20


def read(source: Source) -> Draft:
    """Blocks with page and box, page sizes, and the pages that are pictures (`pending_ocr`). Raises ReadFailure."""
    try:
        document = open_pdf(source.data)
    except ReadFailure as failure:
        if failure.reason.code == "broken":
            return _repaired(source)
        raise
    with document:
        if len(document) > source.limits.pages:
            raise ReadFailure("too_many_pages", pages=len(document), limit=source.limits.pages)
        title = str(document.get_metadata_value("Title") or "")
        pages = [survey(document, index) for index in range(len(document))]
    if not any(page.is_readable for page in pages):
        raise ReadFailure("broken")
    return _assemble(source, pages, title)


def _assemble(source: Source, pages: list[PdfPage], title: str) -> Draft:
    blocks: list[Block] = []
    layout = _layout(source, len(pages))
    for page in pages:
        source.progress(page.number, len(pages))
        parsed = layout.get(page.number)
        blocks.extend([*_best(parsed, page), *(beside(parsed) if parsed else ())])
    unread = [page.number for page in pages if not page.is_readable]
    warnings = [Reason("pages_unread", {"pages": page_list(unread)})] if unread else []
    return Draft(
        reader="liteparse" if layout else "pypdfium2",
        blocks=blocks,
        pages=[Page(p.number, p.label, p.width, p.height, scan=p.is_scan) for p in pages],
        title=title,
        warnings=warnings,
        pending_ocr=tuple(page.number for page in pages if page.is_scan),
    )


def _best(parsed: Any, page: PdfPage) -> list[Block]:
    """The page's blocks, unless they lost a tenth of what PDFium reads: then its lines, then PDFium's bare text."""
    wanted = page.letters * _LOSS
    candidates: Iterator[list[Block]] = _candidates(parsed, page)
    best: list[Block] = []
    for blocks in candidates:
        if _letters(blocks) >= wanted:
            return blocks
        best = max(best, blocks, key=_letters)
    return best


def _candidates(parsed: Any, page: PdfPage) -> Iterator[list[Block]]:
    if parsed is not None:
        yield from_layout(parsed)
        yield from_items(parsed)
    yield from_text(page)


def _letters(blocks: list[Block]) -> int:
    return sum(count_letters(block.plain) for block in blocks)


def _layout(source: Source, total: int) -> dict[int, Any]:
    """liteparse's pages by number; empty where it cannot parse what PDFium opened."""
    import liteparse

    parser = liteparse.LiteParse(
        output_format="markdown",
        extract_blocks=True,
        extract_annotations=True,
        extract_form_fields=True,
        emit_word_boxes=True,
        keep_headers_footers=True,
        ocr_enabled=False,
        skip_diagonal_text=False,
        continue_on_page_error=True,
        max_pages=source.limits.pages,
        num_workers=1,
        quiet=True,
    )
    try:
        return {page.page_num: page for page in parser.parse(source.data).pages}
    except liteparse.ParseError:
        return {}


def _repaired(source: Source) -> Draft:
    """A file that PDFium refuses, by xberg, which rebuilds the table of objects. Raises ReadFailure when it cannot either."""
    from kb.ingestion.readers.xberg_library import draft_of, extract

    draft = draft_of(extract(source, "application/pdf"), "xberg")
    if not any(count_letters(block.plain) for block in draft.blocks if block.kind is not Kind.IMAGE):
        raise ReadFailure("broken")
    return draft
