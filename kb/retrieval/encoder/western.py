"""Words, numbers and sentences of text in letters other than Hangul and Han.

Kiwi is made for Korean. In English it takes a full stop into the word before it, cuts words ("le" + "ave.") and leaves
whole paragraphs as one sentence, and it hides the parts of serial numbers and addresses; so these are found here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.retrieval.analysis import Token

# U.S. and e.g. first, then numbers with their separators, then runs of letters.
_PIECE = re.compile(
    r"(?P<initials>(?<![^\W\d_])(?:[A-Za-z]\.){2,})|(?P<number>\d+(?:[.,]\d+)*)|(?P<word>[^\W\d_ㄱ-ㆎ가-힣一-鿿㐀-䶿豈-﫿]+)"
)
_SHORT_ENDING = re.compile(r"(?:s|t|d|m|re|ve|ll)$", re.IGNORECASE)
_APOSTROPHES = "'’"
# Behind Latin letters, digits and brackets only: ends behind Hangul are Kiwi's to find.
_END = re.compile(
    r"(?<=[0-9A-Za-zÀ-ÿ)\]])[.!?]+[\"'”’)\]]*(?=\s+[\"'“‘(\[]?[A-Z0-9À-Þ])|(?<=[a-z])[.!?]+[\"'”’)\]]*(?=\s+[가-힣])"
)
_ITEM = re.compile(r"\s*\(?\d{1,2}$")
_ABBREVIATIONS = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "st",
        "no",
        "nos",
        "fig",
        "figs",
        "eq",
        "sec",
        "ch",
        "vol",
        "pp",
        "vs",
        "approx",
        "inc",
        "ltd",
        "co",
        "corp",
        "dept",
        "est",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "e.g",
        "i.e",
        "cf",
        "al",
        "etc",
    ]
)
_LAST_WORD = re.compile(r"[^\W\d_](?:[^\W_]|\.(?=\w))*$")


def words(text: str, start: int = 0, end: int | None = None) -> Iterator[Token]:
    """Words (SL) and numbers (SN) of text[start:end]; the "'s" and "'t" of English are left out."""
    for match in _PIECE.finditer(text, start, len(text) if end is None else end):
        kind, form = match.lastgroup, match.group()
        if kind == "number":
            yield Token(form, "SN", match.start(), match.end())
        elif kind == "initials":
            yield Token(form.replace(".", ""), "SL", match.start(), match.end())
        elif not _is_ending(text, match.start(), form):
            yield Token(form, "SL", match.start(), match.end())


def _is_ending(text: str, start: int, form: str) -> bool:
    return start > 0 and text[start - 1] in _APOSTROPHES and _SHORT_ENDING.match(form) is not None


def sentence_ends(text: str, start: int, end: int) -> Iterator[int]:
    """Places inside text[start:end] behind which another English sentence begins."""
    begin = start
    for match in _END.finditer(text, start, end):
        if text[match.start()] == "." and _goes_on(text, begin, match.start()):
            continue
        begin = match.end()
        yield begin


def _goes_on(text: str, begin: int, stop: int) -> bool:
    """Whether the full stop at `stop` belongs to what is before it: an abbreviation, an initial, an item's number."""
    if _ITEM.fullmatch(text, begin, stop):
        return True
    found = _LAST_WORD.search(text, begin, stop)
    word = found.group() if found else ""
    return word.lower() in _ABBREVIATIONS or (len(word) == 1 and word.isupper()) or "." in word
