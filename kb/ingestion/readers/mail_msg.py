"""Outlook's MSG: an OLE file with one stream a property, named by its number."""

from __future__ import annotations

import io
import struct
from datetime import UTC, datetime, timedelta
from typing import Any

from kb.ingestion.readers.decode import decode
from kb.ingestion.readers.mail import Attachment, Message
from kb.ingestion.readers.reasons import ReadFailure

_SUBJECT, _FROM, _FROM_ADDRESS, _TO, _CC = "0037", "0C1A", "0C1F", "0E04", "0E03"
_BODY, _HTML, _FILE, _LONG_NAME, _NAME = "1000", "1013", "3701", "3707", "3704"
_TIMES = (0x0039, 0x0E06)
_ERRORS = (OSError, ValueError, IndexError, KeyError, TypeError, AttributeError, struct.error)


def parse(data: bytes) -> Message:
    """A message's parts. Raises ReadFailure for an OLE file that cannot be walked."""
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            return _message(ole)
    except _ERRORS:
        raise ReadFailure("broken") from None


def _message(ole: Any) -> Message:
    sender = " ".join(part for part in (_text(ole, _FROM), _text(ole, _FROM_ADDRESS)) if part)
    head = (("From", sender), ("To", _text(ole, _TO)), ("Cc", _text(ole, _CC)), ("Date", _date(ole)))
    folders = sorted({path[0] for path in ole.listdir() if path[0].startswith("__attach_version1.0_")})
    files = [Attachment(_name(ole, folder), data) for folder in folders if (data := _bytes(ole, _FILE, "0102", folder))]
    html = _bytes(ole, _HTML, "0102")
    return Message(
        _text(ole, _SUBJECT), head, _text(ole, _BODY), decode(html).text if html else _text(ole, _HTML), tuple(files)
    )


def _name(ole: Any, folder: str) -> str:
    return _text(ole, _LONG_NAME, folder) or _text(ole, _NAME, folder) or "attachment"


def _text(ole: Any, number: str, folder: str = "") -> str:
    """A text property: 001F is UTF-16, 001E the sender's code page, which its bytes tell best."""
    wide = _bytes(ole, number, "001F", folder)
    if wide is not None:
        return wide.decode("utf-16-le", "replace").rstrip("\x00")
    narrow = _bytes(ole, number, "001E", folder)
    return decode(narrow).text.rstrip("\x00") if narrow else ""


def _bytes(ole: Any, number: str, kind: str, folder: str = "") -> bytes | None:
    name = f"__substg1.0_{number}{kind}"
    path = f"{folder}/{name}" if folder else name
    return bytes(ole.openstream(path).read()) if ole.exists(path) else None


def _date(ole: Any) -> str:
    """The time of sending among the fixed properties: 16 bytes each behind a head of 32."""
    data = _bytes_of(ole, "__properties_version1.0")
    for place in range(32, len(data) - 15, 16):
        tag, _, value = struct.unpack_from("<IIQ", data, place)
        if tag >> 16 in _TIMES and tag & 0xFFFF == 0x0040 and value < 1 << 60:
            moment = datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=value // 10)
            return moment.strftime("%Y-%m-%d %H:%M UTC")
    return ""


def _bytes_of(ole: Any, path: str) -> bytes:
    return bytes(ole.openstream(path).read()) if ole.exists(path) else b""
