"""A person's conversations as the side bar shows them: pinned, today, the last seven days, then by month."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from kb.models import Conversation
from kb.models.chat import Channel
from kb.normalise import normalise

SHOWN = 60
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Shelf:
    """Conversations under one heading."""

    heading: str
    conversations: list[Conversation] = field(default_factory=list)


def kept(user: User) -> QuerySet[Conversation]:
    """This person's conversations of the portal that are not deleted, latest first. Inside `as_user`."""
    return Conversation.objects.visible_to(user).filter(channel=Channel.PORTAL, deleted_at=None)


def matching(conversations: QuerySet[Conversation], words: str) -> QuerySet[Conversation]:
    """Those with every word in the title or in a question."""
    for word in normalise(words).split():
        conversations = conversations.filter(Q(title__icontains=word) | Q(questions__text__icontains=word))
    return conversations.distinct()


def shelves(user: User, words: str = "", most: int = SHOWN) -> list[Shelf]:
    """The latest conversations by day; the pinned ones stand first. Inside `as_user`."""
    found = matching(kept(user), words) if words.strip() else kept(user)
    return shelved(found.order_by("-pinned", "-updated_at")[:most], timezone.localdate())


def shelved(conversations: Iterable[Conversation], today: date) -> list[Shelf]:
    """Conversations in their order, under headings."""
    rows: list[Shelf] = []
    for each in conversations:
        heading = _heading(each, today)
        if not rows or rows[-1].heading != heading:
            rows.append(Shelf(heading))
        rows[-1].conversations.append(each)
    return rows


def _heading(conversation: Conversation, today: date) -> str:
    if conversation.pinned:
        return _("Pinned")
    last = timezone.localtime(conversation.updated_at).date()
    if last >= today:
        return _("Today")
    if last > today - WEEK:
        return _("Last 7 days")
    return date_format(last, "F" if last.year == today.year else "YEAR_MONTH_FORMAT")
