"""Cutting a sentence into clauses: each says one thing and is checked against one sentence of the source."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from kb.chat.support.model import Span
from kb.chat.support.quantities import Quantity
from kb.chat.support.words import Word
from kb.retrieval.analysis import Token

# Endings that join two statements. 면 (if), 어서 (because) and the like stay: they belong to their statement.
_JOINING_ENDINGS = {
    "고",
    "며",
    "으며",
    "면서",
    "으면서",
    "지만",
    "으나",
    "나",
    "는데",
    "은데",
    "ᆫ데",
    "되",
    "이며",
    "이고",
}
_AUXILIARIES = {"VX"}
_CONJUNCTION = re.compile(r",?\s(?:and|but)\s")
FINITE_VERB = re.compile(
    r"\b(?:is|are|was|were|may|must|can|cannot|could|will|shall|should|has|have|had|do|does|needs?|requires?|receives?|gets?|pays?|costs?"
    r"|accrues?|earns?|applies|apply|takes?|covers?|remains?|becomes?|includes?|expires?|belongs?|contains?|weighs?)\b(?!\s(?:and|or)\b)"
)
_REACH = 60
# "and one extra day on their birthday"
_COUNTED = re.compile(
    r"(?:one|two|three|four|five|an?|\d+)\s+(?!in\b|on\b|at\b|to\b|of\b|for\b|from\b)[a-z]+\s+[a-z]+", re.IGNORECASE
)
_ENGLISH = re.compile(
    r";\s+|,\s+(?=(?:and|but|while|whereas|which|most|although|though|with|then)\s)"
    r"|\s+(?:and|but|while|whereas)\s+(?=(?:then|must|may|can|could|has|have|had|is|are|was|were|get|gets|need|needs|do|does|will|shall|should"
    r"|receive|receives|pay|pays|[a-z]+ed|the|non|their|its|they|it|labor|you)\b)"
)


def clauses(
    text: str,
    span: Span,
    tokens: Sequence[Token],
    words: Sequence[Word],
    quantities: Sequence[Quantity],
    *,
    english: bool,
) -> tuple[Span, ...]:
    """The clauses of text[span]; one with fewer than two words and numbers joins its neighbour."""
    start, end = span
    cuts = set(_korean_cuts(text, tokens))
    if english:
        cuts.update(match.end() for match in _ENGLISH.finditer(text, start, end))
        cuts.update(_english_conjunctions(text, start, end))
    edges = [start, *sorted(cut for cut in cuts if start < cut < end), end]
    return _merged(list(pairwise(edges)), words, quantities)


def _english_conjunctions(text: str, start: int, end: int) -> list[int]:
    """The places of "and" and "but" with a verb on both sides; "between 5 and 10 days" has none before."""
    cuts, left = [], start
    for match in _CONJUNCTION.finditer(text, start, end):
        after = min(end, match.end() + _REACH)
        if FINITE_VERB.search(text, left, match.start()) and (
            FINITE_VERB.search(text, match.end(), after) or _COUNTED.match(text, match.end(), after)
        ):
            cuts.append(match.end())
            left = match.end()
    return cuts


def _korean_cuts(text: str, tokens: Sequence[Token]) -> list[int]:
    """The places after a joining ending, unless an auxiliary goes on (하고 있다, 하고 나서)."""
    cuts = []
    for token, following in pairwise(tokens):
        if token.tag == "EC" and token.form in _JOINING_ENDINGS and following.tag not in _AUXILIARIES:
            end = following.end if following.tag == "SP" else token.end
            while end < len(text) and text[end].isspace():
                end += 1
            cuts.append(end)
    return cuts


def _merged(spans: list[Span], words: Sequence[Word], quantities: Sequence[Quantity]) -> tuple[Span, ...]:
    def weight(span: Span) -> int:
        places = [*(w.start for w in words), *(q.start for q in quantities)]
        return sum(span[0] <= place < span[1] for place in places)

    merged: list[Span] = []
    for span in spans:
        if merged and (weight(span) < 2 or weight(merged[-1]) < 2):
            merged[-1] = (merged[-1][0], span[1])
        else:
            merged.append(span)
    return tuple(merged)
