"""Translations compiled at start: into MARU_HOME, once, anew for another source, and never a reason not to start."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import polib
import pytest

from kb.runtime.catalogues import compiled
from kb.runtime.home import Home


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return tmp_path / "source"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def write(source: Path, said: str, at: int = 1_700_000_000) -> Path:
    path = source / "ko" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Library"\nmsgstr "{said}"\n'
    )
    os.utime(path, (at, at))
    return path


def library(folder: Path) -> str:
    return polib.mofile(str(folder / "ko" / "LC_MESSAGES" / "django.mo")).find("Library").msgstr


def test_it_compiles_into_the_home_and_writes_nothing_beside_the_source(source: Path, home: Home) -> None:
    write(source, "자료실")
    assert library(compiled(source, home)) == "자료실"
    assert [path.name for path in source.rglob("*.*")] == ["django.po"]


def test_it_compiles_once(source: Path, home: Home) -> None:
    write(source, "자료실")
    mo = compiled(source, home) / "ko" / "LC_MESSAGES" / "django.mo"
    number = mo.stat().st_ino
    compiled(source, home)
    assert mo.stat().st_ino == number
    assert [path.name for path in mo.parent.iterdir()] == ["django.mo"]


@pytest.mark.parametrize("later", [1_800_000_000, 1_600_000_000], ids=["newer", "older"])
def test_another_version_of_the_source_is_compiled_whether_newer_or_older(source: Path, home: Home, later: int) -> None:
    write(source, "자료실")
    compiled(source, home)
    write(source, "서재", at=later)
    assert library(compiled(source, home)) == "서재"


def test_a_broken_source_is_said_and_leaves_what_was_there(
    source: Path, home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    write(source, "자료실")
    compiled(source, home)
    path = write(source, "서재", at=1_800_000_000)
    path.write_text('msgid "Library"\nno word of gettext')
    with caplog.at_level(logging.WARNING):
        folder = compiled(source, home)
    assert library(folder) == "자료실"
    assert str(path) in caplog.text


def test_a_home_that_cannot_be_written_is_said_and_is_no_reason_not_to_start(
    source: Path, home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    write(source, "자료실")
    home.root.mkdir()
    home.locale.write_text("a file in the folder's place")
    with caplog.at_level(logging.WARNING):
        assert compiled(source, home) == home.locale
    assert "Translations of" in caplog.text


def test_pages_are_korean_from_the_first_start_on() -> None:
    from django.utils import translation
    from django.utils.translation import gettext

    with translation.override("ko"):
        assert gettext("Library") == "자료실"
    with translation.override("en"):
        assert gettext("Library") == "Library"
