"""People in the console: made, invited, moved, suspended; and what they can read, and why."""

from __future__ import annotations

import re

from django.test import Client
from django.urls import reverse

from accounts.access import readable_audiences
from accounts.models import ApiToken, AuditEvent, Membership, User
from tests.cast import Cast
from tests.kb.admin.conftest import House, signed_in

LIST = "admin:accounts_user_changelist"


def form_of(user: User, memberships: list[Membership], **changed: object) -> dict:
    """What the page of a person posts."""
    values: dict[str, object] = {"name": user.name, "email": user.email, "language": user.language}
    if user.is_superuser:
        values["is_superuser"] = "on"
    values |= {"memberships-TOTAL_FORMS": len(memberships), "memberships-INITIAL_FORMS": len(memberships)}
    for place, each in enumerate(memberships):
        values |= {
            f"memberships-{place}-id": each.pk,
            f"memberships-{place}-user": user.pk,
            f"memberships-{place}-department": each.department_id,
            f"memberships-{place}-role": each.role,
        }
    return values | changed


def change(admin: Client, user: User, **changed: object):
    address = reverse("admin:accounts_user_change", args=[user.pk])
    return admin.post(address, form_of(user, list(user.current_memberships()), **changed), follow=True)


def do(admin: Client, user: User, name: str):
    return admin.post(reverse("admin:accounts_user_do", args=[user.pk, name]), follow=True)


def test_a_new_person_is_invited_by_a_link_that_is_shown_once(admin: Client, cast: Cast):
    address = reverse("admin:accounts_user_add")
    answer = admin.post(
        address,
        {
            "username": "yuna",
            "name": "최유나",
            "email": "",
            "language": "ko",
            "department": cast.hr.pk,
            "role": "editor",
        },
        follow=True,
    )
    assert answer.status_code == 200
    made = User.objects.get(username="yuna")
    assert (made.has_usable_password(), made.is_superuser, made.is_staff) == (False, False, False)
    assert made.current_memberships().get().role == "editor"
    link = re.search(r"https?://[^<\s]+/accounts/link/[^<\s]+/", answer.content.decode())
    assert link is not None
    assert Client().get(re.sub(r"https?://[^/]+", "", link.group())).status_code == 200
    assert AuditEvent.objects.filter(action="person.create", actor="admin", thing_id=str(made.pk)).count() == 1


def test_names_and_addresses_that_are_taken_are_said(admin: Client, cast: Cast):
    answer = admin.post(
        reverse("admin:accounts_user_add"),
        {"username": "HANA", "name": "x", "email": "Minsu@hanbit.example", "language": "ko", "role": "employee"},
    )
    told = answer.content.decode()
    assert "Somebody signs in with this name already." in told
    assert "Somebody has this mail address already." in told
    assert User.objects.count() == 5


def test_memberships_begin_change_and_end_with_their_records(admin: Client, cast: Cast):
    held = Membership.objects.get(user=cast.minsu)
    change(
        admin,
        cast.minsu,
        **{
            "memberships-TOTAL_FORMS": 2,
            "memberships-0-role": "manager",
            "memberships-1-id": "",
            "memberships-1-user": cast.minsu.pk,
            "memberships-1-department": cast.hr.pk,
            "memberships-1-role": "employee",
        },
    )
    held.refresh_from_db()
    assert held.role == "manager"
    assert cast.hr_private.audience_id in readable_audiences(cast.minsu)
    change(admin, cast.minsu, **{"memberships-1-DELETE": "on"})
    ended = Membership.objects.get(user=cast.minsu, department=cast.hr)
    assert ended.ended_at is not None
    assert cast.hr_private.audience_id not in readable_audiences(cast.minsu)
    actions = AuditEvent.objects.filter(thing_id=str(cast.minsu.pk)).order_by("pk").values_list("action", flat=True)
    assert [each for each in actions if each.startswith("membership")] == [
        "membership.begin",
        "membership.role",
        "membership.end",
    ]


def test_the_same_department_twice_is_refused_and_nothing_is_half_saved(admin: Client, cast: Cast):
    answer = change(
        admin,
        cast.minsu,
        name="다른 이름",
        **{
            "memberships-TOTAL_FORMS": 2,
            "memberships-1-id": "",
            "memberships-1-user": cast.minsu.pk,
            "memberships-1-department": cast.finance.pk,
            "memberships-1-role": "employee",
        },
    )
    assert answer.status_code == 200
    cast.minsu.refresh_from_db()
    assert (cast.minsu.name, cast.minsu.memberships.count()) == ("이민수", 1)


def test_suspending_ends_sessions_and_tokens_at_once(admin: Client, cast: Cast):
    theirs = Client()
    theirs.force_login(cast.minsu)
    _token, secret = ApiToken.issue(cast.minsu, "x", None)
    program = Client(HTTP_AUTHORIZATION=f"Bearer {secret}")
    assert program.get("/api/v1/collections/").status_code == 200
    answer = do(admin, cast.minsu, "suspend")
    assert "is suspended" in answer.content.decode()
    assert program.get("/api/v1/collections/").status_code == 401
    assert theirs.get("/api/v1/collections/").status_code == 401
    do(admin, cast.minsu, "reinstate")
    cast.minsu.refresh_from_db()
    assert cast.minsu.is_active
    assert program.get("/api/v1/collections/").status_code == 401


def test_many_are_suspended_at_once_and_oneself_is_not(admin: Client, cast: Cast):
    chosen = [cast.minsu.pk, cast.suji.pk, cast.admin.pk]
    answer = admin.post(reverse(LIST), {"action": "suspend_people", "_selected_action": chosen}, follow=True)
    told = answer.content.decode()
    assert "2 people are suspended." in told
    assert "You cannot suspend yourself." in told
    assert set(User.objects.filter(is_active=False)) == {cast.minsu, cast.suji}


def test_buttons_are_forms_and_only_those_that_are_shown_can_be_pressed(admin: Client, cast: Cast):
    address = reverse("admin:accounts_user_do", args=[cast.minsu.pk, "suspend"])
    assert admin.get(address).status_code == 405
    assert do(admin, cast.minsu, "reinstate").status_code == 404
    assert do(admin, cast.minsu, "get_queryset").status_code == 404
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.admin)
    assert strict.post(address).status_code == 403
    cast.minsu.refresh_from_db()
    assert cast.minsu.is_active


def test_nobody_takes_the_console_from_themselves(admin: Client, cast: Cast):
    change(admin, cast.admin, **{"is_superuser": ""})
    cast.admin.refresh_from_db()
    assert cast.admin.is_superuser


def test_another_becomes_admin_with_a_record(admin: Client, cast: Cast):
    change(admin, cast.hana, is_superuser="on")
    cast.hana.refresh_from_db()
    assert (cast.hana.is_superuser, cast.hana.is_staff) == (True, True)
    assert AuditEvent.objects.filter(action="person.admin", thing_id=str(cast.hana.pk)).exists()


def test_mass_assignment_changes_nothing_that_the_form_does_not_have(admin: Client, cast: Cast):
    change(admin, cast.minsu, username="root", password="x", is_staff="on", is_active="", user_permissions="1")
    cast.minsu.refresh_from_db()
    assert (cast.minsu.username, cast.minsu.is_staff, cast.minsu.is_active) == ("minsu", False, True)
    assert cast.minsu.check_password("correct horse battery")


def test_the_page_of_access_says_what_and_why(admin: Client, cast: Cast, house: House):
    told = admin.get(reverse("admin:accounts_user_access", args=[cast.hana.pk])).content.decode()
    assert "everyone at the company" in told
    assert "member of HR" in told
    assert "인사팀 자료" in told and "재무팀 자료" not in told
    assert admin.get(reverse("admin:accounts_user_access", args=[987654])).status_code == 404


def test_the_page_of_readers_names_them(admin: Client, cast: Cast, house: House):
    told = admin.get(reverse("admin:accounts_audience_readers", args=[cast.hr_private.audience_id])).content.decode()
    assert "1 person can read it now." in told
    assert "김하나" in told and "이민수" not in told


def test_a_link_for_somebody_who_forgot_is_shown_once(admin: Client, cast: Cast):
    answer = do(admin, cast.minsu, "link")
    assert "/accounts/link/" in answer.content.decode()
    again = admin.get(reverse("admin:accounts_user_change", args=[cast.minsu.pk]))
    assert "/accounts/link/" not in again.content.decode()


def test_a_locked_door_is_opened(admin: Client, cast: Cast):
    for _ in range(6):
        Client().post("/accounts/login/", {"login": "minsu", "password": "wrong"})
    page = admin.get(reverse("admin:accounts_user_change", args=[cast.minsu.pk])).content.decode()
    assert "Unlock sign-in" in page
    do(admin, cast.minsu, "unlock")
    page = admin.get(reverse("admin:accounts_user_change", args=[cast.minsu.pk])).content.decode()
    assert "Unlock sign-in" not in page


def test_departments_stand_in_their_tree(admin: Client, cast: Cast):
    told = admin.get(reverse("admin:accounts_department_changelist")).content.decode()
    places = [told.index(name) for name in ("개발팀", "경영지원본부", "인사팀", "재무팀", "영업팀")]
    assert told.count("console-depth-1") == 2
    assert places[1] < places[2] < places[3]


def test_a_department_cannot_lie_below_itself(admin: Client, cast: Cast):
    address = reverse("admin:accounts_department_change", args=[cast.hr.parent_id])
    answer = admin.post(address, {"name": "본부", "name_en": "", "slug": "office", "parent": cast.hr.pk})
    assert answer.status_code == 200
    assert "A department cannot lie below itself." in answer.content.decode()


def test_a_search_finds_people(admin: Client, cast: Cast):
    told = admin.get(reverse(LIST), {"q": "minsu"}).content.decode()
    assert "이민수" in told and "김하나" not in told
    told = admin.get(reverse(LIST), {"department": cast.finance.pk}).content.decode()
    assert "이민수" in told and "김하나" not in told


def test_an_editor_does_nothing_of_it(cast: Cast):
    client = signed_in(cast.hana)
    for name in ("suspend", "link", "unlock", "reinstate"):
        assert do(client, cast.minsu, name).status_code == 404
    cast.minsu.refresh_from_db()
    assert cast.minsu.is_active
