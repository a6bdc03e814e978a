"""docker/make_env.sh: two files that know each other's passwords, once, for their owner alone."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from config.environment import SETTINGS, read_environment
from tests.docker.parts import FOLDER, env_of, example

NAMES = ("maru.env", "db.env")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("make_env.sh", *(f"{name}.example" for name in NAMES)):
        shutil.copy(FOLDER / name, tmp_path)
    return tmp_path


def make(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["sh", str(folder / "make_env.sh")], capture_output=True, text=True, check=False, cwd="/")


def made(folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    assert make(folder).returncode == 0
    maru, db = (env_of((folder / name).read_text(encoding="utf-8")) for name in NAMES)
    return maru, db


def test_the_two_files_agree(folder):
    maru, db = made(folder)
    for name, of in (("DATABASE_URL", "APP"), ("DATABASE_OWNER_URL", "OWNER"), ("DATABASE_WORKER_URL", "WORKER")):
        assert urlsplit(maru[name]).password == db[f"{of}_PASSWORD"]


def test_passwords_are_long_and_all_different(folder):
    maru, db = made(folder)
    words = [*db.values(), maru["MARU_MODEL_SERVER_KEY"]]
    assert len(set(words)) == 5
    assert min(map(len, words)) == 48


def test_each_time_they_are_others(folder):
    _, first = made(folder)
    for name in NAMES:
        (folder / name).unlink()
    assert made(folder)[1] != first


def test_nobody_else_may_read_them(folder):
    made(folder)
    assert [(folder / name).stat().st_mode & 0o777 for name in NAMES] == [0o600, 0o600]


def test_what_is_there_is_not_written_over(folder):
    made(folder)
    before = (folder / "db.env").read_text()
    (folder / "maru.env").unlink()
    done = make(folder)
    assert done.returncode == 1
    assert "nothing was changed" in done.stderr
    assert (folder / "db.env").read_text() == before
    assert not (folder / "maru.env").exists()


def test_maru_takes_what_it_says(folder):
    maru, _ = made(folder)
    values = read_environment(maru)
    assert values["MARU_DEMO"] is False
    assert values["MARU_MODEL_SERVER"] == "none"


def test_every_name_is_a_setting():
    known = {setting.name for setting in SETTINGS} | {"FORWARDED_ALLOW_IPS"}  # uvicorn's own
    assert set(example("maru.env")) <= known


def test_the_examples_hold_no_password():
    for name in NAMES:
        secret = {key: value for key, value in example(name).items() if key.endswith(("PASSWORD", "KEY"))}
        assert secret and all(value == f"@{key.removeprefix('MARU_')}@" for key, value in secret.items())


def test_no_forwarded_header_is_believed_by_default():
    assert example("maru.env")["FORWARDED_ALLOW_IPS"] == ""
