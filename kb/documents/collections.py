"""What an admin changes about a collection as a whole."""

from __future__ import annotations

from django.db import transaction

from accounts.models import Audience, AuditEvent, User
from kb.documents.revisions import propagate
from kb.models import Collection, Document


@transaction.atomic
def set_audience(collection: Collection, audience: Audience, *, actor: User) -> None:
    """Let others read a collection. Documents with an audience of their own keep it; the others follow at once."""
    held = Collection.objects.select_for_update().get(pk=collection.pk)
    if held.audience_id == audience.pk:
        return
    before = held.audience_id
    Collection.objects.filter(pk=held.pk).update(audience=audience)
    following = list(
        Document.objects.filter(collection=held, own_audience=None)
        .select_for_update()
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    Document.objects.filter(pk__in=following).update(audience=audience)
    for document in following:
        propagate(document)
    AuditEvent.record(actor, "collection.audience", held, before=before, audience=audience.pk, documents=len(following))
