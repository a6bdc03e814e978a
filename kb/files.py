"""Where the bytes of uploads lie: files/ab/UUID/original under MARU_HOME, never under a name that somebody gave."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import shutil
import uuid
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.errors import BadRequest, Unavailable


class TooLarge(BadRequest):
    """More bytes than a file may have."""

    code = "file_too_large"
    status = 413


class EmptyFile(BadRequest):
    """A file without a byte."""

    code = "file_empty"


class DiskFull(Unavailable):
    """The disk is (nearly) full: nothing is taken, so that nothing is half taken."""

    code = "disk_full"
    status = 507


_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def means_full(error: BaseException) -> bool:
    """Whether the system refused to write because there is no room, be it of the disk, a quota, or a limit."""
    return isinstance(error, OSError) and error.errno in _FULL


def disk_is_full() -> DiskFull:
    """What a person is told when the system had no room."""
    return DiskFull(_("The disk of the server is full. Nothing was changed; tell your admin."))


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that lies safely on disk."""

    uuid: uuid.UUID
    size: int
    sha256: str


def folder_of(file: uuid.UUID) -> Path:
    """The folder of a stored file: its original and what was made from it."""
    return settings.MARU.files / file.hex[:2] / str(file)


def path_of(file: uuid.UUID) -> Path:
    """The original bytes."""
    return folder_of(file) / "original"


def store(parts: Iterable[bytes], name: str) -> StoredFile:
    """Write a file and make it durable. Raises TooLarge, EmptyFile or DiskFull, and then leaves nothing behind."""
    _refuse_when_full()
    file = uuid.uuid4()
    folder = folder_of(file)
    folder.mkdir(parents=True, mode=0o700)
    try:
        size, sha256 = _write(parts, folder / "original", name)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise DiskFull(
            _("%(name)s could not be kept: %(why)s. Nothing was changed.") % {"name": name, "why": error.strerror}
        ) from error
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return StoredFile(file, size, sha256)


def _write(parts: Iterable[bytes], path: Path, name: str) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with path.open("xb") as target:
        for part in parts:
            size += len(part)
            if size > settings.MARU_UPLOAD_BYTES:
                most = settings.MARU_UPLOAD_BYTES // (1024 * 1024)
                raise TooLarge(_("%(name)s is larger than %(most)s MB.") % {"name": name, "most": most})
            digest.update(part)
            target.write(part)
        if not size:
            raise EmptyFile(_("%(name)s is empty: it has no bytes.") % {"name": name})
        target.flush()
        os.fsync(target.fileno())
    _keep_names(path.parent, path.parent.parent, path.parent.parent.parent)
    return size, digest.hexdigest()


def _keep_names(*folders: Path) -> None:
    """Make the names in these folders durable; a file's own fsync says nothing of its name."""
    for folder in folders:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _refuse_when_full() -> None:
    root = settings.MARU.files
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    if shutil.disk_usage(root).free < settings.MARU_DISK_FREE_BYTES:
        raise DiskFull(
            _("The disk of the server is nearly full, so no file is taken now. Tell your admin; nothing was lost.")
        )


async def parts(file: uuid.UUID, size: int = 256 * 1024) -> AsyncIterator[bytes]:
    """The original's bytes in parts, read in threads, so that no other request waits for the disk."""
    source = await asyncio.to_thread(path_of(file).open, "rb")
    try:
        while part := await asyncio.to_thread(source.read, size):
            yield part
    finally:
        source.close()


def discard(file: uuid.UUID) -> None:
    """Remove a stored file and everything made from it. Nothing happens when it is gone."""
    shutil.rmtree(folder_of(file), ignore_errors=True)


def write_atomically(path: Path, content: bytes) -> None:
    """Replace a file's content at once: a reader sees the old or the new, never a part. Raises DiskFull."""
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with temporary.open("xb") as target:
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
        temporary.replace(path)
        _keep_names(path.parent)
    except OSError as error:
        if means_full(error):
            raise disk_is_full() from error
        raise
    finally:
        temporary.unlink(missing_ok=True)
