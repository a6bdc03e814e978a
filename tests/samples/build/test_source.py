"""Sources and the editions made from them."""

from __future__ import annotations

from pathlib import Path

import pytest

from samples.build import source

BASE = '+++\nfile = "a.md"\ntitle = "규정"\n+++\n식비는 35,000원이다.\n일비는 20,000원이다.\n'


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(source, "CONTENT", tmp_path)
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "a.md").write_text(BASE, encoding="utf-8")
    return tmp_path / "rules"


def edition(old: str) -> str:
    return f'+++\nfile = "b.md"\nedition_of = "a.md"\n[[changes]]\nold = "{old}"\nnew = "40,000원"\n+++\n'


def test_an_edition_is_its_base_with_the_changes_made(content: Path) -> None:
    (content / "b.md").write_text(edition("35,000원"), encoding="utf-8")

    loaded = source.load(content / "b.md")

    assert loaded.file == "rules/b.md"
    assert loaded.title == "규정"
    assert loaded.text == "식비는 40,000원이다.\n일비는 20,000원이다.\n"


@pytest.mark.parametrize(("old", "times"), [("99,000원", 0), ("000원", 2)])
def test_a_change_has_to_fit_exactly_one_place(content: Path, old: str, times: int) -> None:
    (content / "b.md").write_text(edition(old), encoding="utf-8")

    with pytest.raises(ValueError, match=rf"b\.md: .* is there {times} times"):
        source.load(content / "b.md")
