"""RFC 822 by the standard library; charsets and encoded words decoded by us, because ks_c_5601-1987 means CP949."""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from email.message import Message as Part
from email.parser import BytesParser
from email.policy import compat32

from kb.ingestion.readers.decode import decode
from kb.ingestion.readers.mail import Attachment, Message

_HEAD = ("From", "To", "Cc", "Date")
_WORD = re.compile(r"=\?([^?\s]+)\?([bq])\?([^?]*)\?=", re.I)
_BETWEEN = re.compile(r"(\?=)\s+(=\?)")
_MOST_PARTS = 1_000


def parse(data: bytes) -> Message:
    """A mail's parts. Never raises: the parser takes anything and notes defects."""
    root = BytesParser(policy=compat32).parsebytes(_as_bytes(data))
    plain, html, files = [], [], []
    for part in list(_leaves(root))[:_MOST_PARTS]:
        name = _name(part)
        kind = part.get_content_type()
        if name or part.get_content_disposition() == "attachment" or kind not in ("text/plain", "text/html"):
            files.append(Attachment(name or kind, _payload(part)))
        elif kind == "text/plain":
            plain.append(_text(part))
        else:
            html.append(_text(part))
    head = tuple((name, header(root, name)) for name in _HEAD)
    return Message(header(root, "Subject"), head, "\n\n".join(plain), "\n".join(html), tuple(files))


def _as_bytes(data: bytes) -> bytes:
    """A mail that an editor saved as UTF-16 or with a mark, as the bytes that mail is made of."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")) or b"\x00" in data[:64]:
        return decode(data).text.encode()
    return data


def header(message: Part, name: str) -> str:
    """A field as text: encoded words joined and decoded, raw 8-bit bytes guessed."""
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")
    return words(raw)


def words(raw: str) -> str:
    """RFC 2047. A syllable may be cut between two words of one charset, so bytes are joined before they are decoded."""
    text = raw.encode("utf-8", "surrogateescape")
    shown = decode(text).text if any("\ud800" <= char <= "\udfff" for char in raw) else raw
    pieces: list[str] = []
    pending: tuple[str, bytes] | None = None
    end = 0
    joined = _BETWEEN.sub(r"\1\2", shown)
    for found in _WORD.finditer(joined):
        between = joined[end : found.start()]
        data = _word_bytes(found.group(2), found.group(3))
        charset = found.group(1).split("*")[0].lower()
        if pending and not between and pending[0] == charset:
            pending = (charset, pending[1] + data)
        else:
            pieces += [_flush(pending), between]
            pending = (charset, data)
        end = found.end()
    return "".join([*pieces, _flush(pending), joined[end:]])


def _flush(pending: tuple[str, bytes] | None) -> str:
    return decode(pending[1], pending[0]).text if pending else ""


def _word_bytes(encoding: str, text: str) -> bytes:
    try:
        if encoding.lower() == "b":
            return base64.b64decode(text + "=" * (-len(text) % 4))
        return quopri.decodestring(text.replace("_", " ").encode(), header=True)
    except (binascii.Error, ValueError):
        return text.encode("utf-8", "replace")


def _leaves(part: Part) -> list[Part]:
    """Parts that hold content; a mail in a mail is one, kept whole."""
    if part.get_content_type() == "message/rfc822" or not part.is_multipart():
        return [part]
    return [leaf for child in part.get_payload() if isinstance(child, Part) for leaf in _leaves(child)]


def _name(part: Part) -> str:
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload(0) if part.is_multipart() else None
        return (header(inner, "Subject") if isinstance(inner, Part) else "") + ".eml"
    try:
        return words(part.get_filename() or "")
    except (UnicodeError, LookupError, ValueError):
        return "attachment"


def _payload(part: Part) -> bytes:
    if part.get_content_type() == "message/rfc822" and part.is_multipart():
        return b"".join(child.as_bytes() for child in part.get_payload() if isinstance(child, Part))
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _text(part: Part) -> str:
    return decode(_payload(part), part.get_content_charset()).text
