"""Debian's Chromium on the real application. A module's tests share one company; each test has a browser context of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from accounts.models import User
from kb.retrieval import profiles
from tests import database
from tests.browser.site import served
from tests.cast import Cast, make_cast
from tests.doubles import WordEncoder
from tests.made import add_document
from tests.servers import ScriptedServer

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
CHROMIUM = "/usr/bin/chromium"
ENCODER_SEAMS = (
    "kb.retrieval.search.default_encoder",
    "kb.retrieval.discover.default_encoder",
    "kb.chat.cite.encoder",
    "kb.chat.quoting.encoder",
)
OpenPage = Callable[..., Page]


def _is_wrong(message: ConsoleMessage) -> bool:
    """Errors of the console, without the browser's and htmx's notes of a 4xx that a test provoked."""
    return message.type == "error" and not re.search(r"status of 4\d\d|Status Error Code 4\d\d", message.text)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def company(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    """The cast and two documents, committed, for all tests of a module."""
    with django_db_blocker.unblock():
        database.empty()
        cast = make_cast()
        add_document(
            cast.rules,
            "출장여비 규정",
            ["식비는 1일 35,000원을 한도로 실비를 지급한다.", "숙박비는 1박 120,000원까지 지급한다."],
        )
        add_document(cast.finance_private, "10월 결산 메모", ["10월 매출원가는 12억 3천만 원이다."])
        User.objects.update(language="en")
        yield cast
        database.empty()


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> ScriptedServer:
    """What stands in for a model server; a test may give it other words or a slower hand."""
    scripted = ScriptedServer("식비는 1일 35,000원을 한도로 실비를 지급한다.", pause=0.02)
    monkeypatch.setattr("kb.chat.route.model_server", lambda: scripted)
    client = WordEncoder()
    for seam in ENCODER_SEAMS:
        monkeypatch.setattr(seam, lambda: client)
    one_word = profiles.Calibration(dense=0.0, lexical=25.0, bias=-1.0)
    monkeypatch.setattr(profiles.Profile, "_fitted", lambda self, own: one_word)
    return scripted


@pytest.fixture(scope="package")
def site(django_db_setup: None) -> Iterator[str]:
    """The address of the running application."""
    with served() as address:
        yield address


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One Chromium for this folder; gone before async tests elsewhere, since its own event loop runs while it is there."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def open_page(
    company: Cast, site: str, chromium: Browser, model: ScriptedServer, django_db_blocker: Any
) -> Iterator[OpenPage]:
    """open_page(person, path, width=…, theme=…, touch=…, script=…): a page of a new context that is signed in.

    What the page's console calls an error fails the test at its end.
    """
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def open_it(
        person: User | None,
        path: str = "/",
        *,
        width: int = 1280,
        height: int = 860,
        theme: str = "light",
        touch: bool = False,
        script: bool = True,
        context: BrowserContext | None = None,
    ) -> Page:
        if context is None:
            context = chromium.new_context(
                viewport={"width": width, "height": height}, color_scheme=theme, java_script_enabled=script,
                has_touch=touch, is_mobile=touch, locale="en-US", base_url=site, reduced_motion="reduce",
            )  # fmt: skip
            context.set_default_timeout(8000)
            contexts.append(context)
            if person is not None:
                context.add_cookies([{"name": "sessionid", "value": _session(person), "url": site}])
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda message: wrong.append(message.text) if _is_wrong(message) else None)
        page.goto(path)
        return page

    def _session(person: User) -> str:
        client = Client()
        client.force_login(person)
        return client.cookies["sessionid"].value

    with django_db_blocker.unblock():
        yield open_it
        for context in contexts:
            context.close()
    assert not wrong, wrong
