"""`make run` installs once, and again only when a requirements file changed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout that requires nothing."""
    (tmp_path / "tools").mkdir()
    shutil.copy(REPOSITORY / "tools/install.py", tmp_path / "tools")
    (tmp_path / "requirements.txt").write_text("# nothing\n")
    (tmp_path / "requirements-dev.txt").write_text("-r requirements.txt\n")
    return tmp_path


def install(checkout: Path, name: str = "requirements.txt") -> str:
    done = subprocess.run(
        [sys.executable, "tools/install.py", name],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_second_time_nothing_is_done(checkout):
    assert "Installing requirements.txt" in install(checkout)
    assert install(checkout) == ""
    assert (checkout / ".venv/bin/python").exists()


def test_a_changed_file_is_installed_again_in_the_same_environment(checkout):
    install(checkout)
    (checkout / "requirements.txt").write_text("# changed\n")
    said = install(checkout)
    assert "Installing requirements.txt" in said
    assert "Making the virtual environment" not in said


def test_what_the_tests_need_includes_what_maru_needs(checkout):
    install(checkout, "requirements-dev.txt")
    assert install(checkout) == ""
    (checkout / "requirements.txt").write_text("# changed\n")
    assert "Installing requirements-dev.txt" in install(checkout, "requirements-dev.txt")


def test_an_environment_that_was_moved_is_made_again(checkout):
    install(checkout)
    python = checkout / ".venv/bin/python"
    python.unlink()
    python.symlink_to("/nowhere/python3")
    said = install(checkout)
    assert "Making the virtual environment" in said
    assert "Installing requirements.txt" in said


def test_a_failed_installation_is_tried_again(checkout):
    (checkout / "requirements.txt").write_text("./not-there\n")
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "tools/install.py", "requirements.txt"],
            cwd=checkout,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode != 0
        assert "Installing requirements.txt" in done.stdout
