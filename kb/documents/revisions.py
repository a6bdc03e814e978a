"""Which revision counts on which day. Every change locks the document's row first."""

from __future__ import annotations

from datetime import date

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from accounts.errors import BadRequest
from kb.models import Document, Revision
from kb.models.documents import RevisionState


class WrongDates(BadRequest):
    """Dates that cannot be."""

    code = "wrong_dates"


def locked(document_id: int) -> Document:
    """The document, locked until the transaction ends."""
    return Document.objects.select_for_update().get(pk=document_id)


def publish(revision: Revision) -> None:
    """Let a revision count from its effective date on, in the caller's transaction.

    The revision before it ends on that day, so that no day between them is without a rule; a later one that is already
    published ends it in turn. Publishing twice changes nothing.
    """
    document = locked(revision.document_id)
    others = list(document.revisions.exclude(pk=revision.pk).exclude(valid=None).exclude(valid__isempty=True))
    begin = revision.effective_from
    end = _earliest([revision.effective_to, *(o.valid.lower for o in others if _after(o.valid.lower, begin))])
    for other in others:
        _make_room(other, begin, end)
    Revision.objects.filter(pk=revision.pk).update(valid=DateRange(begin, end), state=RevisionState.READY)
    revision.refresh_from_db(fields=["valid", "state"])
    propagate(document.pk)


def _make_room(other: Revision, begin: date | None, end: date | None) -> None:
    """Cut another revision's range where the new one's begins."""
    lower, upper = other.valid.lower, other.valid.upper
    if _after(lower, begin) or (upper is not None and begin is not None and upper <= begin):
        return
    closed = DateRange(empty=True) if lower == begin or begin is None else DateRange(lower, begin)
    Revision.objects.filter(pk=other.pk).update(valid=closed)


def _after(day: date | None, other: date | None) -> bool:
    """Whether `day` lies after `other`; None is the beginning of time."""
    return day is not None and (other is None or day > other)


def _earliest(days: list[date | None]) -> date | None:
    return min((day for day in days if day is not None), default=None)


@transaction.atomic
def set_dates(revision: Revision, begin: date | None, end: date | None) -> None:
    """Change the days on which a revision counts, and lay the document's other ranges anew around it."""
    if begin is not None and end is not None and end <= begin:
        raise WrongDates(
            _("A revision must end after it begins: %(end)s is not after %(begin)s.") % {"begin": begin, "end": end}
        )
    document = locked(revision.document_id)
    Revision.objects.filter(pk=revision.pk).update(effective_from=begin, effective_to=end)
    lay_anew(document)


def lay_anew(document: Document) -> None:
    """Lay all ranges of a document from what was asked for: each ready revision in turn, the older first."""
    ready = list(document.revisions.filter(state=RevisionState.READY).order_by("number"))
    document.revisions.update(valid=None)
    for revision in ready:
        publish(revision)
    propagate(document.pk)


def propagate(document_id: int) -> None:
    """Copy the document's audience and its revisions' validity to the rows that carry them."""
    with connection.cursor() as cursor:
        cursor.execute("select maru_propagate(%s)", [document_id])
