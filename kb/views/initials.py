"""Searching by 초성: ㅊㅈㅇㅂ finds 출장여비, and a syllable that is still being typed finds what it may become.

Each letter typed becomes a range of syllables, so that the database can search with a regular expression: in Unicode the
588 syllables that begin with one consonant lie together, and the 28 with one consonant and vowel.
"""

from __future__ import annotations

import re
import unicodedata

_FIRST = 0xAC00
_LAST = 0xD7A3
_EACH_INITIAL = 588
_EACH_VOWEL = 28
INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
# Two consonants that an input method joins while one types 초성.
_JOINED = {
    "ㄳ": "ㄱㅅ", "ㄵ": "ㄴㅈ", "ㄶ": "ㄴㅎ", "ㄺ": "ㄹㄱ", "ㄻ": "ㄹㅁ", "ㄼ": "ㄹㅂ",
    "ㄽ": "ㄹㅅ", "ㄾ": "ㄹㅌ", "ㄿ": "ㄹㅍ", "ㅀ": "ㄹㅎ", "ㅄ": "ㅂㅅ",
}  # fmt: skip
_PLAIN = str.maketrans(_JOINED | {chr(0x1100 + place): letter for place, letter in enumerate(INITIALS)})
_BLANKS = "[[:space:]_]*"


def pattern_of(words: str) -> str:
    """A PostgreSQL regular expression (for `~*`) that finds what was typed, blanks or not between its letters."""
    plain = unicodedata.normalize("NFC", words).translate(_PLAIN)
    letters = [letter for letter in plain if unicodedata.category(letter)[0] not in "CZ" and letter != "_"]
    return _BLANKS.join(_one(letter, last=place == len(letters) - 1) for place, letter in enumerate(letters))


def _one(letter: str, *, last: bool) -> str:
    if letter in INITIALS:
        begin = _FIRST + INITIALS.index(letter) * _EACH_INITIAL
        return f"[{letter}{chr(begin)}-{chr(begin + _EACH_INITIAL - 1)}]"
    if last and _is_open_syllable(letter):
        return f"[{letter}-{chr(ord(letter) + _EACH_VOWEL - 1)}]"
    return re.escape(letter) if letter.isascii() else letter


def _is_open_syllable(letter: str) -> bool:
    """Whether a syllable has no final consonant yet: 자 may become 장."""
    return _FIRST <= ord(letter) <= _LAST and (ord(letter) - _FIRST) % _EACH_VOWEL == 0
