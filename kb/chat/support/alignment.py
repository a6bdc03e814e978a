"""Which clause of a source sentence speaks of the same thing as a clause of the answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from kb.chat.support.matching import coverage, holds, numbers_held
from kb.chat.support.statement import Statement
from kb.chat.support.weights import Idf

_LENGTH_COST = 0.002
_TOPIC = 0.8
_NUMBERS = 0.3
_WORDS = 0.7
_PREDICATE_WORDS = 2


@dataclass(frozen=True)
class Pair:
    """A clause of the answer beside the one source sentence that it is checked against.

    `answer` is the whole sentence and `following` the source sentence behind `source` where that goes on with a pronoun.
    """

    answer: Statement
    clause: Statement
    source: Statement
    idf: Idf
    following: Statement | None = None
    topic: frozenset[str] = frozenset()
    """The words of the headings that the source stands under."""
    known: Callable[[str], float] = lambda form: 0.0
    """How far any sentence of the passage holds a form."""

    @cached_property
    def covered(self) -> float:
        """The share of the clause's word weight that the source holds."""
        held = holds(self.source)
        return coverage(self.clause.words, lambda form: max(held(form), _TOPIC * (form in self.topic)), self.idf)

    @cached_property
    def covered_in_context(self) -> float:
        """The same without the words that stand elsewhere in the passage: what it is about need not be said in each sentence."""
        held = holds(self.source)
        words = [word for word in self.clause.words if held(word.form) > 0 or self.known(word.form) == 0]
        return coverage(words, held, self.idf)

    @cached_property
    def likeness(self) -> float:
        """How surely both speak of the same thing: the words, or words and numbers where the numbers agree."""
        if not self.clause.quantities:
            return self.covered
        numbers = numbers_held(self.clause.quantities, self.source.quantities)
        return max(self.covered, _WORDS * self.covered + (1 - _WORDS) * numbers)

    @cached_property
    def aligned(self) -> Statement:
        """The source clause that matches the clause best, by its words and twice by its predicate."""
        return max(self.source.clauses, key=lambda part: self._match(part) + self.predicate_held(part))

    def predicate_held(self, part: Statement) -> float:
        """How far a source clause holds the last two content words, the predicate of a Korean clause."""
        return coverage(self.clause.words[-_PREDICATE_WORDS:], holds(part), self.idf)

    def _match(self, part: Statement) -> float:
        words = coverage(self.clause.words, holds(part), self.idf)
        numbers = _NUMBERS * numbers_held(self.clause.quantities, part.quantities) if self.clause.quantities else 0.0
        return words + numbers - _LENGTH_COST * len(part.words)
