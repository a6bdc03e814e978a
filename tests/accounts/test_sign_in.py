"""The door: who comes in, what it says, and that guessing ends after five tries, also a hundred at once."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connections
from django.test import Client
from django.utils import timezone

from accounts import people, signin
from accounts.models import AuditEvent, SignInAttempts, User
from tests.cast import PASSWORD, Cast

LOGIN = "/accounts/login/"
WRONG = "The user name or the password is not right"
LOCKED = "this door is locked"
HASHED: list[str] = []


class Counting(PBKDF2PasswordHasher):
    """Django's hasher, which counts how often it works."""

    iterations = 1000

    def encode(self, password, salt, iterations=None):
        HASHED.append("encode")
        return super().encode(password, salt, iterations)


@pytest.fixture(autouse=True)
def _quick_hashes(settings):
    settings.PASSWORD_HASHERS = [f"{__name__}.Counting"]
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def door(client: Client) -> Client:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def enter(client: Client, login: str, password: str = "wrong", **extra):
    return client.post(LOGIN, {"login": login, "password": password}, **extra)


def plain(response) -> str:
    """The page without what differs by request."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode())
    return re.sub(r"\{[^}]*X-CSRFToken[^}]*\}", "", text)


@pytest.mark.parametrize("login", ["hana", "HANA", " hana ", "hana@hanbit.example", "Hana@Hanbit.example"])
def test_people_come_in_by_name_or_mail_address_in_any_case(door: Client, cast: Cast, login: str):
    response = enter(door, login, PASSWORD)
    assert response.status_code == 302 and response["Location"] == "/"
    assert door.session["_auth_user_id"] == str(cast.hana.pk)
    event = AuditEvent.objects.get(action="sign_in")
    assert (event.actor_id, event.address) == (cast.hana.pk, "127.0.0.1")


def test_a_wrong_password_and_an_unknown_name_look_alike(door: Client, cast: Cast):
    known, unknown = plain(enter(door, "hana")), plain(enter(door, "haha"))
    assert WRONG in known
    assert known.replace("hana", "") == unknown.replace("haha", "")


@pytest.mark.parametrize("login", ["hana", "hana@hanbit.example", "nobody", "nobody@hanbit.example", "invited"])
def test_every_try_costs_one_look_at_a_password_whether_the_name_is_known_or_not(door: Client, cast: Cast, login: str):
    people.make(people.NewPerson("invited", "초대"), actor=None)
    cast.hana.set_password(PASSWORD)
    cast.hana.save()
    HASHED.clear()
    enter(door, login)
    assert HASHED == ["encode"]


@pytest.mark.parametrize("login", ["hana", "nobody"])
def test_after_five_wrong_tries_the_door_is_locked_and_says_until_when(door: Client, cast: Cast, login: str):
    for _each in range(4):
        assert WRONG in enter(door, login).content.decode()
    fifth = enter(door, login).content.decode()
    until = timezone.localtime(SignInAttempts.objects.get(locked_until__isnull=False).locked_until)
    assert LOCKED in fifth and f"{until:%H:%M}" in fifth
    HASHED.clear()
    assert LOCKED in enter(door, login, PASSWORD).content.decode()
    assert not HASHED, "a locked door looks at no password"
    assert "_auth_user_id" not in door.session


def test_a_lock_is_one_persons_and_name_and_mail_address_count_together(door: Client, cast: Cast):
    for login in ("hana", "hana@hanbit.example", "HANA", "hana", "hana"):
        enter(door, login)
    assert LOCKED in enter(door, "hana@hanbit.example", PASSWORD).content.decode()
    assert enter(door, "minsu", PASSWORD).status_code == 302


def test_the_lock_ends_after_ten_minutes_and_the_count_begins_anew(door: Client, cast: Cast):
    for _each in range(5):
        enter(door, "hana")
    SignInAttempts.objects.filter(user=cast.hana).update(locked_until=timezone.now() - timedelta(seconds=1))
    assert WRONG in enter(door, "hana").content.decode()
    assert enter(door, "hana", PASSWORD).status_code == 302


def test_wrong_tries_are_forgotten_after_the_window_and_after_coming_in(door: Client, cast: Cast):
    for _each in range(4):
        enter(door, "hana")
    SignInAttempts.objects.filter(user=cast.hana).update(since=timezone.now() - signin.WINDOW - timedelta(seconds=1))
    assert WRONG in enter(door, "hana").content.decode()
    assert enter(door, "hana", PASSWORD).status_code == 302
    for _each in range(4):
        assert WRONG in enter(Client(HTTP_ACCEPT_LANGUAGE="en"), "hana").content.decode()


def test_a_hundred_wrong_tries_at_once_get_five_looks_at_the_password(committed_cast: Cast):
    User.objects.get(pk=committed_cast.hana.pk).check_password(PASSWORD)  # the hash is the quick one from here on

    def guess(number: int) -> tuple[int, str]:
        try:
            response = enter(Client(HTTP_ACCEPT_LANGUAGE="en"), "hana", f"guess {number}")
            return response.status_code, response.content.decode()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(guess, range(100)))
    assert {status for status, _ in answers} == {200}
    assert AuditEvent.objects.filter(action="sign_in.failed").count() == 5
    assert AuditEvent.objects.filter(action="sign_in.locked").count() == 1
    assert sum(LOCKED in text for _, text in answers) >= 95
    assert LOCKED in enter(Client(HTTP_ACCEPT_LANGUAGE="en"), "hana", PASSWORD).content.decode()


def test_trying_many_names_locks_the_address_and_no_other(door: Client, cast: Cast, monkeypatch):
    monkeypatch.setattr(signin, "TRIES_AN_ADDRESS", 6)
    for number in range(6):
        enter(door, f"name{number}", REMOTE_ADDR="10.1.1.1")
    assert LOCKED in enter(door, "minsu", PASSWORD, REMOTE_ADDR="10.1.1.1").content.decode()
    assert enter(door, "minsu", PASSWORD, REMOTE_ADDR="10.1.1.2").status_code == 302


def test_one_customers_ipv6_addresses_count_as_one(door: Client, cast: Cast, monkeypatch):
    monkeypatch.setattr(signin, "TRIES_AN_ADDRESS", 3)
    for number in range(3):
        enter(door, f"name{number}", REMOTE_ADDR=f"2001:db8:1:1::{number}")
    assert LOCKED in enter(door, "minsu", PASSWORD, REMOTE_ADDR="2001:db8:1:1::ffff").content.decode()


def test_coming_in_does_not_count_against_the_address(door: Client, cast: Cast, monkeypatch):
    monkeypatch.setattr(signin, "TRIES_AN_ADDRESS", 3)
    for _each in range(5):
        assert enter(Client(), "minsu", PASSWORD).status_code == 302
    assert SignInAttempts.objects.get(key="address:127.0.0.1").failures == 0


def test_no_row_keeps_what_was_typed_for_a_name_that_nobody_has(door: Client, cast: Cast):
    enter(door, "my-secret-password")
    held = [*SignInAttempts.objects.values_list("key", flat=True), *map(str, AuditEvent.objects.values_list("detail"))]
    assert held and not any("my-secret-password" in each for each in held)


def test_an_admin_opens_a_locked_door(door: Client, cast: Cast):
    for _each in range(5):
        enter(door, "hana")
    assert [held.user for held in signin.locked_people()] == [cast.hana]
    assert signin.unlock(cast.hana, actor=cast.admin)
    assert enter(door, "hana", PASSWORD).status_code == 302
    assert AuditEvent.objects.filter(action="sign_in.unlocked", actor="admin").exists()
    assert not signin.unlock(cast.hana, actor=cast.admin)


def test_no_other_door_goes_around_the_lock(door: Client, cast: Cast):
    for _each in range(5):
        assert authenticate(None, username="admin", password="wrong") is None
    HASHED.clear()
    assert authenticate(None, username="admin", password=PASSWORD) is None
    assert not HASHED and signin.locked_until("admin", None) is not None
    assert authenticate(None, username="hana", password=PASSWORD) == cast.hana


def test_the_console_has_no_door_of_its_own(door: Client, cast: Cast):
    response = door.post("/admin/login/", {"username": "admin", "password": PASSWORD})
    assert response.status_code == 302 and response["Location"].startswith(LOGIN)
    assert "_auth_user_id" not in door.session


def test_a_suspended_person_is_told_so_only_with_the_right_password(door: Client, cast: Cast):
    people.suspend(cast.minsu, actor=cast.admin)
    assert WRONG in enter(door, "minsu").content.decode()
    response = enter(door, "minsu", PASSWORD)
    assert response["Location"] == "/accounts/inactive/"
    assert "_auth_user_id" not in door.session
    assert "suspended" in door.get("/accounts/inactive/").content.decode()


@pytest.mark.parametrize("path", ["signup", "email", "password/reset", "password/change", "reauthenticate", "3rdparty"])
def test_allauths_other_pages_are_not_there(door: Client, cast: Cast, path: str):
    door.force_login(cast.hana)
    assert door.get(f"/accounts/{path}/").status_code == 404


@pytest.mark.parametrize("login", ["", " ", "a" * 100_000, "x\0y", "ﷺ" * 40, "' or 1=1 --", "{{ 7*7 }}", "👍"])
def test_odd_names_get_an_answer(door: Client, cast: Cast, login: str):
    response = enter(door, login, PASSWORD)
    assert response.status_code == 200
    assert "49" not in re.findall(r'value="([^"]*)"', response.content.decode())


def test_an_endless_password_is_not_hashed(door: Client, cast: Cast):
    HASHED.clear()
    assert enter(door, "hana", "x" * 100_000).status_code == 200
    assert not HASHED


def test_the_way_back_stays_in_the_house(door: Client, cast: Cast):
    sent = {"login": "hana", "password": PASSWORD}
    assert door.post(LOGIN, {**sent, "next": "https://evil.example/"})["Location"] == "/"
    assert Client().post(LOGIN, {**sent, "next": "/library/"})["Location"] == "/library/"


def test_the_sign_in_page_is_not_kept_by_anybody(door: Client, cast: Cast):
    assert "no-store" in door.get(LOGIN)["Cache-Control"]


def test_signing_out_asks_and_is_kept_in_the_trail(door: Client, cast: Cast):
    door.force_login(cast.hana)
    assert door.get("/accounts/logout/").status_code == 200
    assert door.session["_auth_user_id"]
    door.post("/accounts/logout/")
    assert "_auth_user_id" not in door.session
    assert AuditEvent.objects.filter(action="sign_out", actor="hana").exists()


def test_the_language_is_chosen_at_the_door_and_kept_by_the_person(door: Client, cast: Cast):
    response = door.post("/accounts/language/", {"language": "ko", "next": LOGIN})
    assert response["Location"] == LOGIN and response.cookies["django_language"].value == "ko"
    door.force_login(cast.hana)
    door.post("/accounts/language/", {"language": "en", "next": "//evil.example"})
    cast.hana.refresh_from_db()
    assert cast.hana.language == "en"
    assert door.post("/accounts/language/", {"language": "xx", "next": "//evil.example"})["Location"] == "/"
