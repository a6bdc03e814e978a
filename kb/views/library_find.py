"""Which collections and documents the library shows. Everything here runs inside `as_user`, whose rules the database holds too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Avg, Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import current_access
from accounts.errors import NotThere
from accounts.models import Audience, User
from kb.ingestion.reasons import TO_LOOK_AT
from kb.jobs.figures import places
from kb.models import Collection, Document, Job, Revision
from kb.models.documents import RevisionState
from kb.models.jobs import JobState
from kb.views.initials import pattern_of
from kb.views.library_rows import Facts

OPEN = (JobState.QUEUED, JobState.RUNNING)
LONGEST_WORDS = 100
RECENT = timedelta(days=1)


class Show(StrEnum):
    """What the list is narrowed to."""

    ALL = "all"
    READING = "reading"
    FAILED = "failed"
    LOOK = "look"
    PAST = "past"
    TRASH = "trash"


@dataclass(frozen=True, slots=True)
class Shelf:
    """Collections that the same people read."""

    heading: str
    everyone: bool
    collections: tuple[Collection, ...]


def nothing_here() -> NotThere:
    """What a forged address meets."""
    return NotThere(_("The page is not there, or it is not open to you. The address may have changed."))


def manages(collection: Collection) -> bool:
    """Whether the person of this block keeps the collection."""
    return collection.department_id in current_access().departments


def may_read(document: Document) -> bool:
    """Whether the person of this block reads the document's text."""
    return document.audience_id in current_access().audiences


def shelves(user: User) -> list[Shelf]:
    """The collections that this person sees, what everyone reads first; audiences of the same words share a shelf."""
    rows = Collection.objects.visible_to(user).select_related("audience", "department").order_by("name")
    words = {each.audience_id: who_reads(each.audience) for each in rows}
    found: dict[tuple[bool, str], list[Collection]] = {}
    for each in rows:
        found.setdefault((not each.audience.everyone, words[each.audience_id]), []).append(each)
    return [Shelf(heading, not some, tuple(held)) for (some, heading), held in sorted(found.items())]


def who_reads(audience: Audience) -> str:
    """An audience in words: everyone, or its departments and people by number."""
    if audience.everyone:
        return _("Read by everyone")
    names = [grant.department.label for grant in audience.departments.select_related("department").order_by("id")]
    people = audience.people.count()
    if people:
        names.append(_("%(count)s named people") % {"count": people})
    return _("Read by %(names)s") % {"names": ", ".join(names)} if names else _("Read by nobody yet")


def collection_of(user: User, slug: str) -> Collection:
    """A collection that this person sees. Raises NotThere."""
    found = Collection.objects.visible_to(user).select_related("audience", "department").filter(slug=slug).first()
    if found is None:
        raise nothing_here()
    return found


def document_of(user: User, document_id: int) -> Document:
    """A document that this person reads or keeps, for its keepers also from the trash. Raises NotThere."""
    rows = Document.objects.select_related("collection__department", "collection__audience", "audience", "owner")
    found = rows.filter(pk=document_id).filter(_seen()).first()
    if found is None or (not manages(found.collection) and not _is_published(found)):
        raise nothing_here()
    return found


def kept_document(user: User, document_id: int) -> Document:
    """A document that this person keeps, also from the trash. Raises NotThere."""
    found = document_of(user, document_id)
    if not manages(found.collection):
        raise nothing_here()
    return found


def kept_documents(ids: Sequence[int]) -> list[Document]:
    """Documents that the person of this block keeps, all of them or, for one that they do not, NotThere."""
    rows = Document.objects.filter(pk__in=ids, collection__department_id__in=current_access().departments)
    found = list(rows.select_related("collection").order_by("id"))
    if len(found) != len(set(ids)) or not found:
        raise nothing_here()
    return found


def _seen() -> Q:
    access = current_access()
    managed = Q(collection__department_id__in=access.departments)
    return managed | Q(audience_id__in=access.audiences, deleted_at=None)


def _is_published(document: Document) -> bool:
    return document.revisions.filter(state=RevisionState.READY).exists()


def documents(collection: Collection, show: Show = Show.ALL, words: str = "") -> QuerySet[Document]:
    """The documents of a collection that the person of this block sees, narrowed and searched, the latest first."""
    rows = Document.objects.filter(collection=collection)
    if not manages(collection):
        ready = Revision.objects.filter(document=OuterRef("pk"), state=RevisionState.READY)
        rows = rows.filter(Exists(ready), audience_id__in=current_access().audiences)
        show = show if show == Show.PAST else Show.ALL
    rows = rows.exclude(deleted_at=None) if show == Show.TRASH else rows.filter(deleted_at=None)
    if show == Show.READING:
        open_jobs = Job.objects.filter(collection=collection, state__in=OPEN)
        rows = rows.filter(pk__in=open_jobs.values("revision__document_id"))
    elif show in _COLUMNS:
        chosen = f"select document from {_STATES} where {_COLUMNS[show]}"  # noqa: S608 - our own names
        rows = rows.filter(pk__in=RawSQL(chosen, _asked(collection)))  # noqa: S611
    return _searched(rows, words).select_related("owner").order_by("-id")


# The states of a collection's documents, by the database's own function (migration `library_states`).
_STATES = "maru_library(%s, %s, %s)"
_COLUMNS = {Show.READING: "reading", Show.FAILED: "failed", Show.LOOK: "look", Show.PAST: "past"}


def _asked(collection: Collection) -> list[Any]:
    return [collection.pk, timezone.localdate(), sorted(TO_LOOK_AT)]


def counts(collection: Collection) -> dict[str, int]:
    """How many documents each narrowing shows, in one pass."""
    keeps = manages(collection)
    kept = "not trashed" if keeps else "not trashed and published"
    wanted = {
        Show.ALL: kept,
        **{show: f"{kept} and {column}" for show, column in _COLUMNS.items()},
        Show.TRASH: "trashed",
    }
    if not keeps:
        wanted = {show: wanted[show] for show in (Show.ALL, Show.PAST)}
    columns = ", ".join(f"count(*) filter (where {condition})" for condition in wanted.values())
    with connection.cursor() as cursor:
        cursor.execute(f"select {columns} from {_STATES}", _asked(collection))  # noqa: S608 - our own names
        return dict(zip(map(str, wanted), cursor.fetchone(), strict=True))


def _searched(rows: QuerySet[Document], words: str) -> QuerySet[Document]:
    """With these words in title, name or owner; single consonants stand for syllables that begin with them."""
    pattern = pattern_of(words[:LONGEST_WORDS])
    if not pattern:
        return rows
    return rows.filter(Q(title__iregex=pattern) | Q(external_id__iregex=pattern) | Q(owner__name__iregex=pattern))


def counts_of_all(collections: Iterable[Collection]) -> dict[int, int]:
    """How many documents each collection shows this person."""
    rows = Document.objects.filter(_seen(), collection__in=list(collections), deleted_at=None)
    return dict(rows.order_by().values_list("collection").annotate(Count("pk")))


def facts_of(rows: Sequence[Document]) -> list[Facts]:
    """What the list shows of these documents, in a handful of queries."""
    ids = [row.pk for row in rows]
    newest = _by_document(Revision.objects.filter(document__in=ids).order_by("document_id", "number"))
    current = _by_document(Revision.objects.filter(document__in=ids, valid__contains=timezone.localdate()))
    jobs = _last_jobs([revision.pk for revision in newest.values()])
    waiting = [job.pk for job in jobs.values() if job.state == JobState.QUEUED]
    queue = places(waiting)
    each = _seconds_each() if waiting else None
    return [
        Facts(row, newest.get(row.pk), current.get(row.pk), job, queue.get(job.pk) if job else None, each)
        for row in rows
        for job in [jobs.get(newest[row.pk].pk) if row.pk in newest else None]
    ]


def _by_document(rows: Iterable[Revision]) -> dict[int, Revision]:
    """The last of the rows for each document."""
    return {row.document_id: row for row in rows}


def _last_jobs(revisions: list[int]) -> dict[int, Job]:
    return {
        job.revision_id: job for job in Job.objects.filter(revision__in=revisions).order_by("id") if job.revision_id
    }


def _seconds_each() -> float | None:
    """How long a file has taken lately, shared between the workers; None while there were none."""
    ended = Job.objects.filter(state=JobState.DONE, finished_at__gt=timezone.now() - RECENT, started_at__isnull=False)
    recent = ended.order_by("-finished_at").values("pk")[:50]
    took = Job.objects.filter(pk__in=recent).aggregate(each=Avg(F("finished_at") - F("started_at")))["each"]
    return took.total_seconds() / max(1, settings.MARU_WORKERS) if took is not None else None
