"""People from a list, as an admin meets it: first the plan, then all or none."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import AuditEvent, PasswordLink, User
from tests.cast import Cast

ADDRESS = "/people/import/"
GOOD = "username,name,department\nyuna,한유나,영업팀\nhana,김하나,\n"


@pytest.fixture
def cast(cast: Cast) -> Cast:
    User.objects.update(language="en")
    return cast


@pytest.fixture
def admin(cast: Cast) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=cast.admin.pk))
    return client


def text(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def look(client: Client, content: str | bytes):
    data = content.encode() if isinstance(content, str) else content
    return client.post(ADDRESS, {"file": SimpleUploadedFile("people.csv", data)})


def test_the_plan_is_shown_and_nobody_is_made(admin: Client, cast: Cast):
    seen = text(look(admin, GOOD))
    assert "1 person would be made" in seen and "한유나" in seen and "There already" in seen
    assert not User.objects.filter(username="yuna").exists()


def test_confirming_makes_them_and_shows_their_links_once(admin: Client, cast: Cast):
    kept = re.search(r'<textarea name="text" hidden>(.*?)</textarea>', look(admin, GOOD).content.decode(), re.S).group(
        1
    )
    page = admin.post(ADDRESS, {"text": kept})
    assert "1 person is made" in text(page) and "no-store" in page["Cache-Control"]
    link = re.search(r"/accounts/link/[^<\s]+", page.content.decode()).group()
    assert Client().get(link).status_code == 200
    assert PasswordLink.objects.get().user.username == "yuna"
    assert AuditEvent.objects.get(action="person.import").actor == "admin"


def test_a_wrong_line_is_named_and_cannot_be_confirmed(admin: Client, cast: Cast):
    wrong = GOOD + "bad name,,\n"
    page = look(admin, wrong)
    assert "1 line is wrong" in text(page) and "The name is missing." in text(page)
    assert 'name="text"' not in page.content.decode()
    assert admin.post(ADDRESS, {"text": wrong}).status_code == 422
    assert not User.objects.filter(username="yuna").exists()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00\xd8", b"PK\x03\x04", "username,name\n" + "x" * 1_100_000])
def test_what_is_no_list_is_said(admin: Client, cast: Cast, content: Any):
    page = look(admin, content)
    assert page.status_code == 422 and 'data-tone="danger"' in page.content.decode()


def test_names_are_only_text(admin: Client, cast: Cast):
    page = look(admin, "username,name\nyuna,</textarea><script>alert(1)</script>\n").content.decode()
    assert "<script>alert" not in page


@pytest.mark.parametrize("person", ["hana", "minsu"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_else_meets_the_page(cast: Cast, person: str, method: str):
    client = Client()
    client.force_login(getattr(cast, person))
    assert getattr(client, method)(ADDRESS).status_code == 404
    assert "people/import" not in client.get("/me/").content.decode()


def test_an_admin_finds_it_on_their_page(admin: Client, cast: Cast):
    assert ADDRESS in admin.get("/me/").content.decode()
