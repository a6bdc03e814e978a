"""What a file is, by its content: magic bytes, names in an OLE directory, names in a ZIP. The file name only tells text kinds apart."""

from __future__ import annotations

import contextlib
import io
import re
import struct
import zipfile
from pathlib import PurePath

from kb.ingestion.readers.source import Format

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD = 4096
_DRM = {
    b"\x9b\x20DRMONE": "Fasoo",
    b"DRMONE": "Fasoo",
    b"SCDSA00": "Softcamp",
    b"<## NASCA DRM": "NASCA",
    b"<DOCUMENT SAFER": "MarkAny",
}
_MAGIC: tuple[tuple[bytes, Format], ...] = (
    (b"HWP Document File V3", Format.HWP3),
    (b"{\\rtf", Format.RTF),
    (b"\x89PNG\r\n\x1a\n", Format.IMAGE),
    (b"\xff\xd8\xff", Format.IMAGE),
    (b"II*\x00", Format.IMAGE),
    (b"MM\x00*", Format.IMAGE),
    (b"GIF8", Format.IMAGE),
    (b"BM", Format.IMAGE),
    (b"MZ", Format.EXECUTABLE),
    (b"\x7fELF", Format.EXECUTABLE),
    (b"\xfe\xed\xfa", Format.EXECUTABLE),
    (b"\xcf\xfa\xed\xfe", Format.EXECUTABLE),
    (b"7z\xbc\xaf\x27\x1c", Format.ARCHIVE),
    (b"Rar!\x1a\x07", Format.ARCHIVE),
    (b"\x1f\x8b", Format.ARCHIVE),
    (b"BZh", Format.ARCHIVE),
    (b"\xfd7zXZ", Format.ARCHIVE),
    (b"EGGA", Format.ARCHIVE),
    (b"ALZ\x01", Format.ARCHIVE),
    (b"ID3", Format.MEDIA),
    (b"OggS", Format.MEDIA),
    (b"\x1aE\xdf\xa3", Format.MEDIA),
    (b"fLaC", Format.MEDIA),
)
_ZIP_PARTS: tuple[tuple[str, Format], ...] = (
    ("Contents/section0.xml", Format.HWPX),
    ("Contents/content.hpf", Format.HWPX),
    ("word/document.xml", Format.DOCX),
    ("xl/workbook.bin", Format.XLSB),
    ("xl/workbook.xml", Format.XLSX),
    ("ppt/presentation.xml", Format.PPTX),
)
_ZIP_FOLDERS: tuple[tuple[str, Format], ...] = (("word/", Format.DOCX), ("xl/", Format.XLSX), ("ppt/", Format.PPTX))
_MIMETYPES = {
    b"application/hwp+zip": Format.HWPX,
    b"application/vnd.oasis.opendocument.text": Format.ODT,
    b"application/vnd.oasis.opendocument.spreadsheet": Format.ODS,
    b"application/vnd.oasis.opendocument.presentation": Format.ODP,
}
_OLE_STREAMS: tuple[tuple[str, Format], ...] = (
    ("EncryptedPackage", Format.ENCRYPTED_OFFICE),
    ("FileHeader", Format.HWP),
    ("WordDocument", Format.DOC),
    ("Workbook", Format.XLS),
    ("Book", Format.XLS),
    ("PowerPoint Document", Format.PPT),
    ("__properties_version1.0", Format.MSG),
)
_TEXT_NAMES = {
    ".md": Format.MARKDOWN,
    ".markdown": Format.MARKDOWN,
    ".csv": Format.CSV,
    ".tsv": Format.CSV,
    ".eml": Format.EML,
    ".htm": Format.HTML,
    ".html": Format.HTML,
    ".xhtml": Format.HTML,
}
_MAIL_FIELD = re.compile(
    rb"(?:From|To|Cc|Subject|Date|Received|Message-ID|MIME-Version|Return-Path|Delivered-To|Reply-To|Content-Type|X-[\w-]+):",
    re.I,
)
_MAIL_START = re.compile(rb"\A(?:From [^\n]+\n)?(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*){2,}")
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.I)


def sniff(data: bytes, filename: str = "") -> Format:
    """The format of a file's content. Never raises; what is none of ours comes back as ARCHIVE, EXECUTABLE, BINARY, ..."""
    if not data:
        return Format.EMPTY
    head = data[:_HEAD]
    if drm_product(head):
        return Format.DRM
    if head.startswith(OLE_MAGIC):
        return _ole(data)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip(data)
    if b"%PDF-" in head[:1024]:
        return Format.PDF
    for magic, kind in _MAGIC:
        if head.startswith(magic) and (kind is Format.RTF or not _is_text(head)):
            return kind
    if head[:4] == b"RIFF" or head[4:8] == b"ftyp":
        return Format.IMAGE if head[8:12] == b"WEBP" else Format.MEDIA
    return _text(data, head, filename)


def drm_product(head: bytes) -> str | None:
    """Name of the document security that wrapped a file, from its first bytes."""
    return next((product for mark, product in _DRM.items() if head.startswith(mark) or mark in head[:64]), None)


def ole_names(data: bytes) -> set[str]:
    """Names of all streams and storages, `a/b` for nested ones. A broken directory is searched as raw bytes instead."""
    import olefile

    try:
        with contextlib.redirect_stderr(io.StringIO()), olefile.OleFileIO(io.BytesIO(data)) as ole:
            return {"/".join(path) for path in ole.listdir(streams=True, storages=True)}
    except Exception:  # olefile raises whatever a damaged table leads to
        return {name for name, _ in _OLE_STREAMS if name.encode("utf-16-le") in data}


def _ole(data: bytes) -> Format:
    names = {name.lower() for name in ole_names(data)}
    for name, kind in _OLE_STREAMS:
        if name.lower() in names:
            return kind
    return Format.OLE


def _zip(data: bytes) -> Format:
    names, mimetype = _zip_names(data)
    by_mimetype = _MIMETYPES.get(mimetype)
    if by_mimetype:
        return by_mimetype
    lower = {name.lower().lstrip("/") for name in names}
    for name, kind in _ZIP_PARTS:
        if name.lower() in lower:
            return kind
    for folder, kind in _ZIP_FOLDERS:
        if any(name.startswith(folder) for name in lower):
            return kind
    return Format.ARCHIVE


def _zip_names(data: bytes) -> tuple[list[str], bytes]:
    """Names and the content of `mimetype`, read from the local headers when the directory is missing (a cut file)."""
    from kb.ingestion.readers import zips
    from kb.ingestion.readers.limits import Limits
    from kb.ingestion.readers.reasons import ReadFailure

    try:
        with zips.open_zip(data, Limits()) as package:
            stored = zips.read(package, "mimetype") if _small(package, "mimetype") else None
            return package.namelist(), (stored or b"").strip()
    except ReadFailure:
        return _local_names(data), _local_mimetype(data)


def _small(package: zipfile.ZipFile, name: str) -> bool:
    with contextlib.suppress(KeyError):
        return package.getinfo(name).file_size < 256
    return False


def _local_names(data: bytes, most: int = 200) -> list[str]:
    names: list[str] = []
    for found in re.finditer(rb"PK\x03\x04", data):
        start = found.start()
        if len(names) >= most or start + 30 > len(data):
            break
        (length,) = struct.unpack_from("<H", data, start + 26)
        names.append(data[start + 30 : start + 30 + length].decode("utf-8", "replace"))
    return names


def _local_mimetype(data: bytes) -> bytes:
    """What the first member says when it is a stored `mimetype`, as in HWPX and ODF: that survives a cut."""
    if len(data) < 38 or data[30:38] != b"mimetype" or data[8:10] != b"\0\0":
        return b""
    (size,) = struct.unpack_from("<I", data, 18)
    (extra,) = struct.unpack_from("<H", data, 28)
    return data[38 + extra : 38 + extra + min(size, 256)].strip()


def _text(data: bytes, head: bytes, filename: str) -> Format:
    if not _is_text(head):
        return Format.BINARY
    start = head.removeprefix(b"\xef\xbb\xbf")
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        start = head.replace(b"\x00", b"")[2:]
    start = start.lstrip()
    named = _TEXT_NAMES.get(PurePath(filename).suffix.lower())
    if start.startswith(b"<"):
        return _markup(start, named)
    if _looks_like_mail(start) or (named is Format.EML and b":" in start):
        return Format.EML
    return named if named and named is not Format.EML else Format.TEXT


def _markup(start: bytes, named: Format | None) -> Format:
    if b"<HWPML" in start[:1100]:
        return Format.HWPML
    if b"w:wordDocument" in start or b'progid="Word.Document"' in start:
        return Format.WORDML
    if _HTML.search(start) or named is Format.HTML:
        return Format.HTML
    if start.startswith(b"<?xml") or b"<svg" in start[:1000]:
        return Format.XML
    return named or Format.TEXT


def _looks_like_mail(start: bytes) -> bool:
    block = _MAIL_START.match(start.replace(b"\r\n", b"\n"))
    return bool(block and len(_MAIL_FIELD.findall(block.group())) >= 2)


def _is_text(head: bytes) -> bool:
    """UTF-16 with its mark, or no NUL and few other controls."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return True
    if b"\x00" in head:
        return _is_bare_utf16(head)
    controls = sum(byte < 32 and byte not in b"\t\n\r\x0c\x1b" for byte in head)
    return controls <= len(head) // 50


def _is_bare_utf16(head: bytes) -> bool:
    """ASCII written as UTF-16 without a mark: every other byte is NUL and no two together are."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    return len(head) >= 8 and b"\x00\x00" not in head and max(even, odd) > len(head) * 0.3 and min(even, odd) == 0
