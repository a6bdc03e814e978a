"""What a reader is given and what it gives back, inside the child process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from kb.ingestion.readers.blocks import Block, Page, Reason
from kb.ingestion.readers.limits import Limits


class Format(StrEnum):
    """Kinds of content that a reader exists for, or that is recognised only to be refused by name."""

    HWP = "hwp"
    HWP3 = "hwp3"
    HWPX = "hwpx"
    HWPML = "hwpml"
    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    XLSB = "xlsb"
    PPTX = "pptx"
    DOC = "doc"
    XLS = "xls"
    PPT = "ppt"
    ODT = "odt"
    ODS = "ods"
    ODP = "odp"
    RTF = "rtf"
    WORDML = "wordml"
    EML = "eml"
    MSG = "msg"
    HTML = "html"
    MARKDOWN = "md"
    TEXT = "txt"
    CSV = "csv"
    IMAGE = "image"
    ENCRYPTED_OFFICE = "encrypted-office"
    DRM = "drm"
    ARCHIVE = "archive"
    EXECUTABLE = "executable"
    MEDIA = "audio-video"
    OLE = "ole"
    XML = "xml"
    BINARY = "binary"
    EMPTY = "empty"


def no_progress(done: int, total: int) -> None:
    """For who does not watch."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file: its bytes, the name that people gave it (a hint, never a path), and what it may cost.

    `depth` counts attachments within attachments.
    """

    data: bytes
    filename: str
    format: Format
    limits: Limits
    progress: Callable[[int, int], None] = no_progress
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """What a reader found, before finish.py orders it: blocks without ids and parents, text as the library gave it."""

    reader: str
    blocks: list[Block]
    pages: list[Page] = field(default_factory=list)
    title: str = ""
    warnings: list[Reason] = field(default_factory=list)
    pending_ocr: tuple[int, ...] = ()
