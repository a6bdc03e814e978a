"""A passage prepared for checking: its sentences as statements, and where each word stands."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kb.chat.support.model import Passage, Span
from kb.chat.support.sentences import ARTICLE, sentence_spans
from kb.chat.support.statement import Statement, statement
from kb.chat.support.words import related

_COMPOUND = 0.8
# 제3조(회의실): what an article is about goes without saying in all its sentences.
_TOPIC = 0.8


@dataclass(frozen=True)
class PreparedPassage:
    """A passage with its statements; make it once with `prepare` and check many sentences against it.

    A caller that has cosines by sentence gives one for each of `spans`.
    """

    id: str
    text: str
    statements: tuple[Statement, ...]
    english: bool
    _places: dict[str, frozenset[int]]
    topics: tuple[frozenset[str], ...]
    _lowered: str
    _starts: tuple[int, ...]
    _presence: dict[str, tuple[float, ...]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def spans(self) -> tuple[Span, ...]:
        """Where the statements are in the text."""
        return tuple((one.start, one.end) for one in self.statements)

    def presence(self, form: str) -> tuple[float, ...]:
        """How far each statement holds a word, in [0, 1]: 1 where it stands, .8 inside a compound or with one inside it."""
        known = self._presence.get(form)
        if known is None:
            known = self._presence[form] = self._find(form)
        return known

    def _find(self, form: str) -> tuple[float, ...]:
        found = [_TOPIC if form in topic else 0.0 for topic in self.topics]
        for other, places in self._places.items():
            if related(form, other):
                for place in places:
                    found[place] = _COMPOUND
        for place in (*self._places.get(form, ()), *self._raw_places(form)):
            found[place] = 1.0
        return tuple(found)

    def _raw_places(self, form: str) -> Sequence[int]:
        """Where the bare text holds a Korean form: the analyser cuts a word differently by what stands around it."""
        if len(form) < 2 or form.isascii():
            return ()
        places, at = [], self._lowered.find(form)
        while at >= 0:
            number = bisect_right(self._starts, at) - 1
            if number >= 0:
                places.append(number)
            at = self._lowered.find(form, at + 1)
        return places


def prepare(passage: Passage) -> PreparedPassage:
    """Everything about a passage that does not depend on the sentence to check: about 2 ms for 500 characters."""
    spans = tuple(span for span in sentence_spans(passage.analysis) if span[0] >= passage.head)
    head = statement(passage.analysis, (0, passage.head)).forms if passage.head else frozenset()
    statements = tuple(statement(passage.analysis, span) for span in spans)
    places: dict[str, set[int]] = {}
    for number, one in enumerate(statements):
        for form in one.forms:
            places.setdefault(form, set()).add(number)
    return PreparedPassage(
        id=passage.id,
        text=passage.analysis.text,
        statements=statements,
        english=sum(s.english for s in statements) * 2 > len(statements),
        _places={form: frozenset(where) for form, where in places.items()},
        topics=tuple(topic | head for topic in _topics(statements)),
        _lowered=passage.analysis.text.lower(),
        _starts=tuple(span[0] for span in spans),
    )


def _topics(statements: Sequence[Statement]) -> Iterator[frozenset[str]]:
    """For each statement the words of the article heading that it stands under, if there is one."""
    topic: frozenset[str] = frozenset()
    for one in statements:
        heading = ARTICLE.match(one.text, one.start, one.end)
        if heading:
            topic = one.part(*heading.span(1)).forms
        yield topic
