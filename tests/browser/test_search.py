"""Searching in a real browser."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.cast import Cast


def test_words_filters_and_the_way_to_the_page(company: Cast, open_page: OpenPage):
    page = open_page(company.minsu, "/search/")
    box = page.get_by_placeholder("Words, a question")
    expect(box).to_be_focused()
    box.fill("식비 매출원가")
    page.keyboard.press("Enter")
    expect(page.locator(".results > li")).to_have_count(2)
    expect(page).to_have_url(re.compile("q="))
    page.get_by_label("회사 규정").check()
    expect(page.locator(".results > li")).to_have_count(1)
    expect(page).to_have_url(re.compile("collection="))
    expect(page.get_by_label("회사 규정")).to_be_focused()
    page.locator(".score summary").click()
    expect(page.locator(".score")).to_contain_text("meaning")
    page.get_by_role("link", name="출장여비 규정").click()
    expect(page.locator("mark.quoted").first).to_be_visible()
    page.go_back()
    expect(page.get_by_label("회사 규정")).to_be_checked()


def test_a_search_becomes_a_question(company: Cast, open_page: OpenPage):
    page = open_page(company.suji, "/search/?q=식비 한도")
    page.get_by_role("link", name="Ask this").click()
    expect(page.locator("#q")).to_have_value("식비 한도")


def test_without_script_the_filters_have_a_button(company: Cast, open_page: OpenPage):
    page = open_page(company.minsu, "/search/?q=식비 매출원가", script=False)
    page.get_by_label("회사 규정").check()
    page.get_by_role("button", name="Narrow down").click()
    expect(page.locator(".results > li")).to_have_count(1)
