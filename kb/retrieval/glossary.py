"""Equivalents of company words, Korean and English: so that 방값 finds 숙박비, and an English question a Korean rule.

glossary.tsv has a concept a line: Korean forms, tab, English forms, separated by commas. Each form is turned into terms by
the same analyser as everything else, once a process.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kb.retrieval import lexical
from kb.retrieval.encoder.client import EncoderClient

FILE = Path(__file__).with_name("glossary.tsv")
DISCOUNT = 0.6
AT_ONCE = 400
Form = frozenset[str]


@dataclass(frozen=True, slots=True)
class Equivalent:
    """Terms that say in other words what the question's terms `stands_for` say."""

    terms: Form
    stands_for: Form


@dataclass(frozen=True)
class Glossary:
    """Concepts as sets of forms, each form a set of terms; `places` finds the concepts that a term takes part in."""

    concepts: tuple[tuple[Form, ...], ...]
    places: dict[str, tuple[int, ...]]

    @classmethod
    def of(cls, concepts: Iterable[tuple[Form, ...]]) -> Glossary:
        """From concepts; those with fewer than two forms say nothing."""
        kept = tuple(concept for concept in concepts if len(concept) > 1)
        places: dict[str, list[int]] = {}
        for number, concept in enumerate(kept):
            for term in {term for form in concept for term in form}:
                places.setdefault(term, []).append(number)
        return cls(kept, {term: tuple(numbers) for term, numbers in places.items()})

    def equivalents(self, terms: Sequence[str]) -> list[Equivalent]:
        """Other forms of every concept that the terms name; of forms that lie inside a longer named one, none."""
        present = set(terms)
        named = [
            (form, concept)
            for number in sorted({number for term in present for number in self.places.get(term, ())})
            for concept in (self.concepts[number],)
            for form in concept
            if form <= present
        ]
        whole = [pair for pair in named if not any(pair[0] < other for other, _ in named)]
        return [Equivalent(other, form) for form, concept in whole for other in concept if not other <= present]


_lock = threading.Lock()
_by_analyser: dict[type, Glossary] = {}


def equivalents(terms: Sequence[str], encoder: EncoderClient) -> list[Equivalent]:
    """What the glossary says in place of a question's terms."""
    return _loaded(encoder).equivalents(terms)


def _loaded(encoder: EncoderClient) -> Glossary:
    """The glossary in the analyser's terms, made on first use."""
    with _lock:
        if type(encoder) not in _by_analyser:
            _by_analyser[type(encoder)] = Glossary.of(_concepts(encoder))
        return _by_analyser[type(encoder)]


def _concepts(encoder: EncoderClient) -> list[tuple[Form, ...]]:
    lines = [_forms(line) for line in FILE.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    flat = [form for forms in lines for form in forms]
    analysed = iter(
        analysis
        for first in range(0, len(flat), AT_ONCE)
        for analysis in encoder.analyse(flat[first : first + AT_ONCE])
    )
    return [tuple(dict.fromkeys(_terms_of(next(analysed)) for _form in forms)) for forms in lines]


def _forms(line: str) -> list[str]:
    return [form.strip() for column in line.split("\t") for form in column.split(",") if form.strip()]


def _terms_of(analysis: object) -> Form:
    return frozenset(lexical.terms(analysis))  # type: ignore[arg-type]
