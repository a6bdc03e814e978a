"""Every rule of who may see what. Nothing else in Maru decides it.

`readable_audiences(user)` is the one definition of reading. It feeds the ORM's `visible_to`, the search statement, and,
through `as_user`, the row-level security of the database, so that a forgotten filter shows nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import MaruError, NotThere
from accounts.models import Department, Membership, User
from accounts.models.people import Role

_MANAGING_ROLES = (Role.EDITOR, Role.MANAGER)

# Departments that count as one's own for an audience: the membership's, and for grants "with those below" its ancestors.
_READABLE = """
with recursive mine as (
    select m.department_id as id, true as direct from accounts_membership m
    join accounts_user u on u.id = m.user_id
    where m.user_id = %(user)s and m.ended_at is null and u.is_active
), above as (
    select id from mine
    union
    select d.parent_id from accounts_department d join above a on d.id = a.id where d.parent_id is not null
)
select a.id from accounts_audience a
where exists (select 1 from accounts_user u where u.id = %(user)s and u.is_active) and (
    a.everyone
    or exists (select 1 from accounts_audienceperson p where p.audience_id = a.id and p.user_id = %(user)s)
    or exists (
        select 1 from accounts_audiencedepartment g
        where g.audience_id = a.id
          and (g.department_id in (select id from mine)
               or (g.below and g.department_id in (select id from above)))
    )
)
order by a.id
"""

# The same rule from the other side: the people whom one audience lets read. A test holds the two together.
_READERS = """
with recursive own as (
    select g.department_id as id, g.below from accounts_audiencedepartment g where g.audience_id = %(audience)s
), down as (
    select id from own where below
    union
    select d.id from accounts_department d join down on d.parent_id = down.id
)
select u.id from accounts_user u
where u.is_active and (
    exists (select 1 from accounts_audience a where a.id = %(audience)s and a.everyone)
    or exists (select 1 from accounts_audienceperson p where p.audience_id = %(audience)s and p.user_id = u.id)
    or exists (
        select 1 from accounts_membership m
        where m.user_id = u.id and m.ended_at is null
          and (m.department_id in (select id from own) or m.department_id in (select id from down))
    )
)
"""

_MANAGED = """
with recursive down as (
    select m.department_id as id from accounts_membership m
    join accounts_user u on u.id = m.user_id
    where m.user_id = %(user)s and m.ended_at is null and m.role = any(%(roles)s) and u.is_active
    union
    select d.id from accounts_department d join down on d.parent_id = down.id
)
select id from down order by id
"""


class OutsideAsUser(MaruError):
    """Company text was about to be read outside `as_user`: a mistake of ours."""

    code = "outside_as_user"


class NestedAsUser(MaruError):
    """`as_user` was entered for a second person inside the first one's block: a mistake of ours."""

    code = "nested_as_user"


@dataclass(frozen=True, slots=True)
class Access:
    """What one person may do now: audiences they may read, departments whose collections they manage."""

    user_id: int
    audiences: tuple[int, ...]
    departments: tuple[int, ...]
    admin: bool


def readable_audiences(user: User) -> list[int]:
    """Ids of the audiences that let this person read now. A suspended person reads nothing."""
    with connection.cursor() as cursor:
        cursor.execute(_READABLE, {"user": user.pk})
        return [row[0] for row in cursor.fetchall()]


def readers_of(audience_id: int) -> models.QuerySet[User]:
    """The people whom an audience lets read now; for the console's "who can read this"."""
    with connection.cursor() as cursor:
        cursor.execute(_READERS, {"audience": audience_id})
        return User.objects.filter(pk__in=[row[0] for row in cursor.fetchall()])


def managed_departments(user: User) -> list[int]:
    """Ids of the departments whose collections this person manages: those of their editor or manager roles, and below.

    An admin manages all of them. Managing shows titles and states; it never lets anyone read text.
    """
    if user.is_superuser:
        return list(Department.objects.filter(**_if_active(user)).values_list("id", flat=True).order_by("id"))
    with connection.cursor() as cursor:
        cursor.execute(_MANAGED, {"user": user.pk, "roles": [str(role) for role in _MANAGING_ROLES]})
        return [row[0] for row in cursor.fetchall()]


def _if_active(user: User) -> dict[str, object]:
    return {} if User.objects.filter(pk=user.pk, is_active=True).exists() else {"pk__in": []}


# One look at everything: as_user comes many times a second, and each statement is a way to the database and back.
_ACCESS = f"""
select u.is_superuser, array({_READABLE}),
       case when u.is_superuser then array(select id from accounts_department order by id) else array({_MANAGED}) end
from accounts_user u where u.id = %(user)s and u.is_active
"""  # noqa: S608 - our own statements


def access_of(user: User) -> Access:
    """What this person may do now: inside `as_user` what it began with, which row-level security goes by too; else afresh."""
    held = _current.get()
    if held is not None and held.user_id == user.pk:
        return held
    return _look_up(user) or Access(user.pk, (), (), False)


def _look_up(user: User) -> Access | None:
    """What this person may do now; None for one who is suspended or gone."""
    with connection.cursor() as cursor:
        cursor.execute(_ACCESS, {"user": user.pk, "roles": [str(role) for role in _MANAGING_ROLES]})
        row = cursor.fetchone()
    return Access(user.pk, tuple(row[1]), tuple(row[2]), row[0]) if row else None


_current: ContextVar[Access | None] = ContextVar("maru_access", default=None)


@contextmanager
def as_user(user: User) -> Iterator[Access]:
    """A short transaction in which the database shows what `user` may see, and nothing else.

    Every read of company text happens inside; outside it the database raises an error. Keep it short: never around a
    model's answer. Raises NotThere for a person who is suspended or gone.
    """
    held = _current.get()
    if held is not None and held.user_id == user.pk:
        yield held
        return
    if held is not None:
        raise NestedAsUser(_("A second person was acted for inside the first one's block."))
    with transaction.atomic():
        access = _look_up(user)
        if access is None:
            raise NotThere(_("This person may not sign in."))
        _tell_database(access)
        token = _current.set(access)
        try:
            yield access
        finally:
            _current.reset(token)
            _tell_database(None)


@contextmanager
def own_rows(user: User) -> Iterator[None]:
    """A short transaction that sees this person's own rows (conversations, answers) and no document.

    For writes that come many times a second between two full looks by `as_user`; it asks nothing of the database first.
    """
    with transaction.atomic():
        _tell_database(Access(user.pk, (), (), False))
        try:
            yield
        finally:
            _tell_database(None)


def _tell_database(access: Access | None) -> None:
    """Set the settings that the row-level policies read, for the rest of the transaction."""
    if access is None and connection.needs_rollback:
        return  # the transaction is lost, and its settings with it
    values = (
        ("maru.user", str(access.user_id) if access else ""),
        ("maru.audiences", _array(access.audiences) if access else ""),
        ("maru.departments", _array(access.departments) if access else ""),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "select " + ", ".join(["set_config(%s, %s, true)"] * len(values)),
            [part for pair in values for part in pair],
        )


def _array(ids: Sequence[int]) -> str:
    return "{" + ",".join(map(str, ids)) + "}"


def current_access() -> Access:
    """The access of the `as_user` block that we are in."""
    access = _current.get()
    if access is None:
        raise OutsideAsUser(_("Company text is read only inside as_user."))
    return access


def may_manage(user: User, department: Department) -> bool:
    """Whether this person manages the collections of `department`."""
    return department.pk in managed_departments(user)


@dataclass(frozen=True, slots=True)
class Grant:
    """Why somebody may read: the audience and, in words, the grant inside it."""

    audience_id: int
    audience: str
    why: str


def why_readable(user: User) -> list[Grant]:
    """For each audience that this person may read, the grants that let them; for the console's effective-access page."""
    from accounts.models import Audience

    grants: list[Grant] = []
    mine = {m.department_id: m.department for m in user.current_memberships()}
    for audience in Audience.objects.filter(pk__in=readable_audiences(user)).prefetch_related("departments", "people"):
        grants += [Grant(audience.pk, audience.name, why) for why in _reasons(audience, user, mine)]
    return grants


def _reasons(audience: models.Model, user: User, mine: dict[int, Department]) -> Iterator[str]:
    if audience.everyone:  # type: ignore[attr-defined]
        yield str(_("everyone at the company"))
    if any(person.user_id == user.pk for person in audience.people.all()):  # type: ignore[attr-defined]
        yield str(_("named in person"))
    for grant in audience.departments.select_related("department"):  # type: ignore[attr-defined]
        for department in mine.values():
            if department.pk == grant.department_id:
                yield str(_("member of %(department)s") % {"department": department})
            elif grant.below and _lies_below(department, grant.department_id):
                yield str(
                    _("%(department)s lies below %(granted)s") % {"department": department, "granted": grant.department}
                )


def _lies_below(department: Department, ancestor_id: int) -> bool:
    above = department.parent
    while above is not None:
        if above.pk == ancestor_id:
            return True
        above = above.parent
    return False


def revoke_membership(membership: Membership) -> None:
    """End a membership now; it counts no more from the next query on."""
    from django.utils import timezone

    Membership.objects.filter(pk=membership.pk, ended_at=None).update(ended_at=timezone.now())
