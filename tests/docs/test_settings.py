"""Settings: the page is the code's, and every name that the pages and the containers use is one that there is."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from config.environment import SETTINGS
from tests.docs.pages import PAGES, REPOSITORY, text_of

_NAME = re.compile(r"(?<![\w.])(MARU_[A-Z_]*[A-Z]|DATABASE_[A-Z_]*URL|DATABASE_URL)(?![\w…])")
_FOR_PARTS = "## For development and for parts on machines of their own"


def known() -> set[str]:
    """Names of the table in the code, and those that the page lists for development."""
    page = (REPOSITORY / "docs/settings.md").read_text(encoding="utf-8")
    beside = page.partition(_FOR_PARTS)[2].partition("\n## ")[0]
    return {setting.name for setting in SETTINGS} | set(
        re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| (.*?) \|", beside, re.MULTILINE)))
    )


def test_the_page_is_current():
    command = [sys.executable, str(REPOSITORY / "tools/settings_table.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr


def files() -> list[str]:
    containers = [path for path in (REPOSITORY / "docker").rglob("*") if path.is_file() and path.suffix != ".env"]
    return [str(path.relative_to(REPOSITORY)) for path in [*PAGES, *containers, REPOSITORY / "Makefile"]]


@pytest.mark.parametrize("place", files())
def test_every_setting_that_is_named_is_one(place):
    found = set(_NAME.findall((REPOSITORY / place).read_text(encoding="utf-8", errors="replace")))
    assert found <= known()


def test_settings_that_the_code_reads_are_in_the_table():
    read = set()
    for folder in ("accounts", "kb", "tuning"):
        for path in (REPOSITORY / folder).rglob("*.py"):
            read |= set(re.findall(r"settings\.(MARU_[A-Z_]+)\b", path.read_text(encoding="utf-8")))
    assert read - known() == {"MARU_SWEEPS"}  # a list of functions, not the environment's to say


def test_the_pages_name_the_ones_that_a_company_needs():
    told = " ".join(text_of(REPOSITORY / f"docs/{name}.md") for name in ("deployment", "models"))
    needed = {
        "MARU_ALLOWED_HOSTS",
        "MARU_HTTPS",
        "MARU_TRUSTED_PROXIES",
        "MARU_MODEL_SERVER",
        "MARU_EMBEDDER",
        "MARU_HOME",
    }
    assert needed <= set(_NAME.findall(told))
