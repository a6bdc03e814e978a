"""What can be said of a HWP file without its text: password flags, streams that unpack too large, the title."""

from __future__ import annotations

import io
import re
import zlib
from html import unescape

from kb.ingestion.readers import zips
from kb.ingestion.readers.limits import MIB, Limits
from kb.ingestion.readers.reasons import ReadFailure
from kb.ingestion.readers.source import Format, Source

_STEP = 1 << 18
_PACKED = ("BodyText", "ViewText", "BinData", "DocInfo", "Scripts")
_HWP3_PASSWORD = 126
_SUMMARY = "\x05HwpSummaryInformation"
_TITLE_PROPERTY = 2
_HPF_TITLE = re.compile(rb"<opf:title[^>]*>([^<]{1,500})<")
_OLE_ERRORS = (OSError, ValueError, IndexError, KeyError, TypeError, AttributeError)


def refuse(source: Source) -> None:
    """Raises ReadFailure for a HWP 3 password and for a HWP 5 stream that inflates past the limit.

    HWP 5 packs its streams with raw deflate; libraries inflate them without a bound.
    """
    if source.format is Format.HWP3 and source.data[_HWP3_PASSWORD : _HWP3_PASSWORD + 2].strip(b"\x00"):
        raise ReadFailure("password")
    if source.format is Format.HWP:
        _check_streams(source)


def title_of(source: Source) -> str:
    """The title in the file's properties, empty without one."""
    if source.format is Format.HWPX:
        return _hwpx_title(source)
    return _hwp_title(source.data) if source.format is Format.HWP else ""


def _check_streams(source: Source) -> None:
    import olefile

    budget = source.limits.inflated_bytes
    try:
        with olefile.OleFileIO(io.BytesIO(source.data)) as ole:
            for path in ole.listdir():
                if path[0] in _PACKED:
                    budget -= _inflated(ole.openstream(path).read(), budget, source.limits)
    except _OLE_ERRORS:
        return


def _inflated(packed: bytes, budget: int, limits: Limits) -> int:
    stream, size = zlib.decompressobj(-15), 0
    try:
        while packed and not stream.eof:
            size += len(stream.decompress(packed, _STEP))
            packed = stream.unconsumed_tail
            if size > budget:
                raise ReadFailure("zip_size", limit_mb=limits.inflated_bytes // MIB)
    except zlib.error:
        return size
    return size


def _hwpx_title(source: Source) -> str:
    with zips.open_zip(source.data, source.limits) as package:
        found = _HPF_TITLE.search(zips.read(package, "Contents/content.hpf") or b"")
    return unescape(found.group(1).decode("utf-8", "replace")) if found else ""


def _hwp_title(data: bytes) -> str:
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            value = ole.getproperties(_SUMMARY).get(_TITLE_PROPERTY, "")
    except _OLE_ERRORS:
        return ""
    return value if isinstance(value, str) else value.decode("utf-8", "replace") if isinstance(value, bytes) else ""
