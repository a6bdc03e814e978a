"""The part of a passage that shows why it was found, with the words of the search marked. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

LONGEST = 260
_BEFORE = 60


def pattern_of(terms: Iterable[str], phrases: Iterable[str] = ()) -> re.Pattern[str] | None:
    """What is marked: whole phrases, and words that begin with a term.

    Terms are stems ("annual leav") and dictionary forms; a Latin one stands at a word's beginning, a Korean one of one
    syllable only at a word's beginning too, since it stands inside many others.
    """
    parts = [re.escape(phrase) for phrase in sorted(set(phrases), key=len, reverse=True) if phrase]
    parts += [_word(term) for term in sorted(set(terms), key=len, reverse=True) if term.strip()]
    return re.compile("|".join(parts), re.IGNORECASE) if parts else None


def _word(term: str) -> str:
    if term.isascii():
        stem = re.escape(term)
        if term.isdigit():
            return rf"(?<![\d.,]){_with_commas(term)}(?!\d)"
        # Snowball writes safety as safeti: the last letter of a longer stem may differ.
        return rf"\b(?:{stem}|{re.escape(term[:-1])}y)\w*" if len(term) > 4 else rf"\b{stem}\w*"
    return re.escape(term) if len(term) > 1 else rf"(?<!\w){re.escape(term)}"


def _with_commas(digits: str) -> str:
    return ",?".join(digits)


def snippet(text: str, pattern: re.Pattern[str] | None, longest: int = LONGEST) -> SafeString:
    """At most `longest` code points around the densest matches, marked; ellipses say where it was cut."""
    flat = " ".join(text.split())
    start = _begin(flat, pattern, longest)
    end = min(len(flat), start + longest)
    if end < len(flat):
        end = max(flat.rfind(" ", start, end), start + 1) if " " in flat[start:end] else end
    cut = marked(flat[start:end].strip(), pattern)
    return mark_safe(("… " if start else "") + cut + (" …" if end < len(flat) else ""))  # noqa: S308 - escaped by marked


def _begin(flat: str, pattern: re.Pattern[str] | None, longest: int) -> int:
    """Where the window with the most matches begins, at a word."""
    places = [match.start() for match in pattern.finditer(flat)] if pattern else []
    if len(flat) <= longest or not places:
        return 0
    best = max(places, key=lambda place: (sum(place <= other < place + longest - _BEFORE for other in places), -place))
    start = max(0, best - _BEFORE)
    return flat.find(" ", start, best) + 1 if start else 0


def marked(text: str, pattern: re.Pattern[str] | None) -> SafeString:
    """Escaped text with every match in <mark>."""
    if pattern is None:
        return escape(text)
    parts, at = [], 0
    for match in pattern.finditer(text):
        if match.end() > match.start():
            parts += [escape(text[at : match.start()]), "<mark>", escape(match.group()), "</mark>"]
            at = match.end()
    return mark_safe("".join([*parts, escape(text[at:])]))  # noqa: S308 - escaped part by part
