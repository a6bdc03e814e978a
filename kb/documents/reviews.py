"""Reminding owners of documents whose day of review has come: once a day that was set, in their notices."""

from __future__ import annotations

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils import timezone

from accounts.models import Notification
from accounts.models.notifications import Kind
from accounts.notices import tell
from kb.models import Document

AT_ONCE = 200


@transaction.atomic
def remind() -> int:
    """Tell the owners who have not been told; returns how many documents were due. The sweep calls it."""
    told = Notification.objects.annotate(
        document=KeyTextTransform("document", "params"), day=KeyTextTransform("review_on", "params")
    ).filter(
        kind=Kind.DOCUMENT_REVIEW,
        user=OuterRef("owner"),
        document=Cast(OuterRef("pk"), CharField()),
        day=Cast(OuterRef("review_on"), CharField()),
    )
    due = Document.objects.kept().filter(~Exists(told), review_on__lte=timezone.localdate(), owner__is_active=True)
    rows = list(due.select_related("owner").select_for_update(of=("self",), skip_locked=True)[:AT_ONCE])
    for row in rows:
        day = row.review_on.isoformat() if row.review_on else ""
        url = f"/library/documents/{row.pk}/"
        tell(row.owner, Kind.DOCUMENT_REVIEW, url=url, title=row.title, document=row.pk, review_on=day)
    return len(rows)
