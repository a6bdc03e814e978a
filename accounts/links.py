"""Handing out links to choose a password: shown once to whoever asked for one, and mailed where mail is set."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from accounts import mail
from accounts.models import AuditEvent, PasswordLink, User
from accounts.models.links import LIFETIMES, Purpose
from accounts.requests import site_url

PAUSE = timedelta(minutes=5)  # between two mails that somebody asks for at the door


@transaction.atomic
def hand_out(user: User, purpose: Purpose | None = None, *, actor: User | None) -> str:
    """Make a link for a person and return its address, which cannot be shown again. The one before it stops working.

    Without a purpose it is an invitation until the person has a password, and a reset after that.
    """
    purpose = purpose or (Purpose.RESET if user.has_usable_password() else Purpose.INVITE)
    _link, secret = PasswordLink.issue(user, purpose, actor=actor)
    AuditEvent.record(actor, "password.link", user, purpose=str(purpose))
    return site_url() + reverse("password_link", args=[secret])


def invite(user: User, *, actor: User | None) -> str | None:
    """Invite a person: by mail where that can be, which returns None, or else by the address that is returned."""
    if mail.is_set() and user.email:
        async_task("accounts.links.mail_link", user.pk, str(Purpose.INVITE), actor.pk if actor else 0)
        return None
    return hand_out(user, Purpose.INVITE, actor=actor)


def ask_for_mail(user: User | None) -> None:
    """Have a reset link mailed to somebody who asked at the door. For nobody the same is done, to no effect."""
    async_task("accounts.links.mail_link", user.pk if user else 0, str(Purpose.RESET), 0)


def mail_link(user_id: int, purpose: str, actor_id: int = 0) -> bool:
    """Make a link and mail it; the queue's entry. The secret is made here, so that no queued row ever holds one."""
    user = User.objects.filter(pk=user_id, is_active=True).exclude(email="").first()
    if user is None or not mail.is_set() or (not actor_id and _mailed_lately(user)):
        return False
    with translation.override(user.language):
        address = hand_out(user, Purpose(purpose), actor=User.objects.filter(pk=actor_id).first())
        mail.send(user, *_letter(user, Purpose(purpose), address))
    return True


def _mailed_lately(user: User) -> bool:
    return PasswordLink.objects.filter(user=user, created_by=None, created_at__gt=timezone.now() - PAUSE).exists()


def _letter(user: User, purpose: Purpose, address: str) -> tuple[str, str]:
    days = LIFETIMES[purpose].days
    if purpose == Purpose.INVITE:
        subject = _("Maru: choose your password")
        first = _("You can use Maru now. Your user name is %(username)s.") % {"username": user.username}
    else:
        subject = _("Maru: choose a new password")
        first = _("Somebody asked for a new password for %(username)s. If it was not you, do nothing.") % {
            "username": user.username
        }
    last = (
        _("The link works once, for %(days)s days.") % {"days": days}
        if days > 1
        else _("The link works once, for a day.")
    )
    return subject, f"{first}\n\n{address}\n\n{last}\n"
