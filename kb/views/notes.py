"""The sources of an answer as they are shown: cited, and found besides."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accounts.models import User
from kb.models import Answer, Chunk, Citation, Page, Revision
from kb.templatetags.portal import day
from kb.views.links import page_href, source_href
from kb.views.snippets import pattern_of, snippet
from kb.views.standing import Standing, called, standing

ALSO = 5
SNIPPET = 180
LONGEST_HEADING = 60


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
    """A passage that was found and is not cited: its beginning as plain text, and the part that shows why it was found."""

    href: str
    title: str
    place: str
    text: str
    shown: SafeString


def place_of(path: str, page: int, revision: Revision, title: str = "") -> str:
    """제7조 · 4쪽 · 5판: the last two steps of the path without the document's title, the page, and the revision."""
    steps = [step for step in path.split(" › ") if step and _squeezed(step) != _squeezed(title)]
    parts = [" › ".join(steps[-2:]), _("p. %(page)s") % {"page": page}, called(revision)]
    return " · ".join(part for part in parts if part)


def _squeezed(text: str) -> str:
    return "".join(text.split()).casefold()


def cited_notes(answer: Answer, citations: Sequence[Citation]) -> list[SourceNote]:
    """The citations of an answer, by number. Inside `as_user`."""
    ranges = _revisions_of({citation.document_id for citation in citations})
    paths = paths_of(citations)
    today = timezone.localdate()
    return [
        _note(answer, citation, paths[citation.pk], ranges.get(citation.document_id, ()), today)
        for citation in citations
    ]


def citations_of(answer: Answer) -> list[Citation]:
    """What of an answer's citations may be read, with document and revision. Inside `as_user`."""
    return list(answer.citations.select_related("document", "revision"))


def _revisions_of(documents: Iterable[int]) -> dict[int, list[Revision]]:
    held: dict[int, list[Revision]] = {}
    for revision in Revision.objects.filter(document_id__in=documents).exclude(valid=None):
        held.setdefault(revision.document_id, []).append(revision)
    return held


def paths_of(citations: Sequence[Citation]) -> dict[int, str]:
    """The path of each citation's own words. A passage may hold several short articles, so that its path names none."""
    pages = Page.objects.filter(
        revision_id__in={each.revision_id for each in citations}, number__in={each.page for each in citations}
    )
    held = {(page.revision_id, page.number): page for page in pages}
    return {each.pk: _with_heading(each.path, held.get((each.revision_id, each.page)), each) for each in citations}


def _with_heading(path: str, page: Page | None, citation: Citation) -> str:
    """The path, ended by the heading that stands next above the words on their page."""
    if page is None:
        return path
    begin = citation.start - page.start
    headings = [block for block in page.blocks if block["kind"] == "heading" and block["start"] <= begin]
    if not headings:
        return path
    heading = " ".join(page.text[headings[-1]["start"] : headings[-1]["end"]].split())
    known = {_squeezed(step) for step in path.split(" › ")}
    if not heading or len(heading) > LONGEST_HEADING or _squeezed(heading) in known:
        return path
    return f"{path} › {heading}" if path else heading


def _note(answer: Answer, citation: Citation, path: str, revisions: Sequence[Revision], today: date) -> SourceNote:
    title = citation.document.title
    place = place_of(path, citation.page, citation.revision, title)
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
    return found_by_chunks(user, [ids[0] for ids in wanted if ids], words_of(answer.trace))[:ALSO]


def passages_in(trace: dict[str, Any]) -> list[dict[str, Any]]:
    """The passages of a trace; a trace of an answer that failed early has none."""
    return trace.get("passages") or []


def words_of(trace: dict[str, Any]) -> list[str]:
    """The words that the search of a trace looked for; older traces have none."""
    return (trace.get("found") or {}).get("terms") or []


def found_by_chunks(user: User, ids: Sequence[int], words: Sequence[str] = ()) -> list[FoundNote]:
    """Passages by the ids of chunks, in the given order, as far as they may be read now, with `words` marked."""
    pattern = pattern_of(words)
    rows = Chunk.objects.visible_to(user).filter(pk__in=ids).select_related("revision", "document")
    by_id = {chunk.pk: chunk for chunk in rows.filter(document__deleted_at=None)}
    return [_found(by_id[key], pattern) for key in ids if key in by_id]


def _found(chunk: Chunk, pattern: re.Pattern[str] | None) -> FoundNote:
    plain = chunk.text if len(chunk.text) <= SNIPPET else chunk.text[:SNIPPET].rsplit(" ", 1)[0] + "…"
    return FoundNote(
        href=page_href(chunk.document_id, chunk.revision.number, chunk.page_first, (chunk.start, chunk.end)),
        title=chunk.document.title,
        place=place_of(chunk.path, chunk.page_first, chunk.revision, chunk.document.title),
        text=plain,
        shown=snippet(chunk.text, pattern, SNIPPET),
    )
