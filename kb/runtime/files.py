"""Small files that are either whole or not there."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def write_whole(path: Path, text: str, *, owner: tuple[int, int] | None = None) -> None:
    """Put `text` at `path` in one step: a reader, or a start after a power cut, sees the old file or the new one.

    The file is 0600 and belongs to `owner` (uid, gid), if given, before it gets its name.
    """
    half = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        if owner is not None:
            os.fchown(handle, *owner)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    except BaseException:
        half.unlink(missing_ok=True)
        raise
