"""Memberships and admins: each change counts at once and leaves its record."""

from __future__ import annotations

import pytest

from accounts.access import managed_departments, readable_audiences
from accounts.models import AuditEvent, Membership
from accounts.people import NotOneself
from accounts.roles import AlreadyMember, change_role, join, leave, set_admin
from tests.cast import Cast


def events() -> list[tuple[str, str, str]]:
    rows = AuditEvent.objects.order_by("pk").values_list("actor", "action", "thing_id")
    return [row for row in rows if row[1].startswith(("membership", "person"))]


def test_joining_and_leaving_change_what_one_reads_at_once(cast: Cast):
    audience = cast.hr_private.audience_id
    membership = join(cast.suji, cast.hr, "employee", actor=cast.admin)
    assert audience in readable_audiences(cast.suji)
    leave(membership, actor=cast.admin)
    assert audience not in readable_audiences(cast.suji)
    assert Membership.objects.get(pk=membership.pk).ended_at is not None
    assert events() == [
        ("admin", "membership.begin", str(cast.suji.pk)),
        ("admin", "membership.end", str(cast.suji.pk)),
    ]


def test_one_is_in_a_department_once_and_may_come_back(cast: Cast):
    with pytest.raises(AlreadyMember):
        join(cast.hana, cast.hr, "employee", actor=cast.admin)
    leave(Membership.objects.get(user=cast.hana), actor=cast.admin)
    join(cast.hana, cast.hr, "employee", actor=cast.admin)
    assert cast.hana.memberships.count() == 2


def test_a_role_gives_and_takes_managing(cast: Cast):
    membership = Membership.objects.get(user=cast.minsu)
    change_role(membership, "editor", actor=cast.admin)
    assert cast.finance.pk in managed_departments(cast.minsu)
    change_role(membership, "editor", actor=cast.admin)
    assert [event[1] for event in events()] == ["membership.role"]


def test_an_admin_takes_the_console_from_others_only(cast: Cast):
    set_admin(cast.hana, True, actor=cast.admin)
    cast.hana.refresh_from_db()
    assert (cast.hana.is_superuser, cast.hana.is_staff) == (True, True)
    with pytest.raises(NotOneself):
        set_admin(cast.admin, False, actor=cast.admin)
    set_admin(cast.admin, False, actor=cast.hana)
    assert [event[1] for event in events()] == ["person.admin", "person.no_admin"]
