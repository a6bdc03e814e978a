"""Searching without a model: passages, best first, with the words of the search marked and filters beside them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString

from accounts.access import as_user
from accounts.errors import MaruError
from accounts.models import User
from kb.models import Collection, Revision
from kb.models.documents import Format
from kb.retrieval.hits import Found, Hit
from kb.retrieval.passages import Passage, passages_of
from kb.retrieval.question import SearchQuestion, prepare_question
from kb.retrieval.search import search as find
from kb.views.errors import Problem, problem_of
from kb.views.links import page_href
from kb.views.notes import place_of
from kb.views.pages import page, person_of, signed_in, verbs
from kb.views.scope import chosen_scope
from kb.views.snippets import marked, pattern_of, snippet

HITS = 60
SHOWN = 20
NEAREST = 3


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """One result."""

    title: SafeString
    place: str
    href: str
    snippet: SafeString
    about: str
    score: float
    dense: float
    lexical: float


@dataclass(frozen=True, slots=True)
class Facet:
    """A filter's choice with how many of the results it holds."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Results:
    """What was found for a search, or what went wrong with it."""

    words: str
    places: Sequence[FoundPlace] = ()
    relevant: bool = False
    ms: int = 0
    terms: Sequence[str] = ()
    collections: Sequence[Facet] = ()
    formats: Sequence[Facet] = ()
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Filters:
    """What the reader narrowed the search to."""

    collections: list[int]
    formats: list[str]


@verbs("GET")
@signed_in
def search(request: HttpRequest) -> HttpResponse:
    """The page; `q`, `collection` (ids) and `format` from its form. Without `q` an empty page."""
    user = person_of(request)
    words = request.GET.get("q", "").strip()
    with as_user(user):
        collections = chosen_scope(user, request.GET.getlist("collection"))
    formats = [value for value in request.GET.getlist("format") if value in Format.values]
    results = _results(user, words, Filters(collections, formats)) if words else Results("")
    status = results.problem.status if results.problem else 200
    with as_user(user):
        return page(request, "search", "search/page.html", "search/_found.html", status, results=results)


def _results(user: User, words: str, filters: Filters) -> Results:
    """Search outside any transaction, since the encoder is asked; then read what the results need."""
    try:
        asked = prepare_question(words)
        everywhere = find(user, asked, limit=HITS)
        found = find(user, asked, collections=filters.collections, limit=HITS) if filters.collections else everywhere
    except MaruError as error:
        return Results(words, problem=problem_of(error))
    with as_user(user):
        return _read(user, asked, found, everywhere, filters)


def _read(user: User, asked: SearchQuestion, found: Found, everywhere: Found, filters: Filters) -> Results:
    revisions = _revisions([*found.hits, *everywhere.hits])
    hits = [hit for hit in found.hits if hit.revision in revisions]
    kept = [hit for hit in hits if not filters.formats or revisions[hit.revision].format in filters.formats]
    passages = passages_of(kept, SHOWN if found.relevant else NEAREST)
    names = {row.pk: row.label for row in Collection.objects.filter(pk__in={p.collection for p in passages})}
    pattern = pattern_of(found.matched_terms, asked.phrases)
    return Results(
        asked.text,
        [_place(passage, revisions[passage.revision], names, pattern) for passage in passages],
        found.relevant,
        found.ms,
        found.matched_terms,
        _collection_facets(user, everywhere, filters.collections),
        _format_facets(hits, revisions, filters.formats),
    )


def _revisions(hits: Sequence[Hit]) -> dict[int, Revision]:
    return Revision.objects.in_bulk({hit.revision for hit in hits})


def _place(passage: Passage, revision: Revision, names: dict[int, str], pattern: re.Pattern[str] | None) -> FoundPlace:
    about = [names.get(passage.collection, ""), revision.get_format_display()]
    return FoundPlace(
        title=marked(passage.title, pattern),
        place=place_of(passage.path, passage.page, revision, passage.title),
        href=page_href(passage.document, passage.revision_number, passage.page, (passage.start, passage.end)),
        snippet=snippet(passage.text, pattern),
        about=" · ".join(part for part in about if part),
        score=passage.score,
        dense=passage.dense,
        lexical=passage.lexical,
    )


def _collection_facets(user: User, found: Found, chosen: Sequence[int]) -> list[Facet]:
    counts = Counter(hit.collection for hit in found.hits)
    return [
        Facet(str(row.pk), row.label, counts[row.pk], row.pk in chosen)
        for row in Collection.objects.readable_by(user)
        if counts[row.pk] or row.pk in chosen
    ]


def _format_facets(hits: Sequence[Hit], revisions: dict[int, Revision], chosen: Sequence[str]) -> list[Facet]:
    counts = Counter(revisions[hit.revision].format for hit in hits)
    return [
        Facet(str(value), str(label), counts[value], value in chosen)
        for value, label in Format.choices
        if counts[value] or value in chosen
    ]
