"""Content words in Latin letters: English stems, two-word verbs, product codes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.chat.support.stemming import PHRASES, STOP_WORDS, canonical, stem
from kb.chat.support.words import Word

LATIN = re.compile(r"[A-Za-z]+-?\d[A-Za-z0-9_-]*|\d+[A-Z][A-Za-z]*\b|[A-Za-z][A-Za-z'’&]*(?:-[A-Za-z][A-Za-z'’]*)*")
_CODE = re.compile(r"[A-Za-z]+-?\d|\d+[A-Z]")
_NON = "non-"
_PHRASE = re.compile(rf"\b(?:{'|'.join(PHRASES)}|at most|at least)\b", re.IGNORECASE)


def latin_words(text: str, start: int, end: int) -> Iterator[Word]:
    """The content words in Latin letters of text[start:end]."""
    # "at most" is read with its number.
    phrases = [match.span() for match in _PHRASE.finditer(text, start, end)]
    for left, right in phrases:
        phrase = text[left:right].lower()
        if phrase in PHRASES:
            yield Word(PHRASES[phrase], True, left, right)
    for number, match in enumerate(LATIN.finditer(text, start, end)):
        if any(left <= match.start() < right for left, right in phrases):
            continue
        # A capital at the start of a sentence says nothing.
        proper = match[0][0].isupper() and (number > 0 or match[0].isupper())
        if _CODE.match(match[0]):
            yield Word(match[0].replace("-", "").lower(), True, *match.span(), code=True, proper=True)
        else:
            yield from _latin_pieces(match[0], match.start(), proper=proper)


def _latin_pieces(written: str, offset: int, *, proper: bool) -> Iterator[Word]:
    """The content words of "multi-factor": each piece for itself, but "non-birth" is the opposite of "birth"."""
    if written.lower().startswith(_NON) and len(written) > len(_NON) + 2:
        term = stem(written[len(_NON) :].lower())
        yield Word(f"non{canonical(term)}", True, offset, offset + len(written), proper=proper, terms=(term,))
        return
    for piece in written.split("-"):
        lowered = re.sub(r"['’]s?$", "", piece.lower())
        if lowered and (lowered not in STOP_WORDS or _is_acronym(piece)):
            term = stem(lowered)
            yield Word(canonical(term), True, offset, offset + len(piece), proper=proper, terms=(term,))
        offset += len(piece) + 1


def _is_acronym(piece: str) -> bool:
    """IT and HR are departments, "it" is a pronoun."""
    return len(piece) > 1 and piece.isupper()
