"""What a person is in which department, and who runs the console: every change with its record."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.access import revoke_membership
from accounts.errors import BadRequest
from accounts.models import AuditEvent, Department, Membership, User
from accounts.models.people import Role
from accounts.people import NotOneself


class AlreadyMember(BadRequest):
    """A person is in a department once."""

    code = "already_member"
    status = 409


@transaction.atomic
def join(user: User, department: Department, role: Role, *, actor: User) -> Membership:
    """Put a person into a department. Raises AlreadyMember."""
    try:
        with transaction.atomic():
            membership = Membership.objects.create(user=user, department=department, role=role)
    except IntegrityError as error:
        text = _("%(person)s is in %(department)s already.") % {"person": user, "department": department}
        raise AlreadyMember(text) from error
    AuditEvent.record(actor, "membership.begin", user, department=department.pk, role=str(role))
    return membership


@transaction.atomic
def change_role(membership: Membership, role: Role, *, actor: User) -> None:
    """Let a member do more, or less; from the next request on."""
    changed = Membership.objects.filter(pk=membership.pk, ended_at=None).exclude(role=role).update(role=role)
    if changed:
        department = membership.department_id
        AuditEvent.record(actor, "membership.role", membership.user, department=department, role=str(role))


@transaction.atomic
def leave(membership: Membership, *, actor: User) -> None:
    """End a membership now. The row stays, so that the past can be read."""
    revoke_membership(membership)
    AuditEvent.record(actor, "membership.end", membership.user, department=membership.department_id)


@transaction.atomic
def set_admin(user: User, admin: bool, *, actor: User) -> None:
    """Let a person run the console, or no more. Raises NotOneself for an admin who would shut themselves out."""
    if user.pk == actor.pk and not admin:
        raise NotOneself(_("You cannot take the console from yourself. Ask another admin."))
    if User.objects.filter(pk=user.pk).exclude(is_superuser=admin).update(is_superuser=admin, is_staff=admin):
        AuditEvent.record(actor, "person.admin" if admin else "person.no_admin", user)
