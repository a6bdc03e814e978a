"""The way of one file inside the child: sniff -> check -> read -> finish. Every end is a result with a reason that is true."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import PurePath

from kb.ingestion.readers import zips
from kb.ingestion.readers.blocks import ReadResult, Reason
from kb.ingestion.readers.finish import finish
from kb.ingestion.readers.limits import MIB, Limits
from kb.ingestion.readers.reasons import ReadFailure
from kb.ingestion.readers.sniff import drm_product, ole_names, sniff
from kb.ingestion.readers.source import Draft, Format, Source, no_progress

_READERS: dict[Format, str] = {
    Format.HWP: "hwp",
    Format.HWP3: "hwp",
    Format.HWPX: "hwp",
    Format.HWPML: "hwp",
    Format.PDF: "pdf",
    Format.DOCX: "word",
    Format.XLSX: "sheets",
    Format.XLSB: "office",
    Format.PPTX: "slides",
    Format.DOC: "office",
    Format.XLS: "office",
    Format.PPT: "office",
    Format.ODT: "office",
    Format.ODS: "office",
    Format.ODP: "office",
    Format.RTF: "office",
    Format.WORDML: "office",
    Format.MSG: "mail",
    Format.EML: "mail",
    Format.HTML: "text",
    Format.MARKDOWN: "text",
    Format.TEXT: "text",
    Format.CSV: "text",
    Format.IMAGE: "image",
}
_ZIPPED = (Format.HWPX, Format.DOCX, Format.XLSX, Format.XLSB, Format.PPTX, Format.ODT, Format.ODS, Format.ODP)
_EXTENSIONS: dict[str, tuple[Format, ...]] = {
    ".hwp": (Format.HWP, Format.HWP3, Format.HWPML),
    ".hwpx": (Format.HWPX,),
    ".pdf": (Format.PDF,),
    ".docx": (Format.DOCX,),
    ".xlsx": (Format.XLSX,),
    ".xlsm": (Format.XLSX,),
    ".pptx": (Format.PPTX,),
    ".doc": (Format.DOC, Format.RTF, Format.WORDML),
    ".xls": (Format.XLS,),
    ".ppt": (Format.PPT,),
    ".msg": (Format.MSG,),
}


def read_bytes(
    data: bytes,
    filename: str,
    limits: Limits,
    progress: Callable[[int, int], None] = no_progress,
    *,
    kind: Format | None = None,
    depth: int = 0,
) -> ReadResult:
    """Read a file's bytes, sniffed when no `kind` is given. Never raises for what a file can contain, except MemoryError."""
    kind = kind or sniff(data, filename)
    source = Source(data, filename, kind, limits, progress, depth)
    try:
        _refuse(source)
        return finish(_with_hints(read_draft(source), source), kind, limits)
    except ReadFailure as failure:
        return ReadResult(failure.status, format=kind.value, reason=failure.reason)


def read_draft(source: Source) -> Draft:
    """The draft of the reader for this format. Raises ReadFailure."""
    name = _READERS.get(source.format)
    if name is None:
        raise _unsupported(source)
    reader: Callable[[Source], Draft] = import_module(f"kb.ingestion.readers.{name}").read
    return reader(source)


def _refuse(source: Source) -> None:
    """What needs no reader to be refused. Raises ReadFailure."""
    if source.format is Format.EMPTY:
        raise ReadFailure("empty_file")
    if len(source.data) > source.limits.file_bytes:
        sizes = {"size_mb": len(source.data) // MIB, "limit_mb": source.limits.file_bytes // MIB}
        raise ReadFailure("file_too_large", **sizes)
    if source.format is Format.DRM:
        raise ReadFailure("drm", product=drm_product(source.data[:4096]) or "DRM")
    if source.format is Format.ENCRYPTED_OFFICE:
        raise ReadFailure("password")
    if source.format in _ZIPPED:
        with zips.open_zip(source.data, source.limits) as package:
            zips.check(package, len(source.data), source.limits)


def _unsupported(source: Source) -> ReadFailure:
    if source.format is Format.OLE and not ole_names(source.data):
        return ReadFailure("broken")
    if source.format in (Format.BINARY, Format.OLE):
        return ReadFailure("unknown_type")
    return ReadFailure("unsupported_type", type=source.format.value)


def _with_hints(draft: Draft, source: Source) -> Draft:
    """Warnings about the file itself: a name that says another kind, macros that come with it."""
    warnings = list(draft.warnings)
    extension = PurePath(source.filename).suffix.lower()
    if extension in _EXTENSIONS and source.format not in _EXTENSIONS[extension]:
        warnings.append(Reason("wrong_extension", {"extension": extension, "type": source.format.value}))
    if _has_macros(source):
        warnings.append(Reason("macros"))
    return replace(draft, warnings=warnings)


def _has_macros(source: Source) -> bool:
    if source.format in (Format.DOCX, Format.XLSX, Format.XLSB, Format.PPTX):
        return b"vbaProject.bin" in source.data
    if source.format in (Format.DOC, Format.XLS, Format.PPT):
        return any("VBA" in name for name in ole_names(source.data))
    return False
