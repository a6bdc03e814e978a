"""Why an answer could not be finished, in words: what happened, what is safe, what to do."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from kb.models import Answer
from kb.models.chat import AnswerState


@dataclass(frozen=True, slots=True)
class Failure:
    """What is told under an answer that failed. `kept`: some of it was written, and nobody checked it."""

    title: str
    text: str
    retryable: bool
    kept: bool


def failure_of(answer: Answer) -> Failure | None:
    """The failure of an answer, or None for one that ended well."""
    if answer.state != AnswerState.FAILED:
        return None
    kept = bool(answer.draft.strip())
    title = _("The answer broke off") if kept else _("There is no answer")
    return Failure(
        title, _text(answer), answer.error not in _FINAL and answer.error_params.get("retryable", True), kept
    )


_FINAL = {"access_revoked", "empty_question", "question_too_long", "prompt_too_long"}


def _text(answer: Answer) -> str:
    known = {
        "interrupted": _("Maru was restarted while it wrote. Ask again."),
        "broken": _("Something went wrong in Maru. Ask again; if it happens again, tell your admin."),
        "nobody_reads": _("Nobody had the page open, so Maru stopped writing."),
        "stopped": _("You stopped it before the first word."),
        "ended": _("The answer was ended elsewhere."),
        "access_revoked": _("A source of this answer may no longer be read by you, so it was taken back."),
        "answer_timeout": _("The model took too long. Ask again, or read what was found."),
    }
    return known.get(answer.error) or str(answer.error_params.get("message") or known["broken"])
