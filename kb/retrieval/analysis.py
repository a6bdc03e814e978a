"""What the Korean analyser says of a text: its sentences and its morphemes, with their places."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Token:
    """One morpheme. `tag` is Kiwi's (NNG, VV, SL, SN …); `start` and `end` are code points of the analysed text."""

    form: str
    tag: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Analysis:
    """A text, its sentences as (start, end) code points, and its tokens in order.

    The text is normalised (`kb.normalise`). A line end always ends a sentence.
    """

    text: str
    sentences: tuple[tuple[int, int], ...]
    tokens: tuple[Token, ...]
