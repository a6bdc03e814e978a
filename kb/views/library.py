"""The library: collections, their documents with states that live, and what is done to several at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kb.documents import changes
from kb.jobs.figures import queue_figures
from kb.models import Collection, Document
from kb.views.library_find import (
    LONGEST_WORDS,
    Show,
    collection_of,
    counts,
    counts_of_all,
    documents,
    facts_of,
    kept_documents,
    manages,
    may_read,
    nothing_here,
    shelves,
    who_reads,
)
from kb.views.library_rows import Facts, State, days_of, spoken, state_of
from kb.views.pages import page, person_of, reading, verbs

EACH_PAGE = 50
STALLED_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list."""

    document: Document
    facts: Facts
    state: State
    days: str
    readable: bool
    review_due: bool


@verbs("GET")
@reading
def library(request: HttpRequest) -> HttpResponse:
    """The collections that one sees."""
    user = person_of(request)
    held = shelves(user)
    collections = [each for shelf in held for each in shelf.collections]
    context: dict[str, Any] = {
        "shelves": held,
        "counts": counts_of_all(collections),
        "kept": {each.pk for each in collections if manages(each)},
    }
    return page(request, "library", "library/index.html", **context)


@verbs("GET")
@reading
def collection(request: HttpRequest, slug: str) -> HttpResponse:
    """The documents of a collection; for htmx the list alone."""
    found = collection_of(person_of(request), slug)
    return page(request, "library", "library/collection.html", "library/_list.html", **context_of(request, found))


def context_of(request: HttpRequest, found: Collection) -> dict[str, Any]:
    """What the collection's page shows."""
    keeps = manages(found)
    show, words = _show(request.GET.get("show", "")), request.GET.get("q", "")[:LONGEST_WORDS]
    if show == Show.TRASH and not keeps:
        raise nothing_here()
    numbers = counts(found)
    known = None if words.strip() else numbers.get(str(show), numbers[str(Show.ALL)])
    shown = paged(documents(found, show, words), request.GET.get("page"), known)
    rows = rows_of(list(shown))
    return {
        "collection": found,
        "shelves": shelves(person_of(request)),
        "who_reads": who_reads(found.audience),
        "keeps": keeps,
        "show": str(show),
        "words": words,
        "filters": _filters(numbers, show, words, keeps),
        "shown": shown,
        "base": urlencode({"show": str(show), "q": words}) + "&",
        "rows": rows,
        "live_href": _live_href(found, rows, show),
        "stalled": keeps and _is_stalled(),
        "most_bytes": settings.MARU_UPLOAD_BYTES,
        "most_mb": settings.MARU_UPLOAD_BYTES // 1024**2,
    }


def paged(rows: QuerySet[Document], number: str | None, known: int | None) -> Page[Document]:
    """A page of the list; `known` is how many there are, where that was counted already."""
    paginator = Paginator(rows, EACH_PAGE)
    if known is not None:
        paginator.count = known
    return paginator.get_page(number)


def rows_of(found: Sequence[Document]) -> list[Row]:
    """The lines for these documents."""
    today, now = timezone.localdate(), timezone.now()
    return [
        Row(
            facts.document,
            facts,
            state_of(facts, today, now),
            days_of(facts.current or facts.newest, today),
            may_read(facts.document),
            facts.document.review_on is not None and facts.document.review_on <= today,
        )
        for facts in facts_of(found)
    ]


def _show(value: str) -> Show:
    return Show(value) if value in list(Show) else Show.ALL


def _filters(numbers: dict[str, int], show: Show, words: str, keeps: bool) -> list[dict[str, Any]]:
    names = {
        Show.ALL: _("All"),
        Show.READING: _("Being read"),
        Show.FAILED: _("Not read"),
        Show.LOOK: _("To look at"),
        Show.PAST: _("Out of date"),
        Show.TRASH: _("Trash"),
    }
    return [
        {
            "name": str(each),
            "word": names[each],
            "count": numbers[str(each)],
            "on": each == show,
            "query": urlencode({"show": str(each), **({"q": words} if words else {})}),
        }
        for each in Show
        if str(each) in numbers and (keeps or each != Show.TRASH)
    ]


def _is_stalled() -> bool:
    """Whether work waits and nobody does any."""
    figures = queue_figures()
    return figures.waiting > 0 and figures.running == 0 and figures.oldest_seconds > STALLED_SECONDS


@verbs("GET")
@reading
def live(request: HttpRequest, slug: str) -> HttpResponse:
    """The states of the unfinished documents on a page, put into their places; it asks again while one is unfinished.

    When one came to an end, the counts beside the filters come along.
    """
    found = collection_of(person_of(request), slug)
    if not manages(found):
        raise nothing_here()
    before, show = numbers_of(request.GET.get("ids", "")), _show(request.GET.get("show", ""))
    rows = rows_of(
        list(Document.objects.filter(collection=found, pk__in=before).select_related("owner").order_by("-id"))
    )
    context = {
        "collection": found,
        "keeps": True,
        "rows": rows,
        "live_href": _live_href(found, rows, show),
        "spoken": spoken(before, [row.facts for row in rows]),
    }
    if any(not row.state.unfinished for row in rows):
        context |= {"show": str(show), "filters": _filters(counts(found), show, "", keeps=True)}
    return render(request, "library/_live.html", context)


def _live_href(found: Collection, rows: Sequence[Row], show: Show) -> str:
    """Where the list asks how the unfinished ones among these are doing; empty when all are at an end."""
    ids = ",".join(str(row.document.pk) for row in rows if row.state.unfinished)
    return (
        f"{reverse('collection_live', args=[found.slug])}?{urlencode({'ids': ids, 'show': show}, safe=',')}"
        if ids
        else ""
    )


def numbers_of(text: str) -> list[int]:
    """Ids out of "1,2,3"; what is no id is left out, and no more than a page has are taken."""
    parts = [part for part in text.split(",") if part.isascii() and part.isdigit() and len(part) < 18]
    return [int(part) for part in parts[: 4 * EACH_PAGE]]


@verbs("POST")
@reading
def delete_several(request: HttpRequest, slug: str) -> HttpResponse:
    """Move the ticked documents to the trash."""
    user = person_of(request)
    found = collection_of(user, slug)
    if not manages(found):
        raise nothing_here()
    ids = numbers_of(",".join(request.POST.getlist("id")))
    chosen = kept_documents(ids) if ids else []
    if any(each.collection_id != found.pk for each in chosen):
        raise nothing_here()
    for each in chosen:
        changes.delete(each, actor=user)
    if chosen:
        gone_to_trash(request, chosen)
    return redirect(f"{reverse('collection', args=[slug])}?{urlencode({'show': _show(request.POST.get('show', ''))})}")


def gone_to_trash(request: HttpRequest, gone: Sequence[Document]) -> None:
    """Say so, with the way back."""
    if len(gone) == 1:
        text = _("“%(title)s” was moved to the trash.") % {"title": gone[0].title}
    else:
        text = ngettext(
            "%(count)s document was moved to the trash.", "%(count)s documents were moved to the trash.", len(gone)
        )
        text %= {"count": len(gone)}
    undo = f"{reverse('documents_restore')}?{urlencode({'ids': ','.join(str(each.pk) for each in gone)})}"
    messages.info(request, text, extra_tags=undo)


@verbs("POST")
@reading
def restore_several(request: HttpRequest) -> HttpResponse:
    """Bring documents back from the trash."""
    user = person_of(request)
    chosen = kept_documents(numbers_of(request.GET.get("ids") or ",".join(request.POST.getlist("id"))))
    for each in chosen:
        changes.restore(each, actor=user)
    messages.success(request, ngettext("It is back.", "They are back.", len(chosen)))
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return redirect("collection", chosen[0].collection.slug)
