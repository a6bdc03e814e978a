"""How much each word of a sentence counts: rare words of the company's own index count most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from math import log

from kb.chat.support.passages import PreparedPassage

Idf = Callable[[str], float]


@dataclass(frozen=True)
class DocumentFrequencies:
    """In how many of `documents` texts each form occurs; callable as the idf of a form.

    Forms are lower-case Kiwi morphemes and Snowball stems, as the lexical index keeps them. An unknown form is a rare one.
    """

    documents: int
    counts: Mapping[str, int] = field(default_factory=dict)

    def __call__(self, form: str) -> float:
        """The weight of a form: log(1 + documents / (1 + its count))."""
        return log(1 + self.documents / (1 + self.counts.get(form, 0)))


def frequencies_of(passages: Iterable[PreparedPassage]) -> DocumentFrequencies:
    """What is used without an index: the frequencies among the sentences of the passages at hand.

    At least fifty sentences are assumed, so that a word of a single short passage is not taken for a common one.
    """
    counts: Counter[str] = Counter()
    total = 0
    for passage in passages:
        for one in passage.statements:
            counts.update({term for word in one.words for term in word.index_terms})
            total += 1
    return DocumentFrequencies(max(total, 50), counts)
