"""Finding what an address or a field names, for one person. What they may not see is NotThere, like what is not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from django.db.models import Count, Prefetch, Q, QuerySet

from accounts.access import access_of
from accounts.errors import NotThere
from accounts.models import User
from kb.api.problems import nothing_here
from kb.models import Collection, Document, Job, Revision

T = TypeVar("T")


def collections(user: User) -> QuerySet[Collection]:
    """Collections that this person sees, with what their bodies need."""
    count = Count("documents", filter=Q(documents__deleted_at=None))
    return Collection.objects.visible_to(user).select_related("department").annotate(document_count=count)


def collection(user: User, slug: str, *, to_change: bool = False) -> Collection:
    """One of them. Raises NotThere, also when it is `to_change` and this person does not manage it."""
    rows = collections(user)
    if to_change:
        rows = rows.filter(department_id__in=access_of(user).departments)
    return _one(rows.filter(slug=slug).first())


def collection_ids(user: User, slugs: Sequence[str]) -> list[int] | None:
    """Ids of collections that this person may read; None for all of them. Raises NotThere for any other name."""
    if not slugs:
        return None
    known = dict(Collection.objects.readable_by(user).filter(slug__in=slugs).values_list("slug", "pk"))
    if set(slugs) - set(known):
        raise NotThere(nothing_here(), code="unknown_collection")
    return list(known.values())


def documents(user: User, *, trash: bool = False) -> QuerySet[Document]:
    """Documents that this person sees, or with `trash` those in the trash that they manage."""
    deleted = Document.objects.managed_by(user).exclude(deleted_at=None)
    return with_revisions(deleted if trash else Document.objects.visible_to(user))


def with_revisions(rows: QuerySet[Document]) -> QuerySet[Document]:
    """With what their bodies need, in three queries for any number of rows."""
    revisions = Prefetch("revisions", Revision.objects.select_related("created_by"))
    return rows.select_related("collection", "owner").prefetch_related(revisions)


def document(user: User, pk: int, *, to_change: bool = False) -> Document:
    """One document: any that this person manages, also in the trash, or (not `to_change`) may read. Raises NotThere."""
    managed = with_revisions(Document.objects.managed_by(user)).filter(pk=pk).first()
    if managed is not None or to_change:
        return _one(managed)
    return _one(documents(user).filter(pk=pk).first())


def revision(user: User, pk: int, *, to_change: bool = False, to_read: bool = False) -> Revision:
    """A revision of such a document; `to_read` only when this person may read its text. Raises NotThere."""
    row = _one(Revision.objects.select_related("document__collection", "created_by").filter(pk=pk).first())
    held = document(user, row.document_id, to_change=to_change)
    if to_read and not Document.objects.readable_by(user).filter(pk=held.pk).exists():
        raise NotThere(nothing_here())
    return row


def jobs(user: User) -> QuerySet[Job]:
    """Jobs that this person sees, with what their bodies need."""
    return Job.objects.visible_to(user).select_related("collection", "revision")


def job(user: User, pk: int, *, to_change: bool = False) -> Job:
    """One of them. Raises NotThere."""
    rows = jobs(user)
    if to_change:
        rows = rows.filter(pk__in=Job.objects.managed_by(user).values("pk"))
    return _one(rows.filter(pk=pk).first())


def _one(row: T | None) -> T:
    if row is None:
        raise NotThere(nothing_here())
    return row
