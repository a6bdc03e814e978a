"""Links to choose a password: one use, in time, for one person; by mail where mail is set."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.db import connections
from django.test import Client
from django.utils import timezone
from django_q.models import OrmQ

from accounts import links, mail, passwords, people, signin
from accounts.errors import NotThere
from accounts.models import AuditEvent, PasswordLink, User
from accounts.models.links import Purpose
from tests.cast import Cast

NEW = "twelve quiet floor boards"


@pytest.fixture(autouse=True)
def _quick(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MARU_ALLOWED_HOSTS = []
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def newcomer(cast: Cast) -> User:
    return people.make(people.NewPerson("yuna", "한유나", "yuna@hanbit.example", cast.sales), actor=cast.admin)


def path(address: str) -> str:
    return re.sub(r"^http://127\.0\.0\.1:\d+", "", address)


def secret(address: str) -> str:
    return address.rstrip("/").rsplit("/", 1)[1]


def test_an_invited_person_chooses_a_password_and_is_in(client: Client, cast: Cast, newcomer: User):
    address = links.hand_out(newcomer, actor=cast.admin)
    page = client.get(path(address), HTTP_ACCEPT_LANGUAGE="en")
    assert page.status_code == 200 and "yuna" in page.content.decode()
    assert page["Referrer-Policy"] == "same-origin" and "no-store" in page["Cache-Control"]
    assert client.post(path(address), {"password": NEW})["Location"] == "/"
    assert client.session["_auth_user_id"] == str(newcomer.pk)
    assert list(AuditEvent.objects.filter(actor="yuna").values_list("action", flat=True).order_by("id")) == [
        "password.invited",
        "sign_in",
    ]


def test_a_link_works_once(client: Client, cast: Cast, newcomer: User):
    address = links.hand_out(newcomer, actor=cast.admin)
    client.post(path(address), {"password": NEW})
    again = Client().post(path(address), {"password": "another quiet floor board"})
    assert again.status_code == 404
    newcomer.refresh_from_db()
    assert newcomer.check_password(NEW)


def test_a_hundred_uses_at_once_are_one(committed_cast: Cast):
    address = links.hand_out(committed_cast.suji, actor=committed_cast.admin)

    def use(number: int) -> bool:
        try:
            passwords.choose(secret(address), f"{NEW} {number}")
        except NotThere:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(use, range(100))) == 1


def test_a_link_ends_in_time(client: Client, cast: Cast, newcomer: User):
    invited = links.hand_out(newcomer, actor=cast.admin)
    left = PasswordLink.objects.get().expires_at - timezone.now()
    assert timedelta(days=6, hours=23) < left <= timedelta(days=7)
    PasswordLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    page = client.get(path(invited), HTTP_ACCEPT_LANGUAGE="en")
    assert page.status_code == 404 and "does not work" in page.content.decode()
    assert client.post(path(invited), {"password": NEW}).status_code == 404


def test_a_newer_link_replaces_the_older_one(client: Client, cast: Cast, newcomer: User):
    first, second = (links.hand_out(newcomer, actor=cast.admin) for _ in range(2))
    assert client.get(path(first)).status_code == 404
    assert client.get(path(second)).status_code == 200


def test_a_link_of_a_suspended_person_is_worth_nothing(client: Client, cast: Cast, newcomer: User):
    before = links.hand_out(newcomer, actor=cast.admin)
    people.suspend(newcomer, actor=cast.admin)
    after = links.hand_out(newcomer, actor=cast.admin)
    assert client.get(path(before)).status_code == client.get(path(after)).status_code == 404


@pytest.mark.parametrize("weak", ["short", "1234567890", "password123", "yuna-hanbit-example"])
def test_a_weak_password_is_refused_with_the_reason_and_the_link_stays(
    client: Client, cast: Cast, newcomer: User, weak: str
):
    address = links.hand_out(newcomer, actor=cast.admin)
    page = client.post(path(address), {"password": weak}, HTTP_ACCEPT_LANGUAGE="en")
    assert page.status_code == 422 and 'class="wrong"' in page.content.decode()
    assert client.post(path(address), {"password": NEW}).status_code == 302


def test_the_secret_is_kept_nowhere(cast: Cast, newcomer: User):
    key = secret(links.hand_out(newcomer, actor=cast.admin))
    assert len(key) >= 43
    assert PasswordLink.objects.get().digest != key
    assert not AuditEvent.objects.filter(detail__icontains=key).exists()


@pytest.mark.parametrize("key", ["x", "0" * 43, "..", "%00", "a" * 5000])
def test_a_made_up_link_is_not_there(client: Client, cast: Cast, key: str):
    assert client.get(f"/accounts/link/{key}/").status_code in (400, 404)


def test_choosing_by_link_opens_a_locked_door_and_ends_all_sessions(client: Client, cast: Cast):
    thief = Client()
    thief.force_login(cast.minsu)
    assert thief.get("/accounts/logout/").status_code == 200
    for _each in range(5):
        held = signin.begin("minsu", cast.minsu, None)
        signin.failed(held, cast.minsu, None)
    client.post(path(links.hand_out(cast.minsu, actor=cast.admin)), {"password": NEW})
    assert signin.locked_until("minsu", None) is None
    assert thief.get("/accounts/logout/").status_code == 302, "nobody is signed in there any more"


# ---- By mail ----


@pytest.fixture
def mail_is_set(settings):
    settings.MARU_MAIL_URL = "smtp://localhost"


def test_an_invitation_is_shown_without_mail_and_mailed_with_it(cast: Cast, newcomer: User, settings):
    assert links.invite(newcomer, actor=cast.admin)
    settings.MARU_MAIL_URL = "smtp://localhost"
    assert links.invite(newcomer, actor=cast.admin) is None
    cast.minsu.email = ""
    assert links.invite(cast.minsu, actor=cast.admin), "nobody can be mailed without an address"


def test_the_queue_never_holds_a_secret(cast: Cast, newcomer: User, mail_is_set):
    links.invite(newcomer, actor=cast.admin)
    (queued,) = OrmQ.objects.all()
    assert queued.task["args"] == (newcomer.pk, "invite", cast.admin.pk)


def test_the_mailed_link_works(client: Client, cast: Cast, newcomer: User, mail_is_set):
    assert links.mail_link(newcomer.pk, "invite", cast.admin.pk)
    (letter,) = outbox.outbox
    assert letter.to == ["yuna@hanbit.example"]
    address = re.search(r"http://\S+", letter.body).group()
    assert client.post(path(address), {"password": NEW}).status_code == 302


def test_asking_twice_mails_once(cast: Cast, mail_is_set):
    assert links.mail_link(cast.hana.pk, str(Purpose.RESET))
    assert not links.mail_link(cast.hana.pk, str(Purpose.RESET))
    assert len(outbox.outbox) == 1


@pytest.mark.parametrize("nobody", [0, 999_999])
def test_mailing_nobody_does_nothing(cast: Cast, mail_is_set, nobody: int):
    assert not links.mail_link(nobody, "reset")
    assert not outbox.outbox


def test_whoever_forgot_gets_one_answer_for_every_name(client: Client, cast: Cast, mail_is_set):
    def ask(name: str) -> str:
        text = client.post("/accounts/forgotten/", {"login": name}, HTTP_ACCEPT_LANGUAGE="en").content.decode()
        return re.sub(r'(csrfmiddlewaretoken" value=|X-CSRFToken": )"[^"]*"', "", text)

    known, unknown = ask("hana"), ask("nobody")
    assert "If Maru knows this name" in known and known == unknown
    assert sorted(task.task["args"][0] for task in OrmQ.objects.all()) == [0, cast.hana.pk]


def test_one_address_cannot_have_mail_sent_without_end(client: Client, cast: Cast, mail_is_set):
    for _each in range(25):
        client.post("/accounts/forgotten/", {"login": "hana"})
    assert OrmQ.objects.count() == signin.ASKS_AN_ADDRESS


def test_without_mail_the_page_says_whom_to_ask(client: Client, cast: Cast):
    page = client.get("/accounts/forgotten/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "Ask your admin" in page
    client.post("/accounts/forgotten/", {"login": "hana"})
    assert not OrmQ.objects.exists()


def test_a_mail_server_that_is_down_is_our_error_and_no_name_goes_to_the_log(cast: Cast, settings, caplog):
    settings.MARU_MAIL_URL = "smtp://localhost"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with pytest.raises(mail.MailUnavailable) as caught:
        mail.send(cast.hana, "subject", "text")
    assert caught.value.retryable and "hana" not in caplog.text
