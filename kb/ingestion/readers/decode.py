"""Bytes to text: mark, declared charset, UTF-8, CP949. Libraries turn EUC-KR into nonsense without an error, so we go first."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Names that mean "whatever Korean Windows writes": CP949 holds all of EUC-KR and the 8,822 syllables that it lacks.
_KOREAN = {
    "euc-kr",
    "euckr",
    "euc_kr",
    "ks_c_5601-1987",
    "ks_c_5601-1989",
    "ksc5601",
    "ks_c_5601",
    "korean",
    "cp949",
    "ms949",
    "x-windows-949",
    "windows-949",
    "uhc",
}
_META = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.I)
_XML = re.compile(rb"""<\?xml[^>]+encoding\s*=\s*["']([A-Za-z0-9_.:-]+)""", re.I)
_LATIN_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the encoding that fitted, and how many characters were replaced because they did not."""

    text: str
    encoding: str
    bad: int = 0


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """The text of `data`. `declared` is a charset from a mail header. Never raises."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _lenient(data[len(mark) :], name)
    if data[:64].count(0) > len(data[:64]) // 4:
        return _lenient(data, "utf-16-le" if data[1:2] == b"\x00" else "utf-16-be")
    for name in _candidates(data, declared):
        try:
            return Decoded(data.decode(name), name)
        except (UnicodeDecodeError, LookupError):
            continue
    return _last_resort(data)


def declared_charset(data: bytes) -> str | None:
    """The charset that HTML or XML names about itself in its first kilobytes."""
    head = data[:4096]
    found = _META.search(head) or _XML.search(head)
    return found.group(1).decode("ascii") if found else None


def python_name(charset: str) -> str:
    """The codec for a charset name, the Korean ones all read as CP949."""
    name = charset.strip().strip("\"'").lower()
    return "cp949" if name in _KOREAN else name


def _candidates(data: bytes, declared: str | None) -> list[str]:
    """Declared first, except that valid UTF-8 beats a declaration (a page saved anew keeps its old meta line)."""
    own = declared or declared_charset(data)
    names = ["utf-8", "cp949"]
    if own and python_name(own) not in names:
        names.insert(1, python_name(own))
    return names


def _lenient(data: bytes, name: str) -> Decoded:
    text = data.decode(name, "replace")
    return Decoded(text, name, text.count("\ufffd"))


def _last_resort(data: bytes) -> Decoded:
    """A few bad bytes in UTF-8 or CP949, else Western European when few bytes are beyond ASCII."""
    best = min((_lenient(data, name) for name in ("utf-8", "cp949")), key=lambda decoded: decoded.bad)
    beyond = sum(byte > 127 for byte in data)
    if best.bad > beyond * 0.1 and beyond < len(data) * _LATIN_SHARE:
        return _lenient(data, "cp1252")
    return best
