"""A document's page: what it is, its revisions and the days on which they count, and what its keepers do with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kb.documents import changes
from kb.ingestion.reasons import explain, warning_sentence
from kb.jobs import again
from kb.models import Document, Job, Revision
from kb.models.documents import RevisionState
from kb.models.jobs import JobState
from kb.views.library import gone_to_trash, rows_of
from kb.views.library_find import document_of, kept_document, manages, may_read, nothing_here, shelves, who_reads
from kb.views.library_rows import days_of, spoken
from kb.views.links import page_href
from kb.views.pages import page, person_of, reading, verbs


@dataclass(frozen=True, slots=True)
class Version:
    """A revision as it is listed. `open_href` leads to its text, for those who may read it."""

    row: Revision
    days: str
    standing: str
    shape: str
    reason: str
    warnings: tuple[str, ...]
    open_href: str


@verbs("GET")
@reading
def document(request: HttpRequest, document_id: int) -> HttpResponse:
    """The page."""
    user = person_of(request)
    context = {"shelves": shelves(user), **document_context(document_of(user, document_id))}
    return page(request, "library", "library/document.html", **context)


@verbs("GET")
@reading
def live(request: HttpRequest, document_id: int) -> HttpResponse:
    """The state of a document that is being read, into its place on the page; at the end its revisions too."""
    found = kept_document(person_of(request), document_id)
    context = document_context(found)
    row = context["row"]
    if row.state.unfinished:
        del context["versions"]
    context |= {"rows": [row], "spoken": spoken([found.pk], [row.facts])}
    return render(request, "library/_live.html", context)


def document_context(found: Document) -> dict[str, Any]:
    """What the document's page shows."""
    keeps, readable = manages(found.collection), may_read(found) and found.deleted_at is None
    (row,) = rows_of([found])
    versions = [_version(each, found, readable) for each in _revisions(found, keeps)]
    return {
        "document": found,
        "collection": found.collection,
        "keeps": keeps,
        "readable": readable,
        "row": row,
        "who_reads": who_reads(found.audience),
        "versions": versions,
        "download": readable,
        "current": next(
            (each for each in versions if each.row.pk == (row.facts.current.pk if row.facts.current else 0)), None
        ),
        "live_href": reverse("document_live", args=[found.pk]) if keeps and row.state.unfinished else "",
    }


def _revisions(found: Document, keeps: bool) -> list[Revision]:
    """All of them for keepers; for readers those that have been in force or will be."""
    rows = found.revisions.select_related("created_by")
    return list(rows if keeps else rows.filter(state=RevisionState.READY))


def _version(row: Revision, found: Document, readable: bool) -> Version:
    today = timezone.localdate()
    standing, shape = _standing(row, today)
    ready = row.state == RevisionState.READY
    return Version(
        row,
        days_of(row, today) if ready else "",
        standing,
        shape,
        explain(row.reason, row.reason_params).text if row.state == RevisionState.FAILED and row.reason else "",
        tuple(warning_sentence(each["code"], each.get("params")) for each in row.warnings),
        page_href(found.pk, row.number, 1) if readable and ready else "",
    )


def _standing(row: Revision, today: Any) -> tuple[str, str]:
    if row.state == RevisionState.FAILED:
        return _("Not read"), "failed"
    if row.state == RevisionState.PENDING:
        return _("Being read"), "working"
    if row.is_current(today):
        return _("In force"), "ready"
    if row.valid is None or row.valid.isempty:
        return _("Replaced"), "past"
    if row.valid.lower is not None and row.valid.lower > today:
        return _("Not in force yet"), "waiting"
    return _("Out of date"), "past"


# ---- One press ----


@verbs("POST")
@reading
def delete(request: HttpRequest, document_id: int) -> HttpResponse:
    """To the trash."""
    user = person_of(request)
    found = kept_document(user, document_id)
    changes.delete(found, actor=user)
    gone_to_trash(request, [found])
    return redirect("collection", found.collection.slug)


@verbs("POST")
@reading
def retry(request: HttpRequest, document_id: int) -> HttpResponse:
    """Let the last job go on from the stage at which it ended."""
    user = person_of(request)
    again.begin_again(_last_job(kept_document(user, document_id)), actor=user)
    return _back(request, document_id, _("It goes on from where it stopped."))


@verbs("POST")
@reading
def cancel(request: HttpRequest, document_id: int) -> HttpResponse:
    """Stop the reading of the newest revision."""
    user = person_of(request)
    job = _last_job(kept_document(user, document_id))
    again.cancel(job, actor=user)
    return _back(request, document_id, _("Reading stops."))


def _last_job(found: Document) -> Job:
    newest = found.revisions.order_by("-number").first()
    job = newest.jobs.order_by("-id").first() if newest is not None else None
    if job is None or (found.deleted_at is not None and job.state not in (JobState.QUEUED, JobState.RUNNING)):
        raise nothing_here()
    return job


def _back(request: HttpRequest, document_id: int, text: str) -> HttpResponse:
    """To the page that asked; with script its own poller shows the new state."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    messages.info(request, text)
    return redirect("library_document", document_id)
