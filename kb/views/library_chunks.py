"""The passages of a revision beside the page that they came from, for keepers who read the text."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from kb.models import Chunk, Document, Page, Revision
from kb.models.documents import RevisionState
from kb.views.library_find import kept_document, may_read, nothing_here, shelves
from kb.views.library_regions import regions_of
from kb.views.pages import page, person_of, reading, verbs

MOST_SHOWN = 200


@verbs("GET")
@reading
def chunks(request: HttpRequest, document_id: int) -> HttpResponse:
    """One page of the original and its passages."""
    user = person_of(request)
    found = kept_document(user, document_id)
    if not may_read(found) or found.deleted_at is not None:
        raise nothing_here()
    revision = _revision(found, request.GET.get("revision", ""))
    numbers = list(
        Page.objects.visible_to(user).filter(revision=revision).values_list("number", flat=True).order_by("number")
    )
    if not numbers:
        raise nothing_here()
    number = _number(request.GET.get("page", ""))
    number = number if number in numbers else numbers[0]
    shown = Page.objects.visible_to(user).get(revision=revision, number=number)
    rows = Chunk.objects.visible_to(user).filter(revision=revision, page_first__lte=number, page_last__gte=number)
    held = list(rows.order_by("position")[:MOST_SHOWN])
    context = {
        "shelves": shelves(user),
        "document": found,
        "collection": found.collection,
        "revision": revision,
        "shown": shown,
        "regions": regions_of(shown, held),
        "chunks": held,
        **_turning(found, revision, numbers, number),
    }
    return page(request, "library", "library/chunks.html", **context)


def _revision(found: Document, number: str) -> Revision:
    """The revision of this number, else the one in force, else the newest that was read."""
    ready = found.revisions.filter(state=RevisionState.READY)
    wanted = ready.filter(number=_number(number)).first() if number else None
    chosen = wanted if number else found.current_revision() or ready.order_by("-number").first()
    if chosen is None:
        raise nothing_here()
    return chosen


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _turning(found: Document, revision: Revision, numbers: list[int], number: int) -> dict[str, Any]:
    at = numbers.index(number)
    address = reverse("document_chunks", args=[found.pk])

    def of(place: int) -> str:
        if not 0 <= place < len(numbers):
            return ""
        return f"{address}?{urlencode({'revision': revision.number, 'page': numbers[place]})}"

    return {"previous": of(at - 1), "next": of(at + 1), "last": numbers[-1], "address": address}
