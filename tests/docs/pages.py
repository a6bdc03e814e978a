"""The project's pages, read for the tests."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md"), *(REPOSITORY / "samples").glob("*.md")],
    key=str,
)
_FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[(?:[^\]\[]|\[[^\]]*\])*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)


@dataclass(frozen=True)
class Link:
    """A link of a page, as it is written there."""

    page: Path
    target: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(REPOSITORY)} -> {self.target}"

    @property
    def file(self) -> Path:
        place = self.target.partition("#")[0]
        return (self.page.parent / place).resolve() if place else self.page

    @property
    def anchor(self) -> str:
        return self.target.partition("#")[2]


@cache
def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def links() -> list[Link]:
    """Links to places in the repository."""
    found = [Link(page, target) for page in PAGES for target in _LINK.findall(_FENCE.sub("", text_of(page)))]
    return [link for link in found if not re.match(r"[a-z]+:", link.target)]


def anchors(page: Path) -> set[str]:
    """The anchors that a code host gives a page's headings."""
    return {_slug(heading) for heading in _HEADING.findall(_FENCE.sub("", text_of(page)))}


def _slug(heading: str) -> str:
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
    return re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")


def code_in(page: Path) -> list[str]:
    """What stands between single backticks."""
    return re.findall(r"(?<!`)`([^`\n]+)`(?!`)", _FENCE.sub("", text_of(page)))
