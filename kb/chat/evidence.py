"""Passages prepared as evidence: analysed, with their context in front, and the way back to the revision's text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import connection

from kb.chat.support import DocumentFrequencies, Span
from kb.models import Page
from kb.normalise import normalise
from kb.retrieval import lexical
from kb.retrieval.analysis import Analysis
from kb.retrieval.encoder.client import EncoderClient
from kb.retrieval.index import live_index
from kb.retrieval.passages import Passage


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage as the checks read it: `analysis` is of context, line end, text; `shift` is where the text begins."""

    passage: Passage
    analysis: Analysis
    shift: int

    def place(self, span: Span) -> Span | None:
        """A range of the analysed text as a range of the revision's text; None when it lies in the context."""
        start, end = max(span[0], self.shift), span[1]
        if end <= start:
            return None
        return start - self.shift + self.passage.start, end - self.shift + self.passage.start

    def words(self, start: int, end: int) -> str:
        """Revision text[start:end]."""
        return self.passage.text[start - self.passage.start : end - self.passage.start]


def gather(
    passages: Sequence[Passage], texts: Sequence[str], encoder: EncoderClient
) -> tuple[list[Evidence], list[Analysis]]:
    """Passages as evidence, and the analyses of further texts, with one request to the encoder."""
    heads = [f"{normalise(passage.context)}\n" if passage.context else "" for passage in passages]
    told = [head + passage.text for head, passage in zip(heads, passages, strict=True)]
    analyses = encoder.analyse([*told, *texts])
    evidence = [
        Evidence(passage, analysis, len(head))
        for passage, head, analysis in zip(passages, heads, analyses, strict=False)
    ]
    return evidence, analyses[len(passages) :]


def rarity(analyses: Sequence[Analysis]) -> DocumentFrequencies:
    """How rare the words of these texts are in the company's own index; inside `as_user`."""
    version = live_index()
    wanted = {term for analysis in analyses for term in lexical.terms(analysis)}
    wanted |= {token.form.lower() for analysis in analyses for token in analysis.tokens}
    with connection.cursor() as cursor:
        known = lexical.frequencies(cursor, version.number, sorted(wanted))
    return DocumentFrequencies(max(version.chunk_count, 50), known)


def page_finder(passages: Sequence[Passage]) -> Callable[[int, int], int]:
    """A function (revision, place in its text) -> page number; inside `as_user`."""
    starts: dict[int, list[tuple[int, int]]] = {}
    rows = Page.objects.filter(revision_id__in={passage.revision for passage in passages}).order_by("start")
    for revision, start, number in rows.values_list("revision_id", "start", "number"):
        starts.setdefault(revision, []).append((start, number))

    def find(revision: int, place: int) -> int:
        return next((number for start, number in reversed(starts.get(revision, [])) if start <= place), 1)

    return find
