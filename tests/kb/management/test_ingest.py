"""`ingest`: every file of a folder ends in text or in a reason, and none keeps the others from being read."""

from __future__ import annotations

import json
import os
import resource
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from kb import files
from kb.management.base import WRONG_USE, Failed
from kb.management.commands import ingest
from kb.models import Document, Job, Revision
from kb.models.jobs import JobState
from tests.cast import Cast
from tests.database import NAME, superuser
from tests.doubles import WordEncoder

Load = Callable[..., tuple[int, dict[str, dict]]]


@pytest.fixture
def load(committed_cast: Cast, word_encoder: WordEncoder, monkeypatch: pytest.MonkeyPatch, capsys) -> Iterator[Load]:
    """load(path, …): the exit code and the rows by file name. The process is a worker's, as the command's own is."""
    for need in ("needs_database", "needs_encoder"):
        monkeypatch.setattr(ingest.Command, need, False)
    monkeypatch.setattr("kb.jobs.queue._heartbeat", lambda held: nullcontext())
    with superuser(NAME) as held:
        held.execute("alter role maru_app set role maru_worker")
    connection.close()

    def run(*paths: Path, who: str = "hana", collection: str = "rules") -> tuple[int, dict[str, dict]]:
        code = 0
        try:
            call_command("ingest", *map(str, paths), "--collection", collection, "--as", who, "--json")
        except SystemExit as ended:
            code = int(str(ended.code))
        rows = json.loads(capsys.readouterr().out)["files"]
        return code, {Path(row["path"]).name: row for row in rows}

    yield run
    connection.close()
    with superuser(NAME) as held:
        held.execute("alter role maru_app reset role")


def test_a_folder_is_loaded_by_its_paths_and_again_changes_nothing(load: Load, tmp_path: Path):
    (tmp_path / "가").mkdir()
    for place in ("a.md", "가/a.md"):
        (tmp_path / place).write_text(f"# 규정\n\n{place}의 한도는 10만 원이다.")
    (tmp_path / ".hidden").write_text("x")
    code, rows = load(tmp_path)
    assert code == 0
    assert {row["state"] for row in rows.values()} == {"ready"}
    assert set(Document.objects.values_list("external_id", flat=True)) == {"a.md", "가/a.md"}
    code, rows = load(tmp_path)
    assert (code, {row["state"] for row in rows.values()}) == (0, {"unchanged"})
    assert Job.objects.count() == Revision.objects.count() == 2


def test_a_file_of_two_gigabytes_is_refused_without_being_held_in_memory(load: Load, tmp_path: Path, settings):
    settings.MARU_UPLOAD_BYTES = 20 * 1024 * 1024
    with (tmp_path / "큰.bin").open("wb") as sparse:
        sparse.truncate(2 * 1024**3)
    (tmp_path / "작은.md").write_text("# 규정\n\n한도는 10만 원이다.")
    before = {path for path in files.settings.MARU.files.rglob("*") if path.is_file()}
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    code, rows = load(tmp_path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held < 64 * 1024  # KiB
    assert code == 1
    assert (rows["큰.bin"]["state"], rows["작은.md"]["state"]) == ("failed", "ready")
    assert "20" in rows["큰.bin"]["reason"] and "큰.bin" in rows["큰.bin"]["reason"]
    left = {path for path in files.settings.MARU.files.rglob("*") if path.is_file()} - before
    assert [path.stat().st_size < 1000 for path in left] == [True]


def test_each_bad_file_has_its_reason_and_the_good_ones_are_read(load: Load, tmp_path: Path):
    (tmp_path / "빈.md").write_bytes(b"")
    (tmp_path / "글없음.md").write_text(" \n\n ")
    (tmp_path / "깨진.pdf").write_bytes(b"%PDF-1.4\nbroken")
    (tmp_path / "가짜.hwp").write_bytes(b"MZ\x90\x00" + os.urandom(200))
    (tmp_path / "좋은.md").write_text("# 규정\n\n한도는 10만 원이다.")
    code, rows = load(tmp_path)
    assert code == 1
    assert {name: row["state"] for name, row in rows.items()} == {
        "빈.md": "failed", "글없음.md": "failed", "깨진.pdf": "failed", "가짜.hwp": "failed", "좋은.md": "ready",
    }  # fmt: skip
    reasons = [row["reason"] for name, row in rows.items() if name != "좋은.md"]
    assert all(reasons) and len(set(reasons)) == 4
    assert not Job.objects.exclude(state__in=[JobState.DONE, JobState.FAILED]).exists()


def test_what_cannot_be_meant_is_wrong_use(load: Load, tmp_path: Path):
    (tmp_path / "a.md").write_text("x")
    for paths, who, collection in (
        ([tmp_path / "nothing"], "hana", "rules"),
        ([tmp_path], "hana", "no-such"),
        ([tmp_path], "minsu", "rules"),
        ([tmp_path], "nobody", "rules"),
    ):
        with pytest.raises(Failed) as told:
            load(*paths, who=who, collection=collection)
        assert told.value.returncode == WRONG_USE, (paths, who, collection)
    assert Document.objects.count() == 0
