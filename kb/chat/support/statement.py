"""A sentence with everything that the check wants to know of it, made once."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from kb.chat.support.clauses import clauses
from kb.chat.support.content import content_words, opposable_words
from kb.chat.support.model import Span
from kb.chat.support.quantities import Quantity, quantities
from kb.chat.support.quantities.numerals import ENGLISH_SCALES
from kb.chat.support.quantities.units import UNITS
from kb.chat.support.words import Word
from kb.retrieval.analysis import Analysis, Token

_HANGUL = re.compile(r"[가-힣]")
_LATIN_LETTER = re.compile(r"[A-Za-z]")


@dataclass(frozen=True)
class Statement:
    """A part of a text that says something: a sentence, or one of its clauses.

    All offsets are those of the whole text. `english` is whether Latin letters carry it.
    """

    text: str
    start: int
    end: int
    english: bool
    tokens: tuple[Token, ...]
    words: tuple[Word, ...]
    quantities: tuple[Quantity, ...]
    opposable: tuple[Word, ...]
    clause_spans: tuple[Span, ...]

    @cached_property
    def forms(self) -> frozenset[str]:
        """The forms of the content words."""
        return frozenset(word.form for word in self.words)

    @cached_property
    def lowered(self) -> str:
        """The bare text in lower case, for substring search."""
        return self.text[self.start : self.end].lower()

    @cached_property
    def clauses(self) -> tuple[Statement, ...]:
        """The clauses as statements of their own."""
        if len(self.clause_spans) <= 1:
            return (self,)
        return tuple(self.part(*span) for span in self.clause_spans)

    @property
    def content(self) -> str:
        """The bare text."""
        return self.text[self.start : self.end].strip()

    def part(self, start: int, end: int) -> Statement:
        """The statement that [start, end) of this one makes."""
        return replace(
            self,
            start=start,
            end=end,
            tokens=tuple(t for t in self.tokens if start <= t.start < end),
            words=tuple(w for w in self.words if start <= w.start < end),
            quantities=tuple(q for q in self.quantities if start <= q.start < end),
            opposable=tuple(w for w in self.opposable if start <= w.start < end),
            clause_spans=((start, end),),
        )


def statement(analysis: Analysis, span: Span) -> Statement:
    """Everything about the sentence at `span` of an analysed text."""
    start, end = span
    tokens = _tokens_within(analysis.tokens, start, end)
    text = analysis.text
    words = content_words(text, tokens, start, end)
    found = _quantities(text, span, tokens)
    english = _is_english(text[start:end])
    # The letters of a date or a unit are no content of their own.
    words = tuple(w for w in words if w.code or not any(_belongs(w, q) for q in found))
    return Statement(
        text=text,
        start=start,
        end=end,
        english=english,
        tokens=tokens,
        words=words,
        quantities=found,
        opposable=opposable_words(text, tokens, start, end),
        clause_spans=clauses(text, span, tokens, words, found, english=english),
    )


def _tokens_within(tokens: Sequence[Token], start: int, end: int) -> tuple[Token, ...]:
    left = bisect_left(tokens, start, key=lambda token: token.start)
    right = bisect_left(tokens, end, key=lambda token: token.start)
    # "VV-R" and "VV-I" only say how a verb is inflected.
    return tuple(t if "-" not in t.tag else replace(t, tag=t.tag.partition("-")[0]) for t in tokens[left:right])


def _quantities(text: str, span: Span, tokens: Sequence[Token]) -> tuple[Quantity, ...]:
    """The quantities of a sentence, found in its own text, with offsets of the whole."""
    start, end = span
    moved = [Token(t.form, t.tag, t.start - start, t.end - start) for t in tokens]
    return tuple(_moved(q, start) for q in quantities(text[start:end], moved))


def _moved(quantity: Quantity, by: int) -> Quantity:
    span = quantity.per_span
    moved = (span[0] + by, span[1] + by) if span else None
    return replace(quantity, start=quantity.start + by, end=quantity.end + by, per_span=moved)


def _belongs(word: Word, quantity: Quantity) -> bool:
    """Whether a word is only the writing of a quantity, or a particle behind it that was taken for a noun (the 로 of 90%로)."""
    if quantity.start <= word.start < quantity.end:
        return quantity.timelike or not (_open_unit(quantity) or _is_between(word, quantity))
    if quantity.per_span and quantity.per_span[0] <= word.start < quantity.per_span[1]:
        return True
    return word.start == quantity.end and word.end - word.start == 1


def _is_between(word: Word, quantity: Quantity) -> bool:
    """Whether a word stands between the number and its unit: the "consecutive" of "5 consecutive days"."""
    inside = quantity.text[word.start - quantity.start : word.end - quantity.start]
    between = quantity.start < word.start and word.end < quantity.end
    return between and inside.isascii() and inside.isalpha() and inside.lower() not in ENGLISH_SCALES


def _open_unit(quantity: Quantity) -> bool:
    """Whether the unit is a plain noun that the passage may name elsewhere ("three quotes", "8학기")."""
    return quantity.unit not in UNITS and not quantity.timelike


def _is_english(text: str) -> bool:
    return len(_LATIN_LETTER.findall(text)) > 2 * len(_HANGUL.findall(text))
