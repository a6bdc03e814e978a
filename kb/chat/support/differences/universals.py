"""모든 직원, "everyone", "at all times" where the source restricts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.chat.support.alignment import Pair
from kb.chat.support.matching import holds
from kb.chat.support.model import Difference, DifferenceKind
from kb.chat.support.quantities import same
from kb.chat.support.vocabulary import UNIVERSAL_EN, UNIVERSAL_KO

_COVERED = 0.45
# "모두 11일" adds up and "A와 B가 모두" lists, "every 90 days" and "every Friday" only repeat.
_WORDS = re.compile(
    rf"(?:{'|'.join(UNIVERSAL_KO.split())}|전\s?직원|(?:모두|전부)(?=에게|가\s|는\s|의\s))"
    rf"|\b(?:{'|'.join(UNIVERSAL_EN.split())})\b(?!\s+(?:\d|two|three|four|other|day|week|month|year|quarter|night|single"
    r"|mon|tues|wednes|thurs|fri|satur|sun))",
    re.IGNORECASE,
)
_ANY = re.compile(
    rf"{'|'.join(UNIVERSAL_KO.split())}|전\s?직원|모두|전부|전체|각|\b(?:{'|'.join(UNIVERSAL_EN.split())}|each)\b",
    re.IGNORECASE,
)


def universal_differences(pair: Pair) -> Iterator[Difference]:
    """A word for "all" that the source does not have, while the source says something more that may restrict it."""
    match = _WORDS.search(pair.clause.text, pair.clause.start, pair.clause.end)
    if match is None or _ANY.search(pair.source.content) or pair.covered < _COVERED:
        return
    dropped = _dropped(pair)
    if dropped is not None:
        yield Difference(DifferenceKind.UNIVERSAL, match[0], pair.source.text[slice(*dropped)], match.span(), dropped)


def _dropped(pair: Pair) -> tuple[int, int] | None:
    """The first content word or quantity of the matching source clause that the answer leaves out."""
    held = holds(pair.answer)
    for word in pair.aligned.words:
        if held(word.form) == 0:
            return word.start, word.end
    for quantity in pair.aligned.quantities:
        if not any(same(quantity, ours) for ours in pair.answer.quantities):
            return quantity.start, quantity.end
    return None
