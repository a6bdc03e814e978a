"""Numbering what an answer cites: one number for each page of a passage, in the order of first use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from kb.chat.events import Cited
from kb.chat.evidence import Evidence
from kb.chat.support import Span

PageFinder = Callable[[int, int], int]
GAP = " … "


@dataclass
class _Mark:
    evidence: Evidence
    page: int
    spans: set[Span] = field(default_factory=set)


class Numbering:
    """Gives numbers to quotes, and the citations at the end."""

    def __init__(self, page_of: PageFinder) -> None:
        self._page_of = page_of
        self._marks: dict[tuple[str, int], _Mark] = {}

    def cite(self, evidence: Evidence, quotes: Sequence[Span]) -> tuple[int, ...]:
        """The numbers under which these ranges of the evidence's analysed text are cited.

        Ranges that lie in the context (title, path, head row) have no place on a page; when nothing else is left, the
        whole passage is cited.
        """
        places = [place for quote in quotes if (place := evidence.place(quote)) is not None]
        passage = evidence.passage
        numbers = []
        for start, end in places or [(passage.start, passage.end)]:
            page = self._page_of(passage.revision, start)
            key = (passage.key, page)
            mark = self._marks.setdefault(key, _Mark(evidence, page))
            mark.spans.add((start, end))
            numbers.append(list(self._marks).index(key) + 1)
        return tuple(dict.fromkeys(numbers))

    def citations(self) -> tuple[Cited, ...]:
        """All citations by number, each with its ranges in order and the quoted words."""
        return tuple(_cited(number, mark) for number, mark in enumerate(self._marks.values(), 1))


def _cited(number: int, mark: _Mark) -> Cited:
    spans = _joined(sorted(mark.spans))
    quote = GAP.join(mark.evidence.words(start, end).strip() for start, end in spans)
    return Cited(number, mark.evidence.passage, mark.page, spans[0][0], spans[-1][1], tuple(spans), quote)


def _joined(spans: Sequence[Span]) -> list[Span]:
    """Ranges that touch or overlap become one."""
    joined: list[Span] = []
    for start, end in spans:
        if joined and start <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
