"""A content word, and when one word is part of another."""

from __future__ import annotations

from dataclasses import dataclass

_SHORTEST_LATIN = 4
_TURNING = "무비미불부탈반"


@dataclass(frozen=True, slots=True)
class Word:
    """A content word at [start, end): its canonical form, whether it is a noun, a product code, a proper name."""

    form: str
    noun: bool
    start: int
    end: int
    code: bool = False
    proper: bool = False
    terms: tuple[str, ...] = ()
    """What a lexical index knows it by: its morphemes or its stem, before synonyms; empty means the form."""

    @property
    def index_terms(self) -> tuple[str, ...]:
        """The terms to ask document frequencies for."""
        return self.terms or (self.form,)


def related(form: str, other: str) -> bool:
    """Whether one form is part of the other: 휴가 and 연차휴가, "insur" and "insurance".

    A prefix that turns the meaning makes another word (무주택자, 비공개, "unpaid"), and Latin forms must begin alike.
    """
    if len(form) < 2 or len(other) < 2:
        return False
    short, long = sorted((form, other), key=len)
    if long.isascii():
        return len(short) >= _SHORTEST_LATIN and long.startswith(short)
    return short in long and not (long[0] in _TURNING and long[1:].startswith(short))
