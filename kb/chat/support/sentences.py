"""Where the sentences of an analysed text are, made safe for English and for text without sentence ends."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.chat.support.model import Span
from kb.retrieval.analysis import Analysis

_LONGEST = 600
ARTICLE = re.compile(r"제\s?\d+\s?조(?:의\s?\d+)?\s*[(\[【]([^)\]】]{1,40})[)\]】]")
_NUMBER_ONLY = re.compile(r"(?:Section|Article|Chapter|Clause|제)?\s?\d+(?:\.\d+)*\s?[조항호]?[.)]?", re.IGNORECASE)
_ENGLISH_END = re.compile(r"(?<=[A-Za-z0-9)%\]\"'])[.!?][\"')\]]*\s+(?=[\"'(]?[A-Z0-9$€])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|St|No|Nos|Inc|Co|Ltd|Corp|vs|etc|e\.g|i\.e|Sec|Art|approx|max|min|[A-Z])|\b[ap]\.m|^\W*\d+"
    r"|\s\d{1,2}|[Ss]ection \d+|제\s?\d+)$"
)


def sentence_spans(analysis: Analysis) -> tuple[Span, ...]:
    """The sentences as (start, end) without blank edges.

    The Korean analyser does not end English sentences, and a table or a scan may have none: those are cut at full stops and,
    beyond 600 characters, at a blank.
    """
    text = analysis.text
    cuts = (cut for start, end in analysis.sentences for cut in _cuts(text, start, end))
    spans = (span for left, right in cuts for span in _bounded(text, left, right))
    return tuple(_with_numbers(text, [span for span in spans if span[1] > span[0]]))


def _with_numbers(text: str, spans: list[Span]) -> Iterator[Span]:
    """A bare "Section 5." or "3." belongs to the sentence behind it on its line."""
    held: int | None = None
    for number, (start, end) in enumerate(spans):
        following = spans[number + 1][0] if number + 1 < len(spans) else None
        begin = start if held is None else held
        if _NUMBER_ONLY.fullmatch(text, start, end) and following is not None and "\n" not in text[end:following]:
            held = begin
            continue
        held = None
        yield begin, end


def _cuts(text: str, start: int, end: int) -> Iterator[Span]:
    left = start
    for match in _ENGLISH_END.finditer(text, start, end):
        if _ABBREVIATION.search(text, max(left, match.start() - 12), match.start()):
            continue
        yield left, match.end()
        left = match.end()
    yield left, end


def _bounded(text: str, start: int, end: int) -> Iterator[Span]:
    while end - start > _LONGEST:
        cut = max(text.rfind(" ", start + _LONGEST // 2, start + _LONGEST), text.rfind("\n", start, start + _LONGEST))
        cut = cut if cut > start else start + _LONGEST
        yield _trimmed(text, start, cut)
        start = cut
    yield _trimmed(text, start, end)


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
