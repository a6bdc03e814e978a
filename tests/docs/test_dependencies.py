"""docs/dependencies.md has a row for each line of the requirements, in the same version, and no other."""

from __future__ import annotations

import re

from tests.docs.pages import REPOSITORY

_PINNED = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[\w,]+\])?==(\S+)$", re.MULTILINE)
_ROW = re.compile(r"^\| `([\w.-]+)` ([^,|]+), (\d{4}-\d{2}-\d{2}) \|([^|]*)\|([^|]*)\|", re.MULTILINE)


def pinned(name: str) -> dict[str, str]:
    return dict(_PINNED.findall((REPOSITORY / name).read_text(encoding="utf-8")))


def rows(part: str) -> dict[str, str]:
    return {name: version for name, version, *_ in _ROW.findall(part)}


def page() -> tuple[str, str]:
    text = (REPOSITORY / "docs/dependencies.md").read_text(encoding="utf-8")
    before, _, after = text.partition("## What checks and tests need on top")
    return before, after


def test_every_line_is_pinned():
    for name in ("requirements.txt", "requirements-dev.txt"):
        lines = (REPOSITORY / name).read_text(encoding="utf-8").splitlines()
        meant = [line for line in lines if line and not line.startswith(("#", "-r "))]
        assert [line for line in meant if not _PINNED.fullmatch(line)] == []


def test_what_maru_runs_on_has_its_row():
    assert rows(page()[0]) == pinned("requirements.txt")


def test_what_checks_and_tests_need_has_its_row():
    assert rows(page()[1]) == pinned("requirements-dev.txt")


def test_each_row_says_what_for_and_the_licence():
    for name, _version, _day, purpose, licence in _ROW.findall("\n".join(page())):
        assert len(purpose.strip()) >= 5, name
        assert licence.strip(), name


def test_no_licence_would_bind_marus_own_code():
    for name, *_rest, licence in _ROW.findall("\n".join(page())):
        assert not re.search(r"\b(A?GPL)", licence), name
