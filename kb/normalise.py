"""Text as everything behind it expects it: NFKC, without NUL and other characters that PostgreSQL or a tokenizer refuses."""

from __future__ import annotations

import re
import unicodedata

# NFKC turns ① into a bare 1, which would read as a number of the sentence. (1) stays an item.
_CIRCLED = {ord("①") + i: f"({i + 1})" for i in range(20)}
# Controls other than tab and newline, zero-width and direction marks, surrogates that came alone, and the byte order mark.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ud800-\udfff\ufeff]")


def normalise(text: str) -> str:
    """NFKC text without NUL, controls, direction marks and lone surrogates; line ends become newlines."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n").translate(_CIRCLED)
    return unicodedata.normalize("NFKC", _UNWANTED.sub("", text))
