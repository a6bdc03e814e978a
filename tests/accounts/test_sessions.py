"""Where people are signed in, and that ending it there works at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import AsyncClient, Client, RequestFactory
from django.utils import timezone

from accounts import passwords, people, sessions
from accounts.models import ApiToken, AuditEvent, User
from tests.cast import Cast

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36"
PAGE = "/accounts/logout/"  # a page that only those who are signed in see


@pytest.fixture(autouse=True)
def _quick(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def signed_in(user: User, agent: str = CHROME) -> Client:
    client = Client(HTTP_USER_AGENT=agent)
    client.force_login(user)
    assert client.get(PAGE).status_code == 200
    return client


def request_of(client: Client, user: User):
    request = RequestFactory().get("/")
    request.session, request.user = client.session, user
    return request


def test_each_sign_in_is_listed_with_device_and_address_and_this_one_first(cast: Cast):
    here = signed_in(cast.hana)
    signed_in(
        cast.hana, "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1"
    )
    signed_in(cast.minsu)
    places = sessions.places_of(cast.hana, here.session.session_key)
    assert [(place.device, place.address, place.here) for place in places] == [
        ("Chrome · Windows", "127.0.0.1", True),
        ("Safari · iPhone", "127.0.0.1", False),
    ]


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (CHROME, "Chrome · Windows"),
        (f"{CHROME} Edg/131.0", "Edge · Windows"),
        (f"{CHROME} Whale/3.2", "Whale · Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox · Linux"),
        (
            "Mozilla/5.0 (Linux; Android 14; SM-S921N) SamsungBrowser/26.0 Chrome/122 Mobile",
            "Samsung Internet · Android",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_6) Version/17.6 Safari/605.1.15", "Safari · macOS"),
        ("python-httpx/0.28", "python-httpx"),
        ("", "?"),
        ("<script>alert(1)</script>", "<script>alert(1)<"),
    ],
)
def test_devices_are_named_as_far_as_they_say(agent: str, device: str):
    assert sessions.device_of(agent) == device


def test_a_session_is_noted_once_a_minute(cast: Cast):
    client = signed_in(cast.hana)
    first = UserSession.objects.get().last_seen_at
    client.get(PAGE)
    assert UserSession.objects.get().last_seen_at == first
    UserSession.objects.update(last_seen_at=first - timedelta(seconds=61))
    client.get(PAGE)
    assert UserSession.objects.get().last_seen_at > first


def test_an_ended_session_is_nobodys_at_its_next_request(cast: Cast):
    here, there = signed_in(cast.hana), signed_in(cast.hana)
    place = next(p for p in sessions.places_of(cast.hana, here.session.session_key) if not p.here)
    assert sessions.end(cast.hana, place.id, actor=cast.hana)
    assert there.get(PAGE).status_code == 302
    assert here.get(PAGE).status_code == 200
    assert AuditEvent.objects.filter(action="session.end", actor="hana").count() == 1


def test_nobody_ends_another_persons_session(cast: Cast):
    there = signed_in(cast.hana)
    assert not sessions.end(cast.minsu, UserSession.objects.get().pk, actor=cast.minsu)
    assert there.get(PAGE).status_code == 200


def test_a_stream_sees_the_end_of_its_session(cast: Cast):
    client = signed_in(cast.hana)
    request = request_of(client, cast.hana)
    assert sessions.session_is_live(request)
    sessions.end_all(cast.hana, actor=cast.admin)
    assert not sessions.session_is_live(request)


def test_a_stream_sees_suspension_expiry_and_a_new_password(cast: Cast):
    for user, end in (
        (cast.minsu, lambda: people.suspend(cast.minsu, actor=cast.admin)),
        (cast.suji, lambda: Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))),
        (cast.jiwoo, lambda: passwords.change(cast.jiwoo, "twelve quiet floor boards")),
    ):
        request = request_of(signed_in(user), user)
        assert sessions.session_is_live(request)
        end()
        assert not sessions.session_is_live(request)


def test_a_request_of_nobody_is_not_live(cast: Cast):
    from django.contrib.auth.models import AnonymousUser

    request = RequestFactory().get("/")
    request.session, request.user = Client().session, AnonymousUser()
    assert not sessions.session_is_live(request)


def test_suspending_ends_sessions_and_tokens_at_once(cast: Cast):
    client = signed_in(cast.minsu)
    _token, secret = ApiToken.issue(cast.minsu, "script", timedelta(days=1))
    people.suspend(cast.minsu, actor=cast.admin)
    assert client.get(PAGE).status_code == 302
    assert ApiToken.owner_of(secret) is None
    people.reinstate(cast.minsu, actor=cast.admin)
    assert ApiToken.owner_of(secret) is None, "what was ended stays ended"
    assert client.get(PAGE).status_code == 302
    event = AuditEvent.objects.get(action="person.suspend")
    assert (event.actor, event.detail) == ("admin", {"tokens": 1, "sessions": 1})


def test_suspending_by_hand_in_the_database_shuts_out_too(cast: Cast):
    client = signed_in(cast.minsu)
    User.objects.filter(pk=cast.minsu.pk).update(is_active=False)
    assert client.get(PAGE).status_code == 302


def test_an_admin_cannot_suspend_themselves(cast: Cast):
    with pytest.raises(people.NotOneself):
        people.suspend(cast.admin, actor=cast.admin)


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(cast: Cast):
    here, there = signed_in(cast.hana), signed_in(cast.hana)
    passwords.change(cast.hana, "twelve quiet floor boards", keep_session=here.session.session_key)
    assert there.get(PAGE).status_code == 302
    assert Session.objects.filter(session_key=here.session.session_key).exists()


@pytest.mark.parametrize("password", ["short", "hana@hanbit", "qwertyuiop"])
def test_a_weak_password_is_refused_and_changes_nothing(cast: Cast, password: str):
    client = signed_in(cast.hana)
    with pytest.raises(passwords.WeakPassword):
        passwords.change(cast.hana, password)
    assert client.get(PAGE).status_code == 200


async def test_under_async_the_session_is_noted_too(committed_cast: Cast):
    from asgiref.sync import sync_to_async

    client = AsyncClient()
    await client.aforce_login(committed_cast.hana)
    assert (await client.get(PAGE, headers={"user-agent": CHROME})).status_code == 200
    places = await sync_to_async(sessions.places_of)(committed_cast.hana, None)
    assert [place.device for place in places] == ["Chrome · Windows"]
