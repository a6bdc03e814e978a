"""Bytes on disk: whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import uuid
from pathlib import Path

import pytest

from kb import files
from tests.limits import no_room


@pytest.fixture
def root(tmp_path: Path, settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own for the files."""
    monkeypatch.setattr(type(settings.MARU), "files", property(lambda home: tmp_path / "files"))
    return tmp_path / "files"


def everything(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def test_a_file_is_kept_with_its_size_and_its_hash(root: Path):
    stored = files.store([b"a" * 10, b"b"], "a.md")
    assert (stored.size, stored.sha256) == (11, hashlib.sha256(b"a" * 10 + b"b").hexdigest())
    assert files.path_of(stored.uuid).read_bytes() == b"a" * 10 + b"b"
    files.discard(stored.uuid)
    files.discard(stored.uuid)
    assert everything(root) == []


def test_a_file_that_finds_no_room_leaves_no_half_of_it(root: Path):
    with no_room(), pytest.raises(files.DiskFull, match=r"큰\.md") as told:
        files.store([b"x" * 1000] * 100, "큰.md")
    assert (told.value.status, told.value.retryable) == (507, True)
    assert not list(root.glob("*/*"))


def test_a_source_that_breaks_off_leaves_no_half_of_it(root: Path):
    def broken():
        yield b"x"
        raise EOFError("the source broke off")

    with pytest.raises(EOFError):
        files.store(broken(), "a.md")
    assert not list(root.glob("*/*"))


def test_a_replacement_that_finds_no_room_leaves_what_was_there(tmp_path: Path):
    place = tmp_path / "work" / "read.jsonl"
    files.write_atomically(place, b"whole")
    with no_room(), pytest.raises(files.DiskFull):
        files.write_atomically(place, b"x" * 100_000)
    assert place.read_bytes() == b"whole"
    assert [path.name for path in place.parent.iterdir()] == ["read.jsonl"]


def test_another_error_of_the_disk_is_not_called_a_full_one(tmp_path: Path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(NotADirectoryError):
        files.write_atomically(tmp_path / "file" / "below", b"x")


@pytest.mark.parametrize(
    ("error", "full"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), True),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), True),
        (OSError(errno.EFBIG, "File too large"), True),
        (OSError(errno.EACCES, "Permission denied"), False),
        (ValueError(errno.ENOSPC), False),
    ],
)
def test_which_errors_mean_that_there_is_no_room(error: Exception, full: bool):
    assert files.means_full(error) is full


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def test_a_file_is_read_in_parts_and_closed_when_its_reader_leaves(root: Path):
    stored = files.store([bytes(range(256)) * 100], "a.bin")
    assert b"".join([part async for part in files.parts(stored.uuid, 1000)]) == bytes(range(256)) * 100
    opened = open_files()
    reading = files.parts(stored.uuid, 10)
    assert await anext(reading) == bytes(range(10))
    await reading.aclose()
    assert open_files() == opened


async def test_a_file_that_is_gone_is_an_error_at_its_first_part(root: Path):
    with pytest.raises(FileNotFoundError):
        await anext(files.parts(uuid.uuid4()))
