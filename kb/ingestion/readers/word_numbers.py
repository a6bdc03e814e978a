"""The numbers that Word computes and does not store: 제1조, 가., (1). Counted as Word counts, per list and level."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from hwp2md.numbering import NumFormat, format_number

from kb.ingestion.readers.blocks import ListMark
from kb.ingestion.readers.ooxml import Element, attribute, child, children, number
from kb.ingestion.readers.word_styles import ParagraphStyle

_PLACE = re.compile(r"%(\d)")
_FORMATS: dict[str, NumFormat] = {
    "upperRoman": "ROMAN_CAPITAL",
    "lowerRoman": "ROMAN_SMALL",
    "upperLetter": "LATIN_CAPITAL",
    "lowerLetter": "LATIN_SMALL",
    "ganada": "HANGUL_SYLLABLE",
    "chosung": "HANGUL_JAMO",
    "decimalEnclosedCircle": "CIRCLED_DIGIT",
    "ideographDigital": "HANJA_DIGIT",
    "chineseCounting": "HANJA_DIGIT",
    "japaneseCounting": "HANJA_DIGIT",
}


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: first number, its form, and the text around it ("제%1조")."""

    start: int = 1
    form: str = "decimal"
    text: str = ""


@dataclass
class Numbers:
    """The lists of a document and where each stands. Lists that share a definition share its counters."""

    lists: dict[str, str]
    levels: dict[str, dict[int, Level]]
    restarts: dict[str, dict[int, int]] = field(default_factory=dict)
    _counters: dict[str, dict[int, int]] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)

    def mark(self, style: ParagraphStyle) -> ListMark | None:
        """The place and label of the next paragraph of this style, None for one that is in no list."""
        definition = self.lists.get(style.list_id)
        if definition is None or style.list_id in ("", "0"):
            return None
        level = self.levels.get(definition, {}).get(style.list_level, Level(form="bullet"))
        if level.form in ("bullet", "none") and not _PLACE.search(level.text):
            return ListMark(style.list_level)
        return ListMark(style.list_level, self._label(style, definition, level))

    def _label(self, style: ParagraphStyle, definition: str, level: Level) -> str:
        counters = self._counters.setdefault(definition, {})
        if style.list_id not in self._seen:
            self._seen.add(style.list_id)
            for restarted, start in self.restarts.get(style.list_id, {}).items():
                counters[restarted] = start - 1
        for deeper in [depth for depth in counters if depth > style.list_level]:
            del counters[deeper]
        counters[style.list_level] = counters.get(style.list_level, level.start - 1) + 1
        return _PLACE.sub(lambda found: self._number(definition, int(found.group(1)) - 1), level.text).strip()

    def _number(self, definition: str, depth: int) -> str:
        level = self.levels.get(definition, {}).get(depth, Level())
        value = self._counters[definition].setdefault(depth, level.start)
        if level.form == "decimalZero":
            return f"{value:02d}"
        return format_number(value, _FORMATS.get(level.form, "DIGIT"))


def read_numbering(root: Element | None) -> Numbers:
    """The lists of numbering.xml."""
    levels = {attribute(item, "abstractNumId"): _levels(item) for item in children(root, "abstractNum")}
    lists = {attribute(item, "numId"): attribute(child(item, "abstractNumId"), "val") for item in children(root, "num")}
    restarts = {attribute(item, "numId"): _restarts(item) for item in children(root, "num")}
    return Numbers(lists, levels, {name: found for name, found in restarts.items() if found})


def _levels(definition: Element) -> dict[int, Level]:
    return {
        number(attribute(item, "ilvl")): Level(
            number(attribute(child(item, "start"), "val"), 1),
            attribute(child(item, "numFmt"), "val", "decimal"),
            attribute(child(item, "lvlText"), "val"),
        )
        for item in children(definition, "lvl")
    }


def _restarts(item: Element) -> dict[int, int]:
    return {
        number(attribute(override, "ilvl")): number(attribute(child(override, "startOverride"), "val"), 1)
        for override in children(item, "lvlOverride")
        if child(override, "startOverride") is not None
    }
