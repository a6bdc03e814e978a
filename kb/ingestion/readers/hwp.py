"""HWP 5, HWPX, HWPML by hwp2markdown (it decrypts 배포용 documents and says password), then rhwp (HWP 3 too), then hwpkit.

Pages come from rhwp's layout, see hwp_pages.py.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from kb.ingestion.readers.blocks import Block, Cell, Kind, ListMark, Reason, count_letters
from kb.ingestion.readers.finish import judge
from kb.ingestion.readers.hwp_checks import refuse, title_of
from kb.ingestion.readers.reasons import ReadFailure
from kb.ingestion.readers.source import Draft, Format, Source
from kb.ingestion.readers.text import paragraphs

_SKIPPED = {
    "header_footer": "headers and footers",
    "memo": "memos",
    "hidden_comment": "hidden comments",
    "chart_legacy": "charts",
    "ole": "embedded objects",
    "textart": "word art",
    "form_control": "form fields",
    "image_link": "linked pictures",
    "image_missing": "missing pictures",
}


def read(source: Source) -> Draft:
    """The document by the first reader that gets text out of it; what the later ones say counts only if it says more."""
    refuse(source)
    drafts: list[Draft] = []
    failure: ReadFailure | None = None
    for attempt in _readers(source.format):
        try:
            draft = attempt(source)
        except ReadFailure as error:
            if error.reason.code in ("password", "drm", "zip_size"):
                raise
            failure = failure or error
            continue
        drafts.append(draft)
        if _says_something(draft):
            break
    if not drafts:
        raise failure or ReadFailure("broken")
    best = next((draft for draft in drafts if _says_something(draft)), drafts[0])
    return _with_pages(replace(_with_fallback_note(best, source.format), title=title_of(source)), source)


def _readers(kind: Format) -> list[Callable[[Source], Draft]]:
    if kind is Format.HWP3:
        return [by_rhwp]
    if kind is Format.HWPX:
        return [by_hwp2markdown, by_rhwp, by_hwpkit]
    return [by_hwp2markdown] if kind is Format.HWPML else [by_hwp2markdown, by_rhwp]


def _says_something(draft: Draft) -> bool:
    """Letters, and not only the notice of a distribution document."""
    return judge(tuple(draft.blocks), ())[1] is None


def by_hwp2markdown(source: Source) -> Draft:
    """Blocks with levels, list labels, notes. Merged cells come as empty ones. Raises ReadFailure."""
    from hwp2md.convert import read_blocks
    from hwp2md.errors import DrmProtectedError, EncryptedDocumentError, UnsupportedHwpError
    from hwp2md.skips import SkipCounter

    skips = SkipCounter()
    try:
        found = read_blocks(source.data, skips=skips)
    except EncryptedDocumentError:
        raise ReadFailure("password") from None
    except DrmProtectedError:
        raise ReadFailure("drm", product="HWP") from None
    except UnsupportedHwpError:  # a distribution document whose hidden text is missing or will not open
        raise ReadFailure("notice_only") from None
    except (MemoryError, RecursionError):
        raise
    except Exception:  # the library raises what damaged records lead to: struct.error, zlib.error, IndexError, ...
        raise ReadFailure("broken") from None
    warnings = [Reason("skipped", {"what": _SKIPPED[kind], "count": count}) for kind, count in skips.items()]
    return Draft("hwp2markdown", [block for item in found for block in _blocks(item)], warnings=warnings)


def by_rhwp(source: Source) -> Draft:
    """Paragraphs without levels; the only reader of HWP 3. Raises ReadFailure, also where the library does not load."""
    from kb.ingestion.readers.rhwp_library import open_document

    document = open_document(source.data)
    return Draft("rhwp", list(_paragraphs(document.paragraphs(), "rhwp")))


def by_hwpkit(source: Source) -> Draft:
    """Plain text, also of packages with parts missing. Raises ReadFailure."""
    from hwpkit import extract_text_from_hwpx

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.hwpx"
        path.write_bytes(source.data)
        try:
            text = extract_text_from_hwpx(str(path))
        except MemoryError:
            raise
        except Exception:  # as above
            raise ReadFailure("broken") from None
    return Draft("hwpkit", list(paragraphs(text, "hwpkit")))


def _paragraphs(texts: list[str], src: str) -> Iterator[Block]:
    for text in texts:
        yield from paragraphs(text, src)


def _blocks(item: Any) -> Iterator[Block]:
    """Ours from one of hwp2markdown's: paragraph, table, picture, note."""
    match type(item).__name__:
        case "Paragraph":
            yield _paragraph(item)
        case "Table":
            yield _table(item)
        case "Note":
            text = "\n".join(paragraph.text for paragraph in item.paragraphs)
            yield Block(Kind.FOOTNOTE, f"{item.number}) {text}", src="hwp2markdown")
        case "Image":
            yield Block(Kind.IMAGE, src="hwp2markdown")


def _paragraph(item: Any) -> Block:
    info = item.list_info
    label = info.label if info else ""
    text = f"{label} {item.text}".strip() if label else item.text
    mark = ListMark(info.depth, label) if info else None
    if item.level:
        return Block(Kind.HEADING, text, level=item.level, mark=mark, src="hwp2markdown")
    if _is_formula(item):
        return Block(Kind.FORMULA, text, src="hwp2markdown")
    return Block(Kind.LIST_ITEM if info else Kind.PARAGRAPH, text, mark=mark, src="hwp2markdown")


def _is_formula(item: Any) -> bool:
    return bool(item.inlines) and all(type(part).__name__ == "Math" for part in item.inlines)


def _table(item: Any) -> Block:
    """A table of one cell is a box around text, which people use for notices."""
    rows = [[Cell(text) for text in row] for row in item.rows]
    if len(rows) == 1 and len(rows[0]) == 1:
        return Block(Kind.PARAGRAPH, rows[0][0].text, src="hwp2markdown")
    return Block(Kind.TABLE, rows=tuple(tuple(row) for row in rows), src="hwp2markdown")


def _with_fallback_note(draft: Draft, kind: Format) -> Draft:
    if draft.reader == "hwp2markdown" or kind is Format.HWP3:
        return draft
    return replace(draft, warnings=[*draft.warnings, Reason("other_reader", {"reader": draft.reader})])


def _with_pages(draft: Draft, source: Source) -> Draft:
    from kb.ingestion.readers.hwp_pages import place

    if not any(count_letters(block.plain) for block in draft.blocks):
        return draft
    try:
        return place(draft, source)
    except ReadFailure:
        return replace(draft, warnings=[*draft.warnings, Reason("no_page_numbers")])
