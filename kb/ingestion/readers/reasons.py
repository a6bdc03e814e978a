"""Codes of reasons and warnings and their English sentences. Pure: who speaks to people translates them."""

from __future__ import annotations

from kb.ingestion.readers.blocks import Param, Reason, Status

FAILURES: dict[str, tuple[Status, str]] = {
    "empty_file": (Status.EMPTY, "The file is empty."),
    "no_text": (Status.EMPTY, "The file opens, but there is no text in it."),
    "ocr_no_text": (Status.EMPTY, "The pages are pictures, and text recognition found no letters on them."),
    "password": (Status.ENCRYPTED, "The file is protected by a password. Save it without one and upload it again."),
    "drm": (
        Status.ENCRYPTED,
        "The file is locked by document security ({product}). Have it released and upload it again.",
    ),
    "notice_only": (
        Status.NOTICE_ONLY,
        "The file is a distribution copy (배포용) that could not be opened: it gives a notice instead of its text.",
    ),
    "unsupported_type": (Status.UNSUPPORTED, "Files of this kind cannot be read: {type}."),
    "unknown_type": (Status.UNSUPPORTED, "The content is of no kind that can be read."),
    "broken": (Status.BROKEN, "The file is damaged or incomplete: no reader could open it."),
    "unreadable": (Status.BROKEN, "The file could not be opened on the server."),
    "file_too_large": (Status.LIMIT, "The file is too large: {size_mb} MB, at most {limit_mb} MB are read."),
    "zip_entries": (Status.LIMIT, "The package holds too many parts: {entries}, at most {limit}."),
    "zip_size": (Status.LIMIT, "Unpacked, the file would be too large: over {limit_mb} MB."),
    "zip_ratio": (Status.LIMIT, "The file is packed suspiciously tight: {ratio} to 1, at most {limit} to 1."),
    "zip_overlap": (Status.LIMIT, "The package's parts lie on top of each other, which only an attack does."),
    "xml_entities": (Status.LIMIT, "The file defines XML entities, which no document needs and attacks use."),
    "too_deep": (Status.LIMIT, "The file's parts are nested too deeply, which no document needs and attacks use."),
    "too_many_pages": (Status.LIMIT, "The file has too many pages: {pages}, at most {limit}. Split it."),
    "too_many_rows": (Status.LIMIT, "The sheet {sheet} has too many rows: {rows}, at most {limit}. Split it."),
    "too_many_cells": (Status.LIMIT, "The tables are too large: {cells} cells, at most {limit}."),
    "image_too_large": (Status.LIMIT, "The picture is too large: {width} x {height} points of colour."),
    "memory": (Status.LIMIT, "Reading the file took more memory than allowed ({limit_mb} MB)."),
    "output": (Status.LIMIT, "The file's text is too long: over {limit_mb} MB."),
    "cpu_time": (Status.TIMEOUT, "Reading the file took more computing time than allowed ({seconds} s)."),
    "wall_time": (Status.TIMEOUT, "Reading the file took longer than allowed ({seconds} s) and was stopped."),
    "crashed": (Status.CRASH, "The reader crashed on this file ({detail})."),
    "no_picture": (Status.UNSUPPORTED, "Files of this kind have no pages to draw."),
    "no_page": (Status.UNSUPPORTED, "The file has no page {page}."),
    "no_korean_font": (Status.UNSUPPORTED, "Drawing pages of HWP needs a Korean font on the server (fonts-nanum)."),
    "ocr_missing": (
        Status.NEEDS_OCR,
        "The pages are pictures. To read them, Tesseract with Korean has to be installed on the server ({packages}).",
    ),
    "ocr_waiting": (Status.NEEDS_OCR, "The pages are pictures: {pages} wait for text recognition."),
}

WARNINGS: dict[str, str] = {
    "pages_without_text": "No text on page {pages}.",
    "pages_unread": "Page {pages} could not be read.",
    "ocr_uncertain": "Text recognition was unsure on page {pages}.",
    "pages_need_ocr": "Page {pages} is a picture and was not read: Tesseract with Korean is missing ({packages}).",
    "approximate_pages": "Page numbers of this format are computed and may differ by one.",
    "no_page_numbers": "This file has no page numbers here: the layout reader is not available.",
    "other_reader": "The usual reader could not open the file; it was read by {reader}.",
    "skipped": "Not read: {what} ({count}).",
    "macros": "The file contains macros. They were neither run nor read.",
    "wrong_extension": "The name ends in {extension}, the content is {type}: read by its content.",
    "encoding": "The text was decoded as {encoding}.",
    "bad_bytes": "{count} characters could not be decoded.",
    "attachment_unread": "Attachment {name} could not be read.",
    "attachments_cut": "Only the first {limit} of {count} attachments were read.",
    "sparse_sheet": "The sheet {sheet} is very large and nearly empty: only its filled rows were read.",
}


def status_of(code: str) -> Status:
    """The status that a reason belongs to."""
    return FAILURES[code][0]


def sentence(reason: Reason) -> str:
    """The English sentence of a reason or warning, its parameters filled in."""
    template = FAILURES[reason.code][1] if reason.code in FAILURES else WARNINGS[reason.code]
    return template.format(**reason.params)


class ReadFailure(Exception):
    """A file cannot be read, for a reason that is true of it. Raised by readers, turned into a result by the child."""

    def __init__(self, code: str, **params: Param) -> None:
        super().__init__(code, params)
        self.reason = Reason(code, dict(params))
        self.status = status_of(code)
