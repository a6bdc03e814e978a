"""Setting a password: the only place that does it."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import sessions, signin
from accounts.errors import BadRequest, NotThere
from accounts.models import AuditEvent, PasswordLink, User
from accounts.models.links import Purpose


class WeakPassword(BadRequest):
    """The password is too short, too common or too near to the person's name."""

    code = "weak_password"

    def __init__(self, messages: list[str]) -> None:
        super().__init__(" ".join(messages))
        self.messages = messages


def check(password: str, user: User) -> None:
    """Raise WeakPassword, with a sentence for each thing that is wrong."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise WeakPassword(list(error.messages)) from error


@transaction.atomic
def change(user: User, password: str, *, address: str | None = None, keep_session: str | None = None) -> None:
    """Give a person the password that they chose; their other sessions end, and open links with it."""
    _set(user, password)
    AuditEvent.record(user, "password.change", user, address=address)
    sessions.end_all(user, actor=user, but=keep_session)
    PasswordLink.objects.filter(user=user, used_at=None).delete()


@transaction.atomic
def choose(secret: str, password: str, *, address: str | None = None) -> User:
    """Use a link: set the password, end all sessions, open a locked door. Raises NotThere for a link that does not count."""
    link = (
        PasswordLink.objects.usable().by_secret(secret).select_for_update(of=("self",)).select_related("user").first()
    )
    if link is None:
        raise NotThere(_("This link has been used, has expired or was replaced by a newer one."))
    _set(link.user, password)
    PasswordLink.objects.filter(pk=link.pk).update(used_at=timezone.now())
    action = "password.invited" if link.purpose == Purpose.INVITE else "password.reset"
    AuditEvent.record(link.user, action, link.user, address=address)
    sessions.end_all(link.user, actor=link.user)
    signin.unlock(link.user, actor=link.user)
    return link.user


def _set(user: User, password: str) -> None:
    check(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
