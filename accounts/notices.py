"""Telling people: a row for the bell, and a mail where SMTP is set.

A row keeps its kind and parameters; the sentence is made when it is read, in the reader's language. Mail goes out some
minutes later for what is still unread by then, all of it in one letter, so that a hundred files do not make a hundred mails.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_q.models import Schedule

from accounts import mail
from accounts.models import Notification, User
from accounts.models.notifications import Kind
from accounts.requests import site_url

WAIT = timedelta(minutes=3)
MOST_IN_A_LETTER = 50


def tell(user: User | None, kind: Kind | str, *, url: str = "", **params: object) -> Notification | None:
    """Add a notice, in the caller's transaction. Nobody to tell: nothing happens."""
    if user is None:
        return None
    notice = Notification.objects.create(user=user, kind=Kind(kind), url=url, params=params)
    if mail.is_set() and user.email:
        _plan_letter(user)
    return notice


def sentence(notice: Notification) -> str:
    """What a notice says, in the language of now."""
    title = str(notice.params.get("title", ""))
    match notice.kind:
        case Kind.DOCUMENT_READY:
            return _("“%(title)s” can be asked about now.") % {"title": title}
        case Kind.DOCUMENT_FAILED:
            return _("“%(title)s” could not be read.") % {"title": title}
        case Kind.DOCUMENT_REVIEW:
            return _("It is time to look at “%(title)s” again.") % {"title": title}
        case Kind.FEEDBACK_ANSWERED:
            return _("Your feedback was answered.")
        case _other:
            return _("A session of yours was ended.")


def unread(user: User) -> int:
    """How many notices this person has not read."""
    return Notification.objects.filter(user=user, read_at=None).count()


def mark_read(user: User, ids: Iterable[int] | None = None) -> int:
    """Mark a person's notices as read, all of them or those; returns how many were."""
    mine = Notification.objects.filter(user=user, read_at=None)
    return (mine if ids is None else mine.filter(pk__in=ids)).update(read_at=timezone.now())


def _plan_letter(user: User) -> None:
    """One letter a person is planned at a time; the queue's schedule carries it, in the caller's transaction."""
    name = f"letter {user.pk}"
    if not Schedule.objects.filter(name=name).exists():
        Schedule.objects.create(
            name=name,
            func="accounts.notices.mail_unread",
            args=str(user.pk),
            schedule_type=Schedule.ONCE,
            repeats=-1,  # the row goes when it has run
            next_run=timezone.now() + WAIT,
        )


def mail_unread(user_id: int) -> int:
    """Mail a person what they have not read and were not mailed yet; the queue's entry. Returns how many notices."""
    user = User.objects.filter(pk=user_id, is_active=True).exclude(email="").first()
    if user is None or not mail.is_set():
        return 0
    fresh = _taken(user)
    if fresh:
        with translation.override(user.language):
            subject, text = _letter(fresh)
        try:
            mail.send(user, subject, text)
        except mail.MailUnavailable:
            Notification.objects.filter(pk__in=[notice.pk for notice in fresh]).update(mailed_at=None)
            raise
    return len(fresh)


@transaction.atomic
def _taken(user: User) -> list[Notification]:
    """The notices for one letter, marked before it goes: rather no letter than two."""
    waiting = Notification.objects.filter(user=user, read_at=None, mailed_at=None).order_by("id")
    fresh = list(waiting.select_for_update(skip_locked=True))
    Notification.objects.filter(pk__in=[notice.pk for notice in fresh]).update(mailed_at=timezone.now())
    return fresh


def _letter(notices: list[Notification]) -> tuple[str, str]:
    subject = ngettext("Maru: %(count)s notice", "Maru: %(count)s notices", len(notices)) % {"count": len(notices)}
    shown = notices[:MOST_IN_A_LETTER]
    lines = [f"- {sentence(notice)}\n  {site_url()}{notice.url}" for notice in shown]
    if len(notices) > len(shown):
        lines.append(_("… and %(count)s more.") % {"count": len(notices) - len(shown)})
    return subject, "\n".join(lines) + "\n"
