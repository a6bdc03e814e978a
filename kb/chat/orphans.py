"""Answers whose producer died: what there is stays, marked as partial. Workers look for them at each sweep."""

from __future__ import annotations

from django.utils import timezone

from kb.chat.records import OPEN
from kb.models import Answer
from kb.models.chat import AnswerState


def end_orphans() -> int:
    """End answers whose lease ran out; returns how many."""
    dead = Answer.objects.filter(state__in=OPEN, lease_until__lt=timezone.now())
    return dead.update(state=AnswerState.FAILED, error="interrupted", stage="", finished_at=timezone.now())
