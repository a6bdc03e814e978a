"""The frame of every page: language, theme, menu, and the security of pages."""

from __future__ import annotations

import re

import pytest

from accounts.models import Membership, User
from tests.answers import Said, answered, chunks_of
from tests.cast import Cast
from tests.kb.views.conftest import Browser

HTMX = {"HX-Request": "true"}


def pages(cast: Cast) -> list[str]:
    chunks = chunks_of(cast.suji, "출장여비 규정")
    answer = answered(cast.suji, "식비는?", [Said("35,000원.", cites=[1]), Said("아님.", "unsupported")], chunks)
    conversation = answer.question.conversation_id
    return [
        "/",
        f"/conversations/{conversation}/",
        f"/conversations/{conversation}/rename/",
        "/conversations/",
        f"/answers/{answer.pk}/read/",
        f"/answers/{answer.pk}/feedback/",
        f"/questions/{answer.question_id}/edit/",
        f"/documents/{chunks[0].document_id}/1/1/",
        "/search/",
        "/nothing/",
    ]


def test_pages_speak_the_persons_language_and_remember_it(cast: Cast, browser: Browser):
    client = browser(cast.suji)
    response = client.get("/", headers={"Accept-Language": "ko"})
    assert '<html lang="en">' in response.content.decode()
    assert response.cookies["django_language"].value == "en"
    User.objects.filter(pk=cast.suji.pk).update(language="ko")
    assert '<html lang="ko">' in client.get("/").content.decode()


@pytest.mark.parametrize("theme", ["light", "dark", "system"])
def test_the_theme_is_kept_in_the_profile(cast: Cast, browser: Browser, theme: str):
    client = browser(cast.suji)
    fragment = client.post("/theme/", {"theme": theme}, headers=HTMX).content.decode()
    assert f'data-theme-now="{theme}"' in fragment
    html = client.get("/").content.decode()
    assert (f'data-theme="{theme}"' in html) == (theme != "system")
    assert User.objects.get(pk=cast.suji.pk).theme == theme


def test_an_unknown_theme_changes_nothing_and_leads_back_inside(cast: Cast, browser: Browser):
    response = browser(cast.suji).post("/theme/", {"theme": "pink"}, headers={"Referer": "https://evil.example/"})
    assert response.url == "/"
    assert User.objects.get(pk=cast.suji.pk).theme == "system"


def test_the_department_and_the_role_stand_below(cast: Cast, browser: Browser):
    assert "<small>HR · Editor</small>" in browser(cast.hana).get("/").content.decode()
    assert "<small>Sales</small>" in browser(cast.suji).get("/").content.decode()
    Membership.objects.filter(user=cast.suji).delete()
    assert "<small>" not in browser(cast.suji).get("/").content.decode()


def test_nothing_is_inline_and_nothing_comes_from_outside(shelf: Cast, browser: Browser):
    client = browser(shelf.suji)
    for address in pages(shelf):
        response = client.get(address)
        html = response.content.decode()
        assert not re.search(r"<script(?![^>]* src=)", html), address
        assert not re.search(r"<style|<[^>]* style=|<[^>]* on[a-z]+=", html), address
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', html), address
        policy = response["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy, address


def test_no_id_stands_twice_and_every_control_has_a_name(shelf: Cast, browser: Browser):
    client = browser(shelf.suji)
    for address in pages(shelf):
        html = client.get(address).content.decode()
        ids = re.findall(r'\sid="([^"]+)"', html)
        assert len(ids) == len(set(ids)), (address, sorted(name for name in ids if ids.count(name) > 1))
        for button in re.findall(r"<button\b[^>]*>.*?</button>", html, re.S):
            assert "aria-label=" in button or re.sub(r"<[^>]+>", "", button).strip(), button


def test_pages_are_not_kept_by_caches(shelf: Cast, browser: Browser):
    assert browser(shelf.suji).get("/")["Cache-Control"] == "no-store"
