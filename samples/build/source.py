"""One file of content/: TOML front matter, then markup; a later or earlier edition may be given by its changes."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from samples.build.blocks import Block
from samples.build.markup import parse

CONTENT = Path(__file__).parent / "content"
FILES = Path(__file__).parent.parent / "files"
_FENCE = "+++\n"


@dataclass(frozen=True)
class Source:
    """`file` is the path below samples/files; `head` the front matter; `text` the markup."""

    file: str
    head: dict[str, Any]
    text: str

    @property
    def suffix(self) -> str:
        return Path(self.file).suffix.lstrip(".")

    @property
    def title(self) -> str:
        return self.head["title"]

    @property
    def language(self) -> str:
        return self.head.get("language", "ko")

    def blocks(self) -> list[Block]:
        return parse(self.text)


def load(path: Path) -> Source:
    """The source at a path below content/; its place there is the built file's place below files/."""
    head, text = split(path)
    if base := head.pop("edition_of", None):
        base_head, text = split(path.parent / base)
        head = base_head | head
        text = with_changes(text, head.pop("changes", []), path)
    file = f"{path.parent.relative_to(CONTENT).as_posix()}/{head.pop('file')}"
    return Source(file, head, text)


def split(path: Path) -> tuple[dict[str, Any], str]:
    """Front matter and markup of a file."""
    raw = path.read_text(encoding="utf-8")
    _, head, text = raw.split(_FENCE, 2)
    return tomllib.loads(head), text


def with_changes(text: str, changes: list[dict[str, str]], path: Path) -> str:
    """The text with each change made; a change that fits no place, or two, is a mistake in the source."""
    for change in changes:
        if text.count(change["old"]) != 1:
            raise ValueError(f"{path.name}: {change['old']!r} is there {text.count(change['old'])} times")
        text = text.replace(change["old"], change["new"])
    return text


def load_all() -> list[Source]:
    """Every source, in the order of their paths."""
    return [load(path) for path in sorted(CONTENT.rglob("*.md"))]
