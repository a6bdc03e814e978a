"""What a paragraph's style means: heading level and numbering, inherited from the styles that it is based on."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.ingestion.readers.ooxml import Element, attribute, child, children, number
from kb.ingestion.readers.word_runs import style_id

_HEADING_NAME = re.compile(r"(?:heading|제목|개요)\s*(\d)", re.I)
_TITLE_NAMES = {"title": 1, "subtitle": 2, "제목": 1, "부제": 2}
_BODY_LEVEL = 9
_CHAIN = 20


@dataclass(frozen=True, slots=True)
class ParagraphStyle:
    """Heading level (0 for body text, 1-6), and the list it numbers in: numId and level; numId "0" or "" for none."""

    level: int = 0
    list_id: str = ""
    list_level: int = 0


@dataclass(frozen=True, slots=True)
class Styles:
    """The named styles of a document, each resolved along its chain."""

    by_id: dict[str, ParagraphStyle]

    def of(self, paragraph: Element) -> ParagraphStyle:
        """The style of a paragraph, its own properties before those of its named style."""
        base = self.by_id.get(style_id(paragraph), ParagraphStyle())
        return _merge(base, child(paragraph, "pPr"))


def read_styles(root: Element | None) -> Styles:
    """Resolve every paragraph style of styles.xml."""
    raw = {attribute(item, "styleId"): item for item in children(root, "style")}
    return Styles({name: _resolve(name, raw) for name in raw})


def _resolve(name: str, raw: dict[str, Element]) -> ParagraphStyle:
    chain: list[Element] = []
    while name in raw and len(chain) < _CHAIN:
        chain.append(raw[name])
        name = attribute(child(raw[name], "basedOn"), "val")
    style = ParagraphStyle()
    for item in reversed(chain):
        style = _merge(_named(style, attribute(child(item, "name"), "val")), child(item, "pPr"))
    return style


def _named(style: ParagraphStyle, name: str) -> ParagraphStyle:
    found = _HEADING_NAME.fullmatch(name.strip())
    level = int(found.group(1)) if found else _TITLE_NAMES.get(name.strip().lower())
    return ParagraphStyle(_level(level), style.list_id, style.list_level) if level else style


def _merge(style: ParagraphStyle, properties: Element | None) -> ParagraphStyle:
    outline = attribute(child(properties, "outlineLvl"), "val")
    level = style.level if not outline else _level(number(outline, _BODY_LEVEL) + 1)
    numbering = child(properties, "numPr")
    list_id = attribute(child(numbering, "numId"), "val") or style.list_id
    list_level = attribute(child(numbering, "ilvl"), "val")
    return ParagraphStyle(level, list_id, number(list_level, 0) if list_level else style.list_level)


def _level(value: int) -> int:
    """1-6; what Word calls body text is 0."""
    return 0 if value > _BODY_LEVEL else min(max(value, 1), 6)
