"""Signing in, choosing a password and my page in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts import links, notices
from accounts.models import ApiToken, Notification, PasswordLink, SignInAttempts, User
from tests.browser.axe import violations
from tests.browser.conftest import OpenPage
from tests.cast import PASSWORD, Cast

NEW = "twelve quiet floor boards"


@pytest.fixture
def house(company: Cast, django_db_blocker: Any) -> Iterator[Cast]:
    """The company, with people as they were before the test."""
    with django_db_blocker.unblock():
        held = {user.pk: user.password for user in User.objects.all()}
        yield company
        for pk, password in held.items():
            User.objects.filter(pk=pk).update(password=password, theme="system", text_size="normal", language="en")
        for model in (SignInAttempts, ApiToken, Notification, PasswordLink):
            model.objects.all().delete()


def sign_in(page: Page, login: str, password: str) -> None:
    page.get_by_label("User name or mail address").fill(login)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.parametrize("script", [True, False])
def test_signing_in_leads_where_one_wanted_to_go(house: Cast, open_page: OpenPage, script: bool):
    page = open_page(None, "/library/rules/", script=script)
    expect(page).to_have_url(re.compile("/accounts/login/"))
    sign_in(page, "hana", "wrong")
    expect(page.get_by_role("alert")).to_contain_text("The user name or the password is not right.")
    expect(page.get_by_label("User name or mail address")).to_have_value("hana")
    sign_in(page, "hana", PASSWORD)
    expect(page.get_by_role("heading", name="회사 규정")).to_be_visible()


def test_the_password_can_be_looked_at(house: Cast, open_page: OpenPage):
    page = open_page(None, "/accounts/login/")
    box = page.get_by_label("Password", exact=True)
    box.fill("abc")
    page.get_by_role("button", name="Show the password").click()
    expect(box).to_have_attribute("type", "text")
    expect(box).to_be_focused()


def test_a_locked_door_says_until_when(house: Cast, open_page: OpenPage):
    page = open_page(None, "/accounts/login/")
    for _each in range(5):
        sign_in(page, "suji", "wrong")
    expect(page.get_by_role("alert")).to_contain_text(re.compile(r"Try again at \d\d:\d\d"))


def test_the_language_is_chosen_at_the_door(house: Cast, open_page: OpenPage):
    page = open_page(None, "/accounts/login/?next=/me/")
    page.get_by_role("button", name="한국어").click()
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    assert page.url.endswith("/accounts/login/?next=/me/")


def test_an_invitation_is_used_once(house: Cast, open_page: OpenPage):
    address = re.sub(r"^http://[^/]+", "", links.hand_out(house.suji, actor=house.admin))
    page = open_page(None, address)
    page.get_by_label("New password").fill("short")
    page.get_by_role("button", name="Save and sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("at least 10 characters")
    page.get_by_label("New password").fill(NEW)
    page.get_by_role("button", name="Save and sign in").click()
    expect(page.locator(".side-foot")).to_contain_text("정수지")
    assert page.request.get(address).status == 404


def test_my_page_changes_how_maru_looks_at_once(house: Cast, open_page: OpenPage):
    page = open_page(house.hana, "/me/")
    page.get_by_label("theme").select_option("dark")
    page.get_by_label("text size").select_option("larger")
    page.locator("#appearance").get_by_role("button", name="Save").click()
    expect(page.locator(".toast")).to_contain_text("Saved.")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "20px"


def test_a_token_is_shown_once_and_copied(house: Cast, open_page: OpenPage):
    page = open_page(house.hana, "/me/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_label("What for").fill("report")
    page.get_by_role("button", name="Make a token").click()
    shown = page.locator("#new-token").inner_text()
    page.get_by_role("button", name="Copy").click()
    expect(page.locator("#spoken")).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == shown
    page.goto("/me/")
    expect(page.locator("#tokens")).to_contain_text("report")
    assert shown not in page.content()


def test_ending_the_other_sessions_signs_them_out(house: Cast, open_page: OpenPage):
    there, here = open_page(house.hana, "/me/"), open_page(house.hana, "/me/")
    here.reload()
    here.get_by_role("button", name="Sign out everywhere else").click()
    expect(here.get_by_text("You are signed in here alone now.")).to_be_visible()
    there.reload()
    expect(there).to_have_url(re.compile("/accounts/login/"))


def test_own_data_is_downloaded(house: Cast, open_page: OpenPage):
    page = open_page(house.hana, "/me/")
    with page.expect_download() as held:
        page.get_by_role("button", name="Download my data").click()
    assert held.value.suggested_filename.startswith("maru-hana-")


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")])
def test_axe_finds_nothing_at_the_door_and_on_my_page(house: Cast, open_page: OpenPage, width: int, theme: str):
    notices.tell(house.hana, "document_failed", url="/library/", title="급여표", reason="password")
    ApiToken.issue(house.hana, "report", None)
    link = re.sub(r"^http://[^/]+", "", links.hand_out(house.suji, actor=house.admin))
    places = [(house.hana, place) for place in ("/me/", "/notices/", "/accounts/logout/")]
    places.append((house.admin, "/people/import/"))
    places += [(None, place) for place in ("/accounts/login/", "/accounts/forgotten/", "/accounts/inactive/", link)]
    found = {}
    for person, place in places:
        page = open_page(person, place, width=width, theme=theme)
        found[place] = violations(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{place} scrolls sideways"
        page.close()
    page = open_page(None, "/accounts/login/", width=width, theme=theme)
    sign_in(page, "hana", "wrong")
    found["wrong"] = violations(page)
    assert not any(found.values()), found
