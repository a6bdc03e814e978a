"""Sentences and morphemes of Korean and English text, by Kiwi. Loaded once a process; only the encoder imports it.

Line ends always end a sentence (Kiwi would join a headline to the line below). A very long line is cut into pieces, so
that one text costs bounded time and memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from kb.retrieval.analysis import Analysis, Token
from kb.retrieval.encoder import western

LONGEST_PIECE = 2_000  # characters
_NEEDS_KIWI = re.compile("[ᄀ-ᇿㄱ-ㆎ가-힣一-鿿㐀-䶿豈-﫿]")
# Parts of these are found as words and numbers: what Kiwi says of them is no use to search.
_OURS = {"SL", "SN", "SW"}
_WHOLE = ("W_EMAIL", "W_URL", "W_SERIAL", "W_HASHTAG", "W_MENTION")

Spans = list[tuple[int, int]]


class Analyser:
    """Kiwi, loaded. To be used by one thread at a time."""

    def __init__(self) -> None:
        from kiwipiepy import Kiwi

        self._kiwi = Kiwi(num_workers=1)
        self._kiwi.split_into_sents("준비합니다.", return_tokens=True)  # what is loaded lazily is loaded now

    def analyse(self, texts: Sequence[str]) -> list[Analysis]:
        """Analyse normalised texts (`kb.normalise`); offsets are code points of each whole text."""
        return [self._analyse(text) for text in texts]

    def _analyse(self, text: str) -> Analysis:
        sentences: Spans = []
        tokens: list[Token] = []
        for start, end in pieces(text):
            if _NEEDS_KIWI.search(text, start, end):
                found, said = self._korean(text, start, end)
            else:
                found, said = _trimmed(text, [(start, end)]), western.words(text, start, end)
            sentences += _split_further(text, found)
            tokens += said
        return Analysis(text, tuple(sentences), tuple(tokens))

    def _korean(self, text: str, start: int, end: int) -> tuple[Spans, Iterable[Token]]:
        found = self._kiwi.split_into_sents(text[start:end], return_tokens=True)
        spans = [(start + sentence.start, start + sentence.end) for sentence in found]
        said = [_token(token, start) for sentence in found for token in sentence.tokens]
        return _trimmed(text, spans), sorted(_with_own_words(text, said), key=lambda token: token.start)


def pieces(text: str) -> Iterator[tuple[int, int]]:
    """Lines as (start, end), without their ends and without empty ones; longer ones cut at a space where there is one."""
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        at = start
        while end - at > LONGEST_PIECE:
            cut = _cutting_place(text, at)
            yield at, cut
            at = cut
        if text[at:end].strip():
            yield at, end
        start = end + 1


def _cutting_place(text: str, at: int) -> int:
    space = text.rfind(" ", at + LONGEST_PIECE // 2, at + LONGEST_PIECE)
    return space + 1 if space >= 0 else at + LONGEST_PIECE


def _token(token: Any, shift: int) -> Token:
    return Token(token.form, str(token.tag), shift + token.start, shift + token.end)


def _with_own_words(text: str, said: Sequence[Token]) -> Iterator[Token]:
    """Kiwi's tokens, with words and numbers in other letters found anew; addresses keep a token for the whole, too."""
    pending: list[Token] = []
    for token in said:
        whole = token.tag in _WHOLE
        if not whole and token.tag not in _OURS:
            yield from _found_anew(text, pending)
            pending = []
            yield token
            continue
        if whole:
            yield token
        if pending and token.start > pending[-1].end:
            yield from _found_anew(text, pending)
            pending = []
        pending.append(token)
    yield from _found_anew(text, pending)


def _found_anew(text: str, run: Sequence[Token]) -> Iterator[Token]:
    if run:
        yield from western.words(text, run[0].start, max(token.end for token in run))


def _trimmed(text: str, spans: Spans) -> Spans:
    """Without blanks at the ends, and without empty ones."""
    kept = []
    for start, end in spans:
        inside = text[start:end]
        left = start + len(inside) - len(inside.lstrip())
        right = end - (len(inside) - len(inside.rstrip()))
        if right > left:
            kept.append((left, right))
    return kept


def _split_further(text: str, spans: Spans) -> Spans:
    """English sentences that stand together in one of Kiwi's."""
    parts: Spans = []
    for start, end in spans:
        at = start
        for cut in western.sentence_ends(text, start, end):
            parts.append((at, cut))
            at = cut
        parts.append((at, end))
    return _trimmed(text, parts)
