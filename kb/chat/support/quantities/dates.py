"""Dates and weekdays in Korean and English text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.chat.support.quantities.model import BARE, DATE, WEEKDAY, PartialDate, Reading

Found = tuple[int, int, tuple[Reading, ...], bool]
"""Start, end, readings, and whether the quantity is minor."""

_MONTHS = [
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
]  # fmt: skip
_MONTH_NUMBERS = {name: number for number, name in enumerate(_MONTHS, 1)} | {
    name[:3]: number for number, name in enumerate(_MONTHS, 1)
}
# "May" and "March" are also words: months are only read with a capital and beside a day or a year.
_MONTH = r"(?P<month>" + "|".join(f"{m.capitalize()}|{m[:3].capitalize()}\\b\\.?" for m in _MONTHS) + ")"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"

_PATTERNS = [
    re.compile(
        r"(?:(?P<year>\d{4})|['‘’](?P<short>\d{2}))\s*(?:년\s*|[.\-/]\s*)(?P<month>\d{1,2})\s*(?:월\s*|[.\-/]\s*)"
        r"(?P<day>\d{1,2})(?!\d)\s*(?:일|\.(?!\d))?"
    ),
    re.compile(r"(?<!\d)(?P<month>\d{1,2})월\s*(?P<day>\d{1,2})일"),
    re.compile(r"(?:(?P<year>\d{4})|['‘’](?P<short>\d{2}))\s*년\s*(?P<month>\d{1,2})월"),
    re.compile(r"(?<![\d/.])(?P<month>\d{1,2})/(?P<day>\d{1,2})(?![\d/])"),
    re.compile(r"(?<![\d.])(?P<month>[1-9]|1[0-2])\.\s?(?P<day>[1-9]|[12]\d|3[01])\.?(?=\s*(?:자|일자|부터|까지|부로|시행))"),
    re.compile(rf"\b{_MONTH}\s+{_DAY}(?:,?\s+(?P<year>\d{{4}}))?\b"),
    re.compile(rf"\b{_DAY}\s+(?:of\s+)?{_MONTH}(?:,?\s+(?P<year>\d{{4}}))?\b"),
    re.compile(rf"\b{_MONTH}\s+(?P<year>\d{{4}})\b"),
    re.compile(r"(?:매월|매달|매\s월|다음\s?달|익월|당월|이번\s?달)\s*(?P<day>\d{1,2})일"),
    re.compile(r"\b(?:on|by|until|before|after) the (?P<day>\d{1,2})(?:st|nd|rd|th)\b(?!\s+(?:floor|time|day|year|week|month))"),
    re.compile(r"(?<![\d.])(?P<month>[1-9]|1[0-2])월(?=\s?[초말중]|부터|까지|에|\s|$|,|은|의|이)"),
]  # fmt: skip
_RANGE_END = re.compile(r"(?P<month>\d{1,2})월\s*\d{1,2}일?\s*(?:부터|에서|~|-|–)\s*(?P<day>\d{1,2})일")
_YEAR = re.compile(
    r"(?<![\d.,$€₩£])(?P<year>1[5-9]\d{2}|20\d{2}|2100)(?P<suffix>년(?![간차])|(?!\d|[,.]\d|\s?[%a-zA-Z가-힣]))"
)
_MONTH_ALONE = re.compile(
    rf"\b(?:[Ii]n|of|[Bb]y|[Uu]ntil|[Ff]rom|[Ss]ince|[Bb]efore|[Aa]fter|and)\s+{_MONTH}\b(?!\s+\d)"
)
_YEAR_EN = re.compile(
    r"\b(?:[Ii]n|[Ss]ince|[Bb]y|[Uu]ntil|of|[Ff]rom|[Bb]efore|[Aa]fter|[Dd]uring)\s+(?P<year>1[5-9]\d{2}|20\d{2})\b(?![,.]\d)"
)
_WEEKDAYS_KO = "월화수목금토일"
_WEEKDAY_KO = re.compile(rf"([{_WEEKDAYS_KO}])요일")
_WEEKDAYS_EN = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_WEEKDAY_EN = re.compile(r"\b(" + "|".join(_WEEKDAYS_EN) + r")s?\b")


def dates(text: str) -> Iterator[Found]:
    """Dates and weekdays of a text, the most complete writing first; a missing part is None."""
    for match in _RANGE_END.finditer(text):
        yield match.start("day"), match.end(), _reading((None, int(match["month"]), int(match["day"]))), False
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            date = _date(match)
            if date is not None:
                yield match.start(), match.end(), _reading(date), False
    for match in _MONTH_ALONE.finditer(text):
        yield (
            match.start("month"),
            match.end(),
            _reading((None, _MONTH_NUMBERS[match["month"].lower().rstrip(".")], None)),
            False,
        )
    for match in _YEAR.finditer(text):
        year = int(match["year"])
        bare = () if match["suffix"] else (Reading(BARE, float(year)),)
        yield match.start(), match.end(), (*_reading((year, None, None)), *bare), False
    for match in _YEAR_EN.finditer(text):
        yield match.start("year"), match.end(), _reading((int(match["year"]), None, None)), False
    for match in _WEEKDAY_KO.finditer(text):
        yield match.start(), match.end(), (Reading(WEEKDAY, float(_WEEKDAYS_KO.index(match[1]))),), False
    for match in _WEEKDAY_EN.finditer(text):
        yield match.start(), match.end(), (Reading(WEEKDAY, float(_WEEKDAYS_EN.index(match[1]))),), False


def _reading(date: PartialDate) -> tuple[Reading, ...]:
    return (Reading(DATE, 0.0, date),)


def _date(match: re.Match[str]) -> PartialDate | None:
    """The date that a match stands for, or None when no such day exists."""
    part = match.groupdict()
    year = int(part["year"]) if part.get("year") else 2000 + int(part["short"]) if part.get("short") else None
    written = (part.get("month") or "").rstrip(".")
    month = int(written) if written.isdigit() else _MONTH_NUMBERS.get(written.lower())
    day = int(part["day"]) if part.get("day") else None
    if (month is not None and not 1 <= month <= 12) or (day is not None and not 1 <= day <= 31):
        return None
    return year, month, day
