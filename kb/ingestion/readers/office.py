"""Office formats that xberg reads alone: doc, xls, ppt, xlsb, OpenDocument, RTF; and WordML, which is XML under the name .doc."""

from __future__ import annotations

import io
import struct
from dataclasses import replace
from typing import Any

from kb.ingestion.readers.blocks import Block, Kind, Page, Reason
from kb.ingestion.readers.reasons import ReadFailure
from kb.ingestion.readers.source import Draft, Format, Source
from kb.ingestion.readers.xberg_library import draft_of, extract

MIME: dict[Format, str] = {
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.PPTX: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    Format.XLSB: "application/vnd.ms-excel.sheet.binary.macroEnabled.12",
    Format.DOC: "application/msword",
    Format.XLS: "application/vnd.ms-excel",
    Format.PPT: "application/vnd.ms-powerpoint",
    Format.ODT: "application/vnd.oasis.opendocument.text",
    Format.ODS: "application/vnd.oasis.opendocument.spreadsheet",
    Format.ODP: "application/vnd.oasis.opendocument.presentation",
    Format.RTF: "application/rtf",
    Format.MSG: "application/vnd.ms-outlook",
}
_SHEETS = (Format.XLS, Format.XLSX, Format.XLSB, Format.ODS)
_DOC_ENCRYPTED = 0x0100
_XLS_FILEPASS = 0x002F
_PPT_ENCRYPTED = 0xF3D1C4DF


def read(source: Source) -> Draft:
    """The document's tree as blocks; a sheet is a page with its name. Raises ReadFailure."""
    if is_encrypted(source):
        raise ReadFailure("password")
    if source.format is Format.WORDML:
        from kb.ingestion.readers.word import read_wordml

        return read_wordml(source)
    return by_xberg(source)


def by_xberg(source: Source) -> Draft:
    """xberg's draft for any format that it has a type for. Raises ReadFailure."""
    draft = draft_of(extract(source, MIME[source.format]), "xberg")
    return _as_sheets(draft, source) if source.format in _SHEETS else draft


def with_fallback(source: Source, failure: ReadFailure) -> Draft:
    """What xberg makes of a file that our own reader could not open; the first failure counts if it cannot either."""
    try:
        draft = by_xberg(source)
    except ReadFailure:
        raise failure from None
    return replace(draft, warnings=[*draft.warnings, Reason("other_reader", {"reader": "xberg"})])


def is_encrypted(source: Source) -> bool:
    """The password flag of the old binary formats, which xberg takes for damage."""
    if source.format not in (Format.DOC, Format.XLS, Format.PPT):
        return False
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(source.data)) as ole:
            return _CHECKS[source.format](ole)
    except (OSError, ValueError, IndexError, KeyError, TypeError, AttributeError, struct.error):
        return False


def _doc(ole: Any) -> bool:
    head = ole.openstream("WordDocument").read(12)
    return bool(struct.unpack_from("<H", head, 10)[0] & _DOC_ENCRYPTED)


def _xls(ole: Any) -> bool:
    """A FILEPASS record stands among the first records of the workbook."""
    data = ole.openstream("Workbook" if ole.exists("Workbook") else "Book").read(4096)
    place = 0
    while place + 4 <= len(data):
        record, length = struct.unpack_from("<HH", data, place)
        if record == _XLS_FILEPASS:
            return True
        place += 4 + length
    return False


def _ppt(ole: Any) -> bool:
    if ole.exists("EncryptedSummary"):
        return True
    head = ole.openstream("Current User").read(16)
    return bool(struct.unpack_from("<I", head, 12)[0] == _PPT_ENCRYPTED)


_CHECKS = {Format.DOC: _doc, Format.XLS: _xls, Format.PPT: _ppt}


def _as_sheets(draft: Draft, source: Source) -> Draft:
    """xberg heads each sheet with its name: that name becomes the page's label."""
    blocks: list[Block] = []
    pages: list[Page] = []
    for block in draft.blocks:
        if block.kind is Kind.HEADING:
            pages.append(Page(len(pages) + 1, block.text))
        number, label = (len(pages), pages[-1].label) if pages else (None, None)
        _check_rows(block, label or "", source)
        blocks.append(replace(block, page=number, page_label=label, level=1 if block.kind is Kind.HEADING else 0))
    return replace(draft, blocks=blocks, pages=pages)


def _check_rows(block: Block, sheet: str, source: Source) -> None:
    if len(block.rows) > source.limits.rows:
        raise ReadFailure("too_many_rows", sheet=sheet, rows=len(block.rows), limit=source.limits.rows)
