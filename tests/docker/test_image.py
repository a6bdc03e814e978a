"""docker/Dockerfile: everything that Maru imports is copied, nothing else gets in, and it does not run as root."""

from __future__ import annotations

import re
import sys
import tomllib
from fnmatch import fnmatch

import pytest

from tests.docker.parts import FOLDER, REPOSITORY

sys.path.insert(0, str(REPOSITORY / "tools"))
from system_packages import NEEDS

TEXT = (FOLDER / "Dockerfile").read_text(encoding="utf-8")
STEPS = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", TEXT, flags=re.MULTILINE)).splitlines()
COPIED = [place for step in STEPS if step.startswith("COPY ") for place in step.split()[1:-1]]
IGNORE = (FOLDER / "Dockerfile.dockerignore").read_text(encoding="utf-8").split("\n")


@pytest.mark.parametrize("place", COPIED)
def test_what_is_copied_is_there_and_let_in(place):
    assert (REPOSITORY / place).exists()
    assert any(line.startswith("!") and fnmatch(place, line[1:]) for line in IGNORE), "the ignore file keeps it out"


def test_every_package_of_ours_is_copied():
    with (REPOSITORY / "pyproject.toml").open("rb") as file:
        packages = tomllib.load(file)["tool"]["importlinter"]["root_packages"]
    assert set(packages) < set(COPIED)
    assert {"samples", "locale", "static", "templates", "manage.py", "docker/healthcheck.py"} < set(COPIED)


def test_everything_else_stays_out():
    assert "*" in IGNORE
    for place in ("var", ".env", "docker/maru.env", "docker/db.env", "tests", ".git"):
        assert not any(line.startswith("!") and fnmatch(place, line[1:]) for line in IGNORE), place


def test_it_does_not_run_as_root():
    users = [step.split()[1] for step in STEPS if step.startswith("USER ")]
    assert users[-1:] == ["maru"]


def test_its_python_is_one_that_maru_runs_on():
    version = re.search(r"^FROM python:(\d+)\.(\d+)-slim", TEXT, re.MULTILINE)
    assert version is not None
    with (REPOSITORY / "pyproject.toml").open("rb") as file:
        wanted = tomllib.load(file)["project"]["requires-python"]
    assert (int(version[1]), int(version[2])) >= tuple(int(part) for part in wanted.removeprefix(">=").split("."))


def test_its_system_packages_are_those_that_reading_needs():
    installed = set(re.findall(r"no-install-recommends ([\w\- ]+?) &&", " ".join(STEPS))[0].split())
    assert installed == set(NEEDS) - {"chromium", "curl"}
