"""not found: say so, name the nearest documents that the person may read, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.access import as_user
from kb.chat.events import Finished
from kb.chat.phrases import NOT_FOUND
from kb.chat.retrieve import Sought
from kb.models.chat import Basis
from kb.retrieval.discover import collections_elsewhere

if TYPE_CHECKING:
    from kb.chat.answer import Ask


def not_found(ask: Ask, sought: Sought) -> Finished:
    """The answer that refuses. Collections that were made discoverable are named by id, never by a title of theirs."""
    language = ask.question.language
    with as_user(ask.user):
        elsewhere = collections_elsewhere(sought.found, day=ask.day)
    return Finished(
        text=NOT_FOUND[language],
        basis=Basis.NOT_FOUND,
        sentences=(),
        citations=(),
        language=language,
        found=sought.found,
        passages=sought.passages,
        query=sought.query,
        elsewhere=elsewhere,
    )
