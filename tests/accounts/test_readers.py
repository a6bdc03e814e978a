"""Who can read this: the same rule as what somebody can read, from the other side."""

from __future__ import annotations

from itertools import product

from accounts.access import readable_audiences, readers_of
from accounts.models import Audience, AudienceDepartment, AudiencePerson, Membership, User
from accounts.people import suspend
from accounts.roles import change_role, join, leave
from tests.cast import Cast


def both_sides_agree() -> None:
    for audience, user in product(Audience.objects.all(), User.objects.all()):
        assert (audience.pk in readable_audiences(user)) == readers_of(audience.pk).filter(pk=user.pk).exists(), (
            audience,
            user,
        )


def test_the_rule_is_one_seen_from_either_side(cast: Cast):
    below = Audience.objects.create(name="경영지원본부와 아래")
    AudienceDepartment.objects.create(audience=below, department=cast.hr.parent, below=True)
    only = Audience.objects.create(name="경영지원본부만")
    AudienceDepartment.objects.create(audience=only, department=cast.hr.parent, below=False)
    named = Audience.objects.create(name="수지")
    AudiencePerson.objects.create(audience=named, user=cast.suji)
    Audience.objects.create(name="아무도")
    both_sides_agree()
    assert set(readers_of(below.pk)) == {cast.hana, cast.minsu}
    assert set(readers_of(only.pk)) == set()
    join(cast.suji, cast.hr.parent, "employee", actor=cast.admin)
    both_sides_agree()
    assert set(readers_of(only.pk)) == {cast.suji}
    leave(Membership.objects.get(user=cast.hana), actor=cast.admin)
    suspend(cast.minsu, actor=cast.admin)
    both_sides_agree()
    assert set(readers_of(below.pk)) == {cast.suji}


def test_a_role_changes_nothing_about_reading(cast: Cast):
    before = readable_audiences(cast.minsu)
    change_role(Membership.objects.get(user=cast.minsu), "manager", actor=cast.admin)
    assert readable_audiences(cast.minsu) == before
    both_sides_agree()
