"""ZIP packages looked at before any library opens them: how many parts, how large unpacked, overlapping or not."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from contextlib import suppress

from kb.ingestion.readers.limits import MIB, Limits
from kb.ingestion.readers.reasons import ReadFailure

_END = struct.Struct("<4s4H2LH")
_CENTRAL_HEADER = 46
_NAME_ALLOWANCE = 1024
_HARMLESS = 10 * MIB
_STEP = 256 * 1024
_HEAD = 64 * 1024
_ENTITY = re.compile(rb"<!ENTITY", re.I)
_BROKEN = (KeyError, zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, EOFError, ValueError)


def open_zip(data: bytes, limits: Limits) -> zipfile.ZipFile:
    """The package, its directory bounded before it is parsed. Raises ReadFailure for too many parts or a broken one."""
    entries, directory = _announced(data)
    if entries > limits.zip_entries or directory > limits.zip_entries * _NAME_ALLOWANCE:
        raise ReadFailure("zip_entries", entries=max(entries, directory // _CENTRAL_HEADER), limit=limits.zip_entries)
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, struct.error):
        raise ReadFailure("broken") from None


def check(package: zipfile.ZipFile, size: int, limits: Limits) -> None:
    """Refuse bombs: by announced sizes first, then by inflating what could lie, a step at a time.

    `size` is the length of the whole file. Raises ReadFailure.
    """
    parts = package.infolist()
    packed, unpacked = sum(p.compress_size for p in parts), sum(p.file_size for p in parts)
    if packed > size:
        raise ReadFailure("zip_overlap")
    if unpacked > limits.inflated_bytes:
        raise ReadFailure("zip_size", limit_mb=limits.inflated_bytes // MIB)
    if unpacked > _HARMLESS and unpacked > limits.zip_ratio * max(packed, 1):
        raise ReadFailure("zip_ratio", ratio=unpacked // max(packed, 1), limit=limits.zip_ratio)
    budget = limits.inflated_bytes
    for part in parts:
        _check_entities(package, part)
        budget -= _true_size(package, part, budget)
        if budget < 0:
            raise ReadFailure("zip_size", limit_mb=limits.inflated_bytes // MIB)


def read(package: zipfile.ZipFile, name: str) -> bytes | None:
    """One part's bytes, None when it is absent or broken. Python never inflates past the announced size."""
    try:
        return package.read(name)
    except _BROKEN:
        return None


def _announced(data: bytes) -> tuple[int, int]:
    """Number of entries and bytes of the directory as the end record says (ZIP64's place holders count as many)."""
    start = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    if start < 0 or start + _END.size > len(data):
        raise ReadFailure("broken")
    record = _END.unpack_from(data, start)
    return int(record[4]), int(record[5])


def _check_entities(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Entities of its own in an XML part: no office writer makes them, bombs and thefts of files do."""
    if not part.filename.lower().endswith((".xml", ".rels", ".hpf", ".vml")):
        return
    with suppress(*_BROKEN), package.open(part) as stream:
        if _ENTITY.search(stream.read(_HEAD).replace(b"\x00", b"")):
            raise ReadFailure("xml_entities")


def _true_size(package: zipfile.ZipFile, part: zipfile.ZipInfo, budget: int) -> int:
    """What a part really inflates to. A library that trusts the stream instead of the directory would get this much."""
    if part.compress_type != zipfile.ZIP_DEFLATED or part.compress_size * 1032 <= max(part.file_size, _STEP):
        return part.file_size
    raw = package.fp
    if raw is None:
        raise ReadFailure("broken")
    raw.seek(part.header_offset)
    header = raw.read(30)
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise ReadFailure("broken")
    raw.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), io.SEEK_CUR)
    return _inflate(raw.read(part.compress_size), budget)


def _inflate(packed: bytes, budget: int) -> int:
    stream, size = zlib.decompressobj(-15), 0
    try:
        while packed and size <= budget:
            out = stream.decompress(packed, _STEP)
            size += len(out)
            packed = stream.unconsumed_tail
            if not out and not packed:
                break
    except zlib.error:
        return size
    return size
