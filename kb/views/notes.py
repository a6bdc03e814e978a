"""The sources of an answer as they are shown: cited, and found besides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accounts.models import User
from kb.models import Answer, Chunk, Citation, Revision
from kb.templatetags.portal import day
from kb.views.links import page_href, source_href
from kb.views.standing import Standing, called, standing

ALSO = 5
SNIPPET = 180


@dataclass(frozen=True, slots=True)
class SourceNote:
    """A citation: its number, where it leads, and its words with the supporting ranges marked."""

    citation: int
    number: int
    card: str
    href: str
    name: str
    title: str
    place: str
    since: str
    quote: SafeString
    standing: Standing
    page: int


@dataclass(frozen=True, slots=True)
class FoundNote:
    """A passage that was found and is not cited."""

    href: str
    title: str
    place: str
    text: str


def place_of(path: str, page: int, revision: Revision) -> str:
    """제7조 · 4쪽 · 5판: the last two steps of the path, the page, and the revision where there are several."""
    steps = " › ".join(path.split(" › ")[-2:]) if path else ""
    parts = [steps, _("p. %(page)s") % {"page": page}, called(revision)]
    return " · ".join(part for part in parts if part)


def cited_notes(answer: Answer, citations: Sequence[Citation]) -> list[SourceNote]:
    """The citations of an answer, by number. Inside `as_user`."""
    ranges = _revisions_of({citation.document_id for citation in citations})
    today = timezone.localdate()
    return [_note(answer, citation, ranges.get(citation.document_id, ()), today) for citation in citations]


def citations_of(answer: Answer) -> list[Citation]:
    """What of an answer's citations may be read, with document and revision. Inside `as_user`."""
    return list(answer.citations.select_related("document", "revision"))


def _revisions_of(documents: Iterable[int]) -> dict[int, list[Revision]]:
    held: dict[int, list[Revision]] = {}
    for revision in Revision.objects.filter(document_id__in=documents).exclude(valid=None):
        held.setdefault(revision.document_id, []).append(revision)
    return held


def _note(answer: Answer, citation: Citation, revisions: Sequence[Revision], today: date) -> SourceNote:
    place = place_of(citation.path, citation.page, citation.revision)
    title = citation.document.title
    begin = citation.revision.effective_from
    return SourceNote(
        citation=citation.pk,
        number=citation.number,
        card=f"card-{answer.pk}-{citation.number}",
        href=source_href(citation.pk),
        name=_("Source %(number)s: %(title)s, %(place)s") % {"number": citation.number, "title": title, "place": place},
        title=title,
        place=place,
        since=_("in force since %(day)s") % {"day": day(begin)} if begin else "",
        quote=quote_html(citation.quote),
        standing=standing(citation.revision, revisions, today),
        page=citation.page,
    )


def quote_html(quote: str) -> SafeString:
    """The quoted words, marked; what lies between them is left out with an ellipsis."""
    parts = [format_html("<mark>{}</mark>", part.strip()) for part in quote.split(" … ") if part.strip()]
    return mark_safe(" … ".join(parts))  # noqa: S308 - of format_html


def found_notes(user: User, answer: Answer, cited: Sequence[Citation]) -> list[FoundNote]:
    """The passages that were found for an answer and are not cited, as far as they may be read now. Inside `as_user`."""
    known = {citation.chunk_id for citation in cited}
    wanted = [ids for row in passages_in(answer.trace) if not known & set(ids := row.get("chunks", ()))]
    return found_by_chunks(user, [ids[0] for ids in wanted if ids])[:ALSO]


def passages_in(trace: dict[str, Any]) -> list[dict[str, Any]]:
    """The passages of a trace; a trace of an answer that failed early has none."""
    return trace.get("passages") or []


def found_by_chunks(user: User, ids: Sequence[int]) -> list[FoundNote]:
    """Passages by the ids of chunks, in the given order, as far as they may be read now."""
    rows = Chunk.objects.visible_to(user).filter(pk__in=ids).select_related("revision", "document")
    by_id = {chunk.pk: chunk for chunk in rows.filter(document__deleted_at=None)}
    return [_found(by_id[key]) for key in ids if key in by_id]


def _found(chunk: Chunk) -> FoundNote:
    text = chunk.text if len(chunk.text) <= SNIPPET else chunk.text[:SNIPPET].rsplit(" ", 1)[0] + "…"
    return FoundNote(
        href=page_href(chunk.document_id, chunk.revision.number, chunk.page_first, (chunk.start, chunk.end)),
        title=chunk.document.title,
        place=place_of(chunk.path, chunk.page_first, chunk.revision),
        text=text,
    )
