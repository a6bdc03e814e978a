"""How well passages cover a statement: the words it shares with them, weighted by rarity, and its numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kb.chat.support.passages import PreparedPassage
from kb.chat.support.quantities import Quantity, same
from kb.chat.support.statement import Statement
from kb.chat.support.weights import Idf
from kb.chat.support.words import Word, related

_LONGEST_WINDOW = 3
_WORDS, _NUMBERS = 0.8, 0.2
_EXTRA_SENTENCE = 0.04
_COMPOUND = 0.8
_CODE = 3.0


@dataclass(frozen=True, slots=True)
class Window:
    """Statements [first, last) of a passage and how they cover a statement: shares of its word weight and of its numbers."""

    first: int
    last: int
    words: float
    numbers: float

    @property
    def rank(self) -> float:
        """What the best window is chosen by; a further sentence must earn its place."""
        return _WORDS * self.words + _NUMBERS * self.numbers - _EXTRA_SENTENCE * (self.last - self.first - 1)


def weight_of(word: Word, idf: Idf) -> float:
    """What a word counts. A product code or the like says what the sentence is about: "KX-2500" is not "KX-2300"."""
    return max(idf(term) for term in word.index_terms) * (_CODE if word.code else 1.0)


def best_window(statement: Statement, passage: PreparedPassage, idf: Idf) -> Window:
    """The window of one to three statements that covers the statement best."""
    total = len(passage.statements)
    word_rows = [(weight_of(word, idf), passage.presence(word.form)) for word in statement.words]
    number_rows = [_number_presence(q, passage) for q in statement.quantities]
    weight = sum(row[0] for row in word_rows)
    best = Window(0, 0, 0.0, 0.0)
    best_rank = -1.0
    for length in range(1, _LONGEST_WINDOW + 1):
        for first in range(total - length + 1):
            last = first + length
            covered = sum(w * max(row[first:last]) for w, row in word_rows)
            numbers = sum(any(row[first:last]) for row in number_rows)
            window = Window(
                first,
                last,
                covered / weight if weight else 1.0,
                numbers / len(number_rows) if number_rows else 1.0,
            )
            if window.rank > best_rank + 1e-9:
                best, best_rank = window, window.rank
    return best


def _number_presence(quantity: Quantity, passage: PreparedPassage) -> list[bool]:
    return [any(same(quantity, other) for other in one.quantities) for one in passage.statements]


def coverage(words: Sequence[Word], held: Callable[[str], float], idf: Idf) -> float:
    """The share of the words' weight that is held; nothing to cover is covered."""
    covered = weight = 0.0
    for word in words:
        value = weight_of(word, idf)
        weight += value
        covered += value * held(word.form)
    return covered / weight if weight else 1.0


def holds(statement: Statement) -> Callable[[str], float]:
    """A function that says how far a statement holds a form: 1 as a word, .8 as part of a compound."""
    in_forms = holds_any(statement.forms)

    def held(form: str) -> float:
        if not form.isascii() and len(form) >= 2 and form in statement.lowered:
            return 1.0
        return in_forms(form)

    return held


def holds_any(forms: Iterable[str]) -> Callable[[str], float]:
    """The same for a set of forms."""
    known = frozenset(forms)

    def held(form: str) -> float:
        if form in known:
            return 1.0
        return _COMPOUND if any(related(form, other) for other in known) else 0.0

    return held


def numbers_held(quantities: Sequence[Quantity], others: Sequence[Quantity]) -> float:
    """The share of the quantities that have an equal among the others; none is 1."""
    if not quantities:
        return 1.0
    return sum(any(same(q, other) for other in others) for q in quantities) / len(quantities)
