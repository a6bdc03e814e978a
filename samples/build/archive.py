"""ZIP archives with the same bytes every time: fixed dates, and names in their given order."""

from __future__ import annotations

import io
import zipfile

_DATE = (2026, 1, 2, 0, 0, 0)


def pack(members: dict[str, bytes], stored: frozenset[str] = frozenset()) -> bytes:
    """The members as one archive; those in `stored` are kept uncompressed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, _DATE)
            info.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, data)
    return buffer.getvalue()


def repack(data: bytes) -> bytes:
    """An archive that a library wrote, with its clock taken out."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return pack({name: archive.read(name) for name in archive.namelist()})
