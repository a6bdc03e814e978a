"""MARU_HOME: made closed, reachable for the database's account, moved where that is impossible."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kb.runtime import home as module
from kb.runtime.home import FOLDERS, Home, resolve_home
from kb.runtime.identity import Identity, can_enter, database_identity
from kb.runtime.problems import StartProblem
from tests.kb.runtime.dropped import run_as_ordinary_user

MODES = """
import os, json
from kb.runtime.home import resolve_home
home = resolve_home(os.environ)
print(json.dumps([oct(path.stat().st_mode & 0o7777) for path in (home.root, *home.root.iterdir())]))
print(home.notice)
"""


@pytest.fixture
def elsewhere(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where homes are moved to, in place of /var/lib."""
    folder = place / "lib"
    folder.mkdir(mode=0o755)
    monkeypatch.setattr(module, "_ELSEWHERE", folder)
    return folder


@pytest.fixture
def as_root(monkeypatch: pytest.MonkeyPatch) -> Identity:
    """The database's account as root sees it; for a test run by somebody else it is made up."""
    nobody = database_identity() or Identity("nobody", 65534, os.getegid())
    monkeypatch.setattr(module, "database_identity", lambda: nobody)
    return nobody


def test_for_an_ordinary_user_every_folder_is_closed(place):
    modes, notice = run_as_ordinary_user(place, MODES).splitlines()
    assert modes == str(["0o700"] * (1 + len(FOLDERS))).replace("'", '"')
    assert notice == ""


def test_for_root_the_database_account_may_pass_the_home_and_nothing_else_in_it(place, as_root):
    home = resolve_home({"MARU_HOME": str(place / "home")})
    assert home.root.stat().st_mode & 0o777 == 0o710
    assert home.root.stat().st_gid == as_root.gid
    assert can_enter(as_root, home.root)
    assert {path.stat().st_mode & 0o777 for path in home.root.iterdir()} == {0o700}


def test_below_a_closed_folder_another_home_is_taken_the_same_each_time_and_said(place, elsewhere, as_root):
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    os.chown(closed, os.geteuid(), -1)
    env = {"MARU_HOME": str(closed / "home")}
    first, again = resolve_home(env), resolve_home(env)
    other = resolve_home({"MARU_HOME": str(closed / "other")})
    assert first == again
    assert first.root.parent == elsewhere
    assert first.root.name.startswith("maru-")
    assert len(first.root.name) == len("maru-") + 8
    assert other.root != first.root
    assert str(closed / "home") in first.notice
    assert str(first.root) in first.notice
    assert not (closed / "home").exists()


def test_with_a_database_elsewhere_nothing_needs_to_move(place, elsewhere, as_root):
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    home = resolve_home({"MARU_HOME": str(closed / "home"), "DATABASE_URL": "postgresql://a:b@192.0.2.1/maru"})
    assert home == Home(closed / "home")
    assert home.root.stat().st_mode & 0o777 == 0o700
    assert home.notice == ""


def test_a_home_that_root_made_closed_before_is_opened_for_the_database_account_only(place, as_root):
    root = place / "home"
    root.mkdir(mode=0o700)
    resolve_home({"MARU_HOME": str(root)})
    assert root.stat().st_mode & 0o777 == 0o710


def test_folders_above_are_made_passable_whatever_the_umask(place, as_root):
    before = os.umask(0o077)
    try:
        home = resolve_home({"MARU_HOME": str(place / "new/deep/home")})
    finally:
        os.umask(before)
    assert can_enter(as_root, home.root)


def test_somebody_elses_home_is_refused(place, monkeypatch):
    resolve_home({"MARU_HOME": str(place / "home")})
    monkeypatch.setattr(os, "geteuid", lambda: 4242)
    monkeypatch.setattr(module, "database_identity", lambda: None)
    with pytest.raises(StartProblem, match=r"belongs to user .*, and this is user 4242"):
        resolve_home({"MARU_HOME": str(place / "home")})


def test_a_home_that_cannot_be_made_is_named(place):
    (place / "file").write_text("")
    with pytest.raises(StartProblem, match=r"file/home cannot be used: .*Set MARU_HOME"):
        resolve_home({"MARU_HOME": str(place / "file/home")})


def test_without_a_setting_it_lies_beside_manage_py():
    assert (module.DEFAULT_HOME.parent / "manage.py").is_file()
    assert module.DEFAULT_HOME.name == "var"
