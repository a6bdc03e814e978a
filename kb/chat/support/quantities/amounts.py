"""Amounts: a number in digits or words, Korean or English, with its unit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kb.chat.support.quantities.dates import Found
from kb.chat.support.quantities.model import BARE, EVERY, Reading
from kb.chat.support.quantities.numerals import (
    DIGITS,
    ENGLISH_ONES,
    ENGLISH_SCALES,
    ENGLISH_TENS,
    NATIVE_ONES,
    NATIVE_TENS,
    english_value,
    mixed_value,
    native_value,
)
from kb.chat.support.quantities.units import CURRENCY_SIGNS, DAY_WORDS, PERIOD_WORDS, UNITS, WRITTEN
from kb.chat.support.vocabulary import STOP_EN
from kb.retrieval.analysis import Token

_POWERS = "[십백천만억조]"
_KOREAN_UNITS = "|".join(
    re.escape(form) for form in sorted(WRITTEN, key=len, reverse=True) if not (form.isascii() and form.isalpha())
)
_LATIN_UNITS = "|".join(re.escape(f) for f in sorted(WRITTEN, key=len, reverse=True) if f.isascii() and f.isalnum())
_DIGITS_KO = re.compile(
    rf"(?<![A-Za-z\d.,])(?P<number>(?:{DIGITS})(?:\s?{_POWERS}+(?:\s?(?:{DIGITS})(?=\s?{_POWERS}|{_POWERS}*원))?)*)"
    rf"\s?여?\s*(?P<unit>{_KOREAN_UNITS}|(?:{_LATIN_UNITS})(?![A-Za-z]))?",
    re.IGNORECASE,
)
_SINO = re.compile(
    rf"(?<![가-힣])(?P<number>[일이삼사오육칠팔구]*{_POWERS}[일이삼사오육칠팔구십백천만억]*)\s?(?P<unit>{_KOREAN_UNITS})"
)
# "구십일까지" is 90 days or 91.
_SINO_DAYS = re.compile(
    rf"(?<![가-힣])(?P<number>[일이삼사오육칠팔구]*{_POWERS}[일이삼사오육칠팔구십백천만억]*일)(?=까지|간|\s?이내)"
)
# Native numbers only before a counter: "한도" and "한해" are other words.
_NATIVE_COUNTERS = "개월|개|명|번|곳|군데|가지|차례|시간|달|살|날|주일|주|사람|박|자|해|학기|대|장|층"
_NATIVE = re.compile(
    rf"(?<![가-힣])(?P<hundreds>[백천])?(?P<tens>{'|'.join(NATIVE_TENS)})?"
    rf"(?P<ones>{'|'.join(sorted(NATIVE_ONES, key=len, reverse=True))})?(?P<gap>\s?)(?P<unit>{_NATIVE_COUNTERS})"
)
_GLUED_OTHER = {
    "한해",
    "한자",
    "한번",
    "한대",
    "한장",
    "네자",
    "세대",
    "세자",
    "서장",
    "서자",
    "석자",
    "한층",
    "두자",
    "한주",
}
_DAY_WORD = re.compile(
    rf"(?<![가-힣])(?P<word>{'|'.join(DAY_WORDS)}|일주일|하룻밤)(?![가-힣])"
    rf"|(?<![가-힣])(?P<inflected>{'|'.join(DAY_WORDS)}|일주일|하룻밤)(?=에|는|은|의|이|가|를|을|까지|만|간|씩|당|마다|동안|전|안|로|도)"
)
_PERIOD = re.compile(rf"(?<![가-힣A-Za-z])(?P<word>{'|'.join(PERIOD_WORDS)})(?![A-Za-z])", re.IGNORECASE)
_KOREAN_FRACTION = re.compile(
    r"(?P<below>\d+)분의\s?(?P<above>\d+)|(?P<half>절반)|\b(?P<english>half)(?=\s+(?:of|the|their|its))"
)
_MONEY = re.compile(
    rf"(?:(?P<sign>(?:US)?\$|[€₩£¥])|(?P<code>\b(?:USD|EUR|KRW|JPY|GBP|CNY)))\s?(?P<number>{DIGITS})"
    rf"(?:\s?(?P<scale>{'|'.join(ENGLISH_SCALES)}|k\b))?",
    re.IGNORECASE,
)
_ENGLISH_WORDS = "|".join([*ENGLISH_TENS, *sorted(ENGLISH_ONES, key=len, reverse=True)])
_ENGLISH = re.compile(
    rf"(?<![\w.,])(?P<number>(?:{DIGITS})(?:st|nd|rd|th)?(?![\d])|(?:{_ENGLISH_WORDS})(?:[- ](?:{_ENGLISH_WORDS}))?\b)"
    rf"(?:[\s-]?(?P<scale>{'|'.join(ENGLISH_SCALES)})\b)?(?:[\s-]*(?P<first>[A-Za-z°%]+))?(?:[\s-](?P<second>[a-z]+))?",
    re.IGNORECASE,
)
_EVERY = (
    re.compile(
        r"(?<![\d.,])(?P<number>\d+)\s?(?P<unit>개월|년|주|일)(?:(?=\s?마다)|(?<!(?<!\d)1[년주일])(?<!(?<!\d)1개월)에\s(?:한\s?번|1\s?회)씩?)"
    ),
    re.compile(
        rf"(?<=\bevery )(?P<number>\d+|{'|'.join(sorted(ENGLISH_ONES, key=len, reverse=True))})\s(?P<unit>day|week|month|year)(?:s\b|\b)",
        re.IGNORECASE,
    ),
)
_FREQUENCY = re.compile(r"\b(?P<word>once|twice)\b", re.IGNORECASE)
_NO_UNIT = frozenset(STOP_EN.split())
_DAYS_IN_MONTH = 30


class _Borders(NamedTuple):
    """Where the morphemes of a text start and end; empty when they are not known, and then everything is a border."""

    starts: frozenset[int]
    ends: frozenset[int]

    def end_at(self, end: int) -> bool:
        """Whether a unit that ends here is a word of its own: 3분, not 3분기."""
        return not self.ends or end in self.ends

    def around(self, start: int, end: int) -> bool:
        """Whether a counter behind a written number is a word of its own: 세 명, not 서명."""
        return not self.ends or (start in self.starts and end in self.ends)


def amounts(text: str, tokens: Sequence[Token]) -> Iterator[Found]:
    """Amounts of a text, the surest writing first. `tokens` (same offsets) say where a Korean word ends."""
    borders = _Borders(frozenset(t.start for t in tokens), frozenset(t.end for t in tokens))
    nouns = {token.start: token for token in tokens if token.tag in {"NNG", "NNB", "NR"}}
    yield from _fractions(text)
    yield from _money(text)
    yield from _day_words(text)
    yield from _periods(text)
    yield from _korean_digits(text, borders, nouns)
    yield from _korean_words(text, borders)
    yield from _english(text)


def _amount(start: int, end: int, number: float, unit: str, *also: Reading, word: bool = False) -> Found:
    """An amount; "한 번", "1회" and "하루" are minor, "1년" is not."""
    family = UNITS[unit].family if unit in UNITS else ""
    return (
        start,
        end,
        (Reading(unit, number), *also),
        number == 1 and (family == "count" or (word and family == "time")),
    )


def _fractions(text: str) -> Iterator[Found]:
    for match in _KOREAN_FRACTION.finditer(text):
        below = int(match["below"]) if match["below"] else 2
        above = int(match["above"]) if match["above"] else 1
        if below:
            yield _amount(match.start(), match.end(), round(100 * above / below, 2), "percent")


def _money(text: str) -> Iterator[Found]:
    for match in _MONEY.finditer(text):
        currency = CURRENCY_SIGNS[match["sign"].upper()] if match["sign"] else match["code"].upper()
        scale = (match["scale"] or "").lower()
        factor = 1000 if scale == "k" else ENGLISH_SCALES.get(scale, 1)
        yield _amount(match.start(), match.end(), float(match["number"].replace(",", "")) * factor, currency)


def _day_words(text: str) -> Iterator[Found]:
    for match in _DAY_WORD.finditer(text):
        word = match["word"] or match["inflected"]
        if word == "일주일":
            yield _amount(match.start(), match.end(), 1, "week", word=True)
        elif word == "하룻밤":
            yield _amount(match.start(), match.end(), 1, "night", word=True)
        else:
            yield _amount(match.start(), match.end(), DAY_WORDS[word], "day", word=True)


def _periods(text: str) -> Iterator[Found]:
    for match in (match for pattern in _EVERY for match in pattern.finditer(text)):
        unit, number = WRITTEN[match["unit"].lower()], english_value(match["number"])
        days = number * unit.factor * (_DAYS_IN_MONTH if unit.dimension == "calendar" else 1 / 1440)
        yield match.start(), match.end(), (Reading(unit.name, number), Reading(EVERY, days)), False
    for match in _PERIOD.finditer(text):
        days = PERIOD_WORDS[match["word"].lower()]
        yield match.start(), match.end(), (Reading(EVERY, days),), True


def _korean_digits(text: str, borders: _Borders, nouns: dict[int, Token]) -> Iterator[Found]:
    """Digits, also with 만 and 억, and the unit behind them; a noun glued to the number is its unit ("8학기")."""
    for match in _DIGITS_KO.finditer(text):
        number, stop = mixed_value(match["number"]), match.end("number")
        unit = match["unit"]
        if unit and (unit.isascii() or borders.end_at(match.end("unit"))):
            yield _amount(match.start(), match.end("unit"), number, WRITTEN[unit.lower()].name)
        elif stop in nouns and nouns[stop].end > stop:
            yield _amount(match.start(), nouns[stop].end, number, nouns[stop].form)
        elif re.search(_POWERS, match["number"]):
            yield _amount(match.start(), stop, number, BARE)


def _korean_words(text: str, borders: _Borders) -> Iterator[Found]:
    for match in _SINO_DAYS.finditer(text):
        digits = match["number"]
        also = Reading(BARE, mixed_value(digits))
        yield _amount(match.start(), match.end(), mixed_value(digits[:-1]), "day", also)
    for match in _SINO.finditer(text):
        if borders.around(*match.span("unit")):
            yield _amount(match.start(), match.end(), mixed_value(match["number"]), WRITTEN[match["unit"]].name)
    for match in _NATIVE.finditer(text):
        if not (match["tens"] or match["ones"]) or (not match["gap"] and match[0] in _GLUED_OTHER):
            continue
        if borders.around(*match.span("unit")):
            value = native_value(match["hundreds"], match["tens"], match["ones"])
            counter = WRITTEN.get(match["unit"])
            yield _amount(match.start(), match.end(), value, counter.name if counter else match["unit"], word=True)


def _english(text: str) -> Iterator[Found]:
    for match in _FREQUENCY.finditer(text):
        yield _amount(match.start(), match.end(), 1 if match["word"].lower() == "once" else 2, "times")
    for match in _ENGLISH.finditer(text):
        scale = ENGLISH_SCALES.get((match["scale"] or "").lower(), 1)
        written = re.sub(r"(?<=\d)(?:st|nd|rd|th)$", "", match["number"], flags=re.IGNORECASE)
        number = english_value(written) * scale
        unit, end = _english_unit(match)
        if unit == BARE and number <= 1 and not written[0].isdigit():
            continue
        also = (Reading("EUR", number / 100),) if unit == "cent" else ()
        yield _amount(match.start(), end, number, unit, *also, word=not written[0].isdigit())


def _english_unit(match: re.Match[str]) -> tuple[str, int]:
    """The unit behind an English number and where it ends: a known one within two words, or else the word that follows."""
    for group in ("first", "second"):
        word = match[group]
        if not word or word.lower() in _NO_UNIT:
            break
        if group == "second" and match["first"].lower() in {"business", "working"} and word.startswith("day"):
            return "business day", match.end(group)
        unit = _known_unit(word)
        if unit:
            squared = group == "second" and match["first"].lower() in {"square", "sq"}
            return (f"{unit}2" if squared and f"{unit}2" in UNITS else unit), match.end(group)
    first = match["first"]
    if first and first.islower() and len(first) > 2 and first not in _NO_UNIT:
        return first.removesuffix("s"), match.end("first")
    return BARE, match.end("scale") if match["scale"] else match.end("number")


def _known_unit(word: str) -> str | None:
    for form in (word, word.removesuffix("s")):
        unit = WRITTEN.get(form.lower())
        if unit and (len(form) > 1 or form == word):
            return unit.name
    return None
