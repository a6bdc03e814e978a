"""Coming, staying away and going: what an admin does with a person as a whole."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import sessions
from accounts.errors import BadRequest
from accounts.models import ApiToken, AuditEvent, Department, Membership, PasswordLink, User
from accounts.models.people import Language, Role


class NotOneself(BadRequest):
    """An admin who would lock themselves out."""

    code = "not_oneself"
    status = 409


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person to be made. Without a department they read what everyone reads."""

    username: str
    name: str
    email: str = ""
    department: Department | None = None
    role: Role = Role.EMPLOYEE
    language: Language = Language.KOREAN
    admin: bool = False


@transaction.atomic
def make(person: NewPerson, *, actor: User | None) -> User:
    """Make a person who cannot sign in until they use a link (accounts/links.py)."""
    user = User(
        username=person.username,
        name=person.name,
        email=person.email,
        language=person.language,
        is_superuser=person.admin,
        is_staff=person.admin,
    )
    user.set_unusable_password()
    user.save()
    if person.department is not None:
        Membership.objects.create(user=user, department=person.department, role=person.role)
    AuditEvent.record(actor, "person.create", user, department=person.department and person.department.pk)
    return user


@transaction.atomic
def suspend(user: User, *, actor: User) -> None:
    """Shut a person out now: their sessions, tokens and open links end. Raises NotOneself."""
    if user.pk == actor.pk:
        raise NotOneself(_("You cannot suspend yourself. Ask another admin."))
    if User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
        user.is_active = False
        tokens = ApiToken.objects.filter(owner=user, revoked_at=None).update(revoked_at=timezone.now())
        PasswordLink.objects.filter(user=user, used_at=None).delete()
        ended = sessions.end_all(user, actor=actor)
        AuditEvent.record(actor, "person.suspend", user, tokens=tokens, sessions=ended)


@transaction.atomic
def reinstate(user: User, *, actor: User) -> None:
    """Let a suspended person in again, with the password that they had. Revoked tokens stay revoked."""
    if User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        user.is_active = True
        AuditEvent.record(actor, "person.reinstate", user)
