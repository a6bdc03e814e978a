"""Telling owners that a document is due for review, once for each day of review."""

from __future__ import annotations

from django.utils import timezone

from accounts.models import Notification
from accounts.models.notifications import Kind
from accounts.notices import tell
from kb.models import Document


def remind() -> int:
    """Tell the owners of documents whose day of review has come; returns how many were told."""
    told = 0
    due = Document.objects.kept().filter(review_on__lte=timezone.localdate()).exclude(owner=None)
    for document in due.select_related("owner")[:200]:
        params = {"title": document.title, "day": document.review_on.isoformat() if document.review_on else ""}
        url = f"/library/documents/{document.pk}/"
        known = Notification.objects.filter(
            user=document.owner, kind=Kind.DOCUMENT_REVIEW, url=url, params__day=params["day"]
        )
        if not known.exists():
            tell(document.owner, Kind.DOCUMENT_REVIEW, url=url, **params)
            told += 1
    return told
