"""How reading a file can end without text: the reason is kept with the revision and the job, and people are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from accounts.notices import tell
from kb.models import Revision
from kb.models.documents import RevisionState

if TYPE_CHECKING:
    from kb.ingestion.pipeline import Task


class Rest(Exception):
    """The task ends here; the job goes on in the next one."""


class Unreadable(Exception):
    """The file gives no text, for this reason (kb/ingestion/readers/reasons.py)."""

    def __init__(self, reason: str, params: dict[str, Any]) -> None:
        super().__init__(reason)
        self.reason, self.params = reason, params


def settle(task: Task, error: Unreadable) -> None:
    """End the job with the file's reason. The revision before it stays in force."""
    with transaction.atomic():
        task.held.fail(error.reason, **error.params)
        Revision.objects.filter(pk=task.revision.pk).update(
            state=RevisionState.FAILED, reason=error.reason, reason_params=error.params
        )
        tell(
            task.revision.created_by,
            "document_failed",
            url=f"/library/documents/{task.revision.document_id}/",
            title=task.revision.document.title,
            reason=error.reason,
            reason_params=error.params,
        )


def tell_ready(task: Task) -> None:
    """Tell the person who uploaded it that the document can be asked about."""
    tell(
        task.revision.created_by,
        "document_ready",
        url=f"/library/documents/{task.revision.document_id}/",
        title=task.revision.document.title,
    )
