"""Why a file could not be read, or what to look at in one that could: a sentence in the reader's language, and one way on.

The codes are those of readers/reasons.py and of the errors that end a job or let it wait. A test holds the lists together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_


class WayOn(StrEnum):
    """The one thing to do about a reason."""

    REPLACE = "replace"
    RETRY = "retry"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class Explained:
    """A reason for people: what is so, what to do, and which button that is."""

    text: str
    todo: str
    way_on: WayOn


_AGAIN = N_("Upload it again from where it comes from.")
_SPLIT = N_("Split it and upload the parts.")
_CLEAN = N_("Save it anew with the program that made it, and upload that.")
_AS_PDF = N_("Save it as PDF or HWPX and upload that.")
_ADMIN = N_("Try again. If it happens once more, tell your admin.")
_BY_ITSELF = N_("Maru goes on by itself as soon as that is over. Nothing is lost.")

_REASONS: dict[str, tuple[str, str, WayOn]] = {
    # What is so with the file
    "empty_file": (N_("The file is empty."), _AGAIN, WayOn.REPLACE),
    "no_text": (
        N_("The file opens, but there is no text in it."),
        N_("Upload a version with text in it."),
        WayOn.REPLACE,
    ),
    "ocr_no_text": (
        N_("The pages are pictures, and no letters were found on them."),
        N_("Upload a sharper scan, or the original."),
        WayOn.REPLACE,
    ),
    "password": (
        N_("The file is protected by a password."),
        N_("Save it without the password and upload that."),
        WayOn.REPLACE,
    ),
    "drm": (
        N_("The file is locked by document security (%(product)s)."),
        N_("Have it released and upload that."),
        WayOn.REPLACE,
    ),
    "notice_only": (
        N_("This distribution copy gives a notice instead of its text."),
        N_("Ask for the ordinary document and upload that."),
        WayOn.REPLACE,
    ),
    "unsupported_type": (N_("Files of the kind %(type)s cannot be read."), _AS_PDF, WayOn.REPLACE),
    "unknown_type": (N_("The content is of no kind that Maru can read."), _AS_PDF, WayOn.REPLACE),
    "broken": (N_("The file is damaged or incomplete."), _AGAIN, WayOn.REPLACE),
    "unreadable": (N_("The file could not be opened on the server."), _ADMIN, WayOn.RETRY),
    "file_too_large": (
        N_("The file has %(size_mb)s MB; at most %(limit_mb)s MB are read."),
        _SPLIT,
        WayOn.REPLACE,
    ),
    "zip_entries": (N_("The package holds %(entries)s parts; at most %(limit)s are read."), _CLEAN, WayOn.REPLACE),
    "zip_size": (N_("Unpacked, the file would be larger than %(limit_mb)s MB."), _SPLIT, WayOn.REPLACE),
    "zip_ratio": (
        N_("The file is packed suspiciously tight: %(ratio)s to 1, at most %(limit)s to 1."),
        _CLEAN,
        WayOn.REPLACE,
    ),
    "zip_overlap": (
        N_("The package's parts lie on top of each other, as only an attack does."),
        _CLEAN,
        WayOn.REPLACE,
    ),
    "xml_entities": (
        N_("The file defines XML entities, which no document needs and attacks use."),
        _CLEAN,
        WayOn.REPLACE,
    ),
    "too_deep": (N_("The file's parts are nested deeper than any document needs."), _CLEAN, WayOn.REPLACE),
    "too_many_pages": (N_("The file has %(pages)s pages; at most %(limit)s are read."), _SPLIT, WayOn.REPLACE),
    "too_many_rows": (
        N_("The sheet %(sheet)s has %(rows)s rows; at most %(limit)s are read."),
        _SPLIT,
        WayOn.REPLACE,
    ),
    "too_many_cells": (N_("The tables have %(cells)s cells; at most %(limit)s are read."), _SPLIT, WayOn.REPLACE),
    "image_too_large": (
        N_("A picture is too large: %(width)s × %(height)s points."),
        N_("Save it smaller and upload that."),
        WayOn.REPLACE,
    ),
    "memory": (N_("Reading the file took more memory than %(limit_mb)s MB."), _SPLIT, WayOn.REPLACE),
    "output": (N_("The file's text is longer than %(limit_mb)s MB."), _SPLIT, WayOn.REPLACE),
    "cpu_time": (N_("Reading the file took more than %(seconds)s seconds of computing."), _SPLIT, WayOn.REPLACE),
    "wall_time": (N_("Reading the file took more than %(seconds)s seconds and was stopped."), _ADMIN, WayOn.RETRY),
    "crashed": (N_("The reader crashed on this file."), _CLEAN, WayOn.REPLACE),
    "no_picture": (N_("Files of this kind have no pages to draw."), "", WayOn.WAIT),
    "no_page": (N_("The file has no page %(page)s."), "", WayOn.WAIT),
    "no_korean_font": (
        N_("The server has no Korean font to draw pages of HWP with."),
        N_("Ask your admin to install fonts-nanum."),
        WayOn.WAIT,
    ),
    "ocr_missing": (
        N_("The pages are pictures, and text recognition is not installed on the server."),
        N_("Ask your admin to install it (%(packages)s), and try again."),
        WayOn.RETRY,
    ),
    "ocr_waiting": (
        N_("The pages are pictures, and %(pages)s of them wait for text recognition."),
        N_("Try again to go on."),
        WayOn.RETRY,
    ),
    # What is so with the work on it
    "worker_lost": (N_("Reading was begun %(attempts)s times and never came to an end."), _ADMIN, WayOn.RETRY),
    "cancelled": (N_("Reading was cancelled."), N_("Try again to go on where it stopped."), WayOn.RETRY),
    "encoder_down": (N_("The encoder does not answer."), _BY_ITSELF, WayOn.WAIT),
    "encoder_slow": (N_("The encoder takes too long to answer."), _BY_ITSELF, WayOn.WAIT),
    "encoder_nonsense": (N_("The encoder answers something that cannot be used."), _BY_ITSELF, WayOn.WAIT),
    "encoder_refused": (N_("The encoder refuses what it was given."), _ADMIN, WayOn.RETRY),
    "no_index": (N_("There is no index to put the text into."), N_("Ask your admin to run `doctor`."), WayOn.RETRY),
    "disk_full": (N_("The disk of the server is full."), _BY_ITSELF, WayOn.WAIT),
    "unavailable": (N_("A part of Maru does not answer."), _BY_ITSELF, WayOn.WAIT),
}
_UNEXPECTED = (N_("Something went wrong inside Maru (%(code)s)."), _ADMIN, WayOn.RETRY)

_WARNINGS: dict[str, str] = {
    "pages_without_text": N_("Page %(pages)s has no text, only pictures."),
    "pages_unread": N_("Page %(pages)s could not be read."),
    "ocr_uncertain": N_("Text recognition was unsure on page %(pages)s."),
    "pages_need_ocr": N_("Page %(pages)s is a picture, and text recognition is not installed (%(packages)s)."),
    "approximate_pages": N_("Page numbers of this format are computed and may differ by one."),
    "no_page_numbers": N_("This file has no page numbers here."),
    "other_reader": N_("The usual reader could not open the file; %(reader)s read it."),
    "skipped": N_("Not read: %(what)s (%(count)s)."),
    "macros": N_("The file contains macros. They were neither run nor read."),
    "wrong_extension": N_("The name ends in %(extension)s, the content is %(type)s. It was read by its content."),
    "encoding": N_("The text was decoded as %(encoding)s."),
    "bad_bytes": N_("%(count)s characters could not be decoded."),
    "attachment_unread": N_("The attachment %(name)s could not be read."),
    "attachments_cut": N_("Only the first %(limit)s of %(count)s attachments were read."),
    "sparse_sheet": N_("The sheet %(sheet)s is very large and nearly empty: only its filled rows were read."),
}

# Kinds of files that people know by another word than their extension; the others are said in capitals (PDF).
_KINDS = {
    "archive": N_("archive"),
    "executable": N_("program"),
    "audio-video": N_("sound or film"),
    "image": N_("picture"),
    "ole": N_("old Office object"),
    "binary": N_("unknown"),
    "txt": N_("text"),
    "md": "Markdown",
}

# What readers/hwp.py names as not read; the words come with the warning.
_SKIPPED = (
    N_("headers and footers"),
    N_("memos"),
    N_("hidden comments"),
    N_("charts"),
    N_("embedded objects"),
    N_("word art"),
    N_("form fields"),
    N_("linked pictures"),
    N_("missing pictures"),
)

# Warnings that are worth an editor's look; the others are said on the document's page.
TO_LOOK_AT = frozenset(
    {"pages_without_text", "pages_unread", "ocr_uncertain", "pages_need_ocr", "bad_bytes", "attachment_unread"}
    | {"attachments_cut"}
)


class _Lenient(dict[str, Any]):
    """Parameters that an older row may lack."""

    def __missing__(self, key: str) -> str:
        return "?"


def explain(code: str, params: Mapping[str, Any] | None = None) -> Explained:
    """What a reason means, in the language of now. An unknown code is said as it is, for the admin."""
    text, todo, way_on = _REASONS.get(code, _UNEXPECTED)
    filling = _filling({"code": code, **(params or {})})
    return Explained(_(text) % filling, (_(todo) % filling) if todo else "", way_on)


def reason_sentence(code: str, params: Mapping[str, Any] | None = None) -> str:
    """The sentence alone."""
    return explain(code, params).text


def warning_sentence(code: str, params: Mapping[str, Any] | None = None) -> str:
    """What to look at, in the language of now."""
    text = _WARNINGS.get(code)
    return _(text) % _filling(params or {}) if text else code


def _filling(params: Mapping[str, Any]) -> _Lenient:
    """The parameters, with the readers' words in the language of now."""
    filling = _Lenient(params)
    if filling.get("what") in _SKIPPED:
        filling["what"] = _(filling["what"])
    if "type" in filling:
        kind = str(filling["type"])
        filling["type"] = _(_KINDS[kind]) if kind in _KINDS else kind.upper()
    return filling


def known_codes() -> tuple[frozenset[str], frozenset[str]]:
    """All codes of reasons and of warnings."""
    return frozenset(_REASONS), frozenset(_WARNINGS)
