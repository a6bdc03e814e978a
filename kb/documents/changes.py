"""What editors change about a document as a whole: title, owner, review date, audience, collection, trash."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import BadRequest
from accounts.models import Audience, AuditEvent, User
from kb.documents.revisions import lay_anew, locked, propagate
from kb.models import Document, Job
from kb.models.jobs import JobState


class NameTaken(BadRequest):
    """Another document of the collection is matched by the same name."""

    code = "name_taken"
    status = 409


@transaction.atomic
def describe(
    document: Document, *, title: str | None = None, owner: User | None = None, review_on: date | None = None
) -> Document:
    """Set the title, the owner and the day of review."""
    held = locked(document.pk)
    held.title = (title or held.title).strip()[:300]
    held.owner = owner
    held.review_on = review_on
    held.save(update_fields=["title", "owner", "review_on"])
    return held


@transaction.atomic
def set_audience(document: Document, audience: Audience | None, *, actor: User) -> Document:
    """Give a document an audience of its own, or (None) the collection's again."""
    held = locked(document.pk)
    held.own_audience = audience
    held.audience = audience or held.collection.audience
    held.save(update_fields=["own_audience", "audience"])
    propagate(held.pk)
    AuditEvent.record(actor, "document.audience", held, audience=held.audience_id)
    return held


@transaction.atomic
def delete(document: Document, *, actor: User) -> None:
    """Move a document to the trash: found and answered from no more; `restore` brings it back whole."""
    held = locked(document.pk)
    if held.deleted_at is None:
        held.deleted_at = timezone.now()
        held.save(update_fields=["deleted_at"])
        Job.objects.filter(revision__document=held, state__in=[JobState.QUEUED, JobState.RUNNING]).update(
            cancel_requested=True
        )
        propagate(held.pk)
        AuditEvent.record(actor, "document.delete", held)


@transaction.atomic
def restore(document: Document, *, actor: User) -> None:
    """Bring a document back from the trash. Raises NameTaken when another took its place meanwhile."""
    held = locked(document.pk)
    if held.deleted_at is None:
        return
    if Document.objects.kept().filter(collection_id=held.collection_id, external_id=held.external_id).exists():
        raise NameTaken(
            _("%(title)s cannot come back: another document was loaded under %(name)s meanwhile.")
            % {"title": held.title, "name": held.external_id}
        )
    held.deleted_at = None
    held.save(update_fields=["deleted_at"])
    lay_anew(held)
    AuditEvent.record(actor, "document.restore", held)
