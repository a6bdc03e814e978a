"""Originals: the page that a citation quotes, or any page of a revision, with the words marked.

A request has three steps: read the rows, let a reader child find the words on a PDF's page (no database then), render.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.safestring import SafeString

from accounts.access import as_user
from accounts.models import User
from kb.models import Chunk, Citation, Document, Page, Revision
from kb.views import fragments
from kb.views.links import page_href, source_href
from kb.views.notes import FoundNote, SourceNote, citations_of, cited_notes, found_notes, paths_of
from kb.views.originals import readable_revision
from kb.views.page_images import Overlay, overlay
from kb.views.pages import no_such_place, person_of, reading, signed_in, verbs
from kb.views.pages import page as respond
from kb.views.sheets import SheetText, Span, quotes_on, sheet_html
from kb.views.shelves import kept
from kb.views.standing import Standing, called, standing

LONGEST_SPAN = 20_000


@dataclass(frozen=True, slots=True)
class SourceView:
    """One page of an original, ready to be shown."""

    document: Document
    revision: Revision
    called: str
    page: Page
    pages: int
    previous: str | None
    next: str | None
    path: str
    html: SafeString
    quotes: tuple[str, ...]
    standing: Standing
    same_place: str | None
    number: str = ""
    citation: int | None = None
    conversation: int | None = None
    cited: Sequence[SourceNote] = ()
    also: Sequence[FoundNote] = ()
    overlay: Overlay | None = None


@verbs("GET")
@signed_in
def source(request: HttpRequest, citation_id: int) -> HttpResponse:
    """The page that a citation quotes, in the revision that it quotes; `page` turns to another one."""
    user = person_of(request)
    with as_user(user):
        citation = _citation_of(user, citation_id)
        turned = fragments.number_of(request.GET["page"]) if request.GET.get("page") else citation.page
        view = _of_citation(user, citation, turned)
    return _answer(request, user, view)


@verbs("GET")
@signed_in
def page(request: HttpRequest, document_id: int, number: int, page: int) -> HttpResponse:
    """A page of a revision, by numbers; `from` and `to` mark a range of the revision's text."""
    user = person_of(request)
    with as_user(user):
        revision = readable_revision(user, document_id, number)
        span = _span(request)
        view = _view(user, revision, page, [span] if span else [], _path_at(user, revision, span))
    return _answer(request, user, view)


@verbs("GET")
@reading
def document(request: HttpRequest, document_id: int) -> HttpResponse:
    """A document's first page, in the revision that is in force, else in the latest."""
    user = person_of(request)
    found = get_object_or_404(Document.objects.readable_by(user), pk=document_id)
    revision = found.current_revision() or found.revisions.exclude(valid=None).first()
    if revision is None:
        raise no_such_place()
    return redirect(page_href(found.pk, revision.number, 1))


def _answer(request: HttpRequest, user: User, view: SourceView) -> HttpResponse:
    if view.revision.is_pdf:
        view = replace(view, overlay=overlay(view.revision, view.page.number, view.quotes))
    with as_user(user):
        return respond(request, "ask", "sources/page.html", "sources/_source.html", source=view)


def _citation_of(user: User, citation_id: int) -> Citation:
    rows = Citation.objects.visible_to(user).filter(answer__question__conversation__in=kept(user))
    related = ("answer__question", "revision", "document__collection__department", "document__owner")
    return get_object_or_404(rows.select_related(*related), pk=citation_id)


def _of_citation(user: User, citation: Citation, turned: int) -> SourceView:
    spans = [(int(start), int(end)) for start, end in citation.spans] or [(citation.start, citation.end)]
    cited = citations_of(citation.answer)
    path = paths_of([citation])[citation.pk]
    view = _view(user, citation.revision, turned, spans, path, citation_number=str(citation.number))
    address = source_href(citation.pk)
    return replace(
        view,
        citation=citation.pk,
        conversation=citation.answer.question.conversation_id,
        cited=cited_notes(citation.answer, cited),
        also=found_notes(user, citation.answer, cited),
        previous=f"{address}?page={turned - 1}" if view.previous else None,
        next=f"{address}?page={turned + 1}" if view.next else None,
    )


def _view(
    user: User, revision: Revision, number: int, spans: Sequence[Span], path: str, *, citation_number: str = ""
) -> SourceView:
    pages = Page.objects.visible_to(user).filter(revision=revision)
    shown = get_object_or_404(pages, number=number)
    numbers = list(pages.values_list("number", flat=True))
    before = max((each for each in numbers if each < number), default=None)
    after = min((each for each in numbers if each > number), default=None)
    sheet = SheetText(shown.text, shown.start)
    status = _standing(revision)
    return SourceView(
        document=revision.document,
        revision=revision,
        called=called(revision),
        page=shown,
        pages=max(numbers),
        previous=page_href(revision.document_id, revision.number, before) if before else None,
        next=page_href(revision.document_id, revision.number, after) if after else None,
        path=path,
        html=sheet_html(sheet, shown.blocks, spans, citation_number),
        quotes=tuple(quotes_on(sheet, spans)),
        standing=status,
        same_place=_same_place(user, status.other, path, number) if status.other else None,
        number=citation_number,
    )


def _standing(revision: Revision) -> Standing:
    today: date = timezone.localdate()
    return standing(revision, list(revision.document.revisions.exclude(valid=None)), today)


def _same_place(user: User, other: Revision, path: str, number: int) -> str | None:
    """The place with the same headings in another revision, else its page of the same number."""
    chunks = Chunk.objects.visible_to(user).filter(revision=other)
    found = (chunks.filter(path=path).first() or _with_heading(chunks, path)) if path else None
    if found is not None:
        return page_href(other.document_id, other.number, found.page_first, (found.start, found.end))
    pages = Page.objects.visible_to(user).filter(revision=other)
    near = pages.filter(number__lte=number).order_by("-number").values_list("number", flat=True).first()
    return page_href(other.document_id, other.number, near) if near else None


def _with_heading(chunks: QuerySet[Chunk], path: str) -> Chunk | None:
    """A passage of several short articles names none of them in its path."""
    return chunks.filter(text__contains=path.rsplit(" › ", 1)[-1]).first()


def _span(request: HttpRequest) -> Span | None:
    """The range of `from` and `to`; an impossible one marks nothing."""
    begin, end = request.GET.get("from", ""), request.GET.get("to", "")
    if not all(value.isascii() and value.isdigit() and len(value) < 10 for value in (begin, end)):
        return None
    span = int(begin), int(end)
    return span if 0 < span[1] - span[0] <= LONGEST_SPAN else None


def _path_at(user: User, revision: Revision, span: Span | None) -> str:
    if span is None:
        return ""
    chunk = Chunk.objects.visible_to(user).filter(revision=revision, start__lte=span[0], end__gt=span[0]).first()
    return chunk.path if chunk else ""
