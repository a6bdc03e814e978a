"""What the pages point at is there: pages, headings, files, functions."""

from __future__ import annotations

import re
import sysconfig
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, REPOSITORY, anchors, code_in, links

_PLACE = re.compile(r"((?:[\w.-]+/)+(?:[\w.-]+\.(?:py|md|sh|yaml|toml|tsv|po|css|js|html|txt))?)(?::(\w+))?")
# Pages about a part name its files from there.
_SEEN_BELOW = (
    "",
    "kb",
    "kb/ingestion",
    "kb/ingestion/readers",
    "kb/chat",
    "kb/chat/support",
    "kb/retrieval",
    "kb/retrieval/encoder",
    "kb/serving",
    "templates",
    "static",
)
_PACKAGES = Path(sysconfig.get_path("purelib"))
# Examples of things that a reader makes, and places below MARU_HOME.
_ELSEWHERE = re.compile(r"^(db|files|secrets|models|adapters|runs|logs|run|postgresql|locale|uploads|var|\.test-home)/")


def test_there_are_pages_and_links():
    assert len(PAGES) > 20
    assert len(links()) > 60


@pytest.mark.parametrize("link", links(), ids=str)
def test_a_link_leads_somewhere(link):
    assert link.file.is_relative_to(REPOSITORY)
    assert link.file.exists()
    if link.anchor:
        assert link.anchor in anchors(link.file)


def named_places() -> list[tuple[Path, str, str]]:
    found = []
    for page in PAGES:
        for code in code_in(page):
            match = _PLACE.fullmatch(code)
            if match and not _ELSEWHERE.match(code) and not re.search(r"[A-Z]{3,}/", code):
                found.append((page, match[1], match[2] or ""))
    return found


@pytest.mark.parametrize(
    ("page", "place", "name"),
    named_places(),
    ids=[f"{p.stem}: {place}{n and ':' + n}" for p, place, n in named_places()],
)
def test_a_file_that_is_named_is_there(page, place, name):
    nearby = [page.parent, *(REPOSITORY / folder for folder in _SEEN_BELOW), _PACKAGES]
    found = next((folder / place for folder in nearby if (folder / place).exists()), None)
    assert found is not None, f"{place} is nowhere"
    if name:
        assert re.search(
            rf"^\s*(?:async )?(?:def|class) {name}\b|^{name}\b", found.read_text(encoding="utf-8"), re.MULTILINE
        )


def test_every_decision_is_in_the_list_of_decisions():
    folder = REPOSITORY / "docs/decisions"
    listed = set(re.findall(r"\]\(([\w-]+\.md)\)", (folder / "README.md").read_text(encoding="utf-8")))
    assert listed == {page.name for page in folder.glob("*.md")} - {"README.md"}


def test_every_page_is_linked_from_another():
    reached = {link.file for link in links() if link.file != link.page}
    alone = {
        page for page in PAGES if page.parent != REPOSITORY and page not in reached and page.parent.name != "samples"
    }
    assert alone == set()
