"""Every screen of the portal, and how one gets to see it; the command `screenshots` takes their pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WIDTHS = {1280: 860, 390: 844}
THEMES = ("light", "dark")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
SETTLES = 400  # milliseconds that a page gets for what moves on it


class Who(StrEnum):
    """As whom a screen is looked at."""

    NOBODY = "nobody"
    READER = "reader"
    EDITOR = "editor"
    ADMIN = "admin"


Steps = Callable[["Page"], None]


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen: its name, its address (with places in braces), as whom, and what is done before the picture."""

    name: str
    address: str
    who: Who = Who.READER
    steps: Steps | None = None


def _card(page: Page) -> None:
    chip = page.locator(".cite-chip").first
    if _has_touch(page):
        chip.tap()
    else:
        chip.hover()


def _source(page: Page) -> None:
    _card(page)
    if _has_touch(page):
        page.locator(".cite-card:popover-open a").tap()
    else:
        page.locator(".cite-chip").first.click()
    page.locator("[data-source-view]").wait_for()
    page.wait_for_timeout(SETTLES)


def _menu(page: Page) -> None:
    if _has_touch(page):
        page.locator("[data-side-open]").tap()


def _click(selector: str) -> Steps:
    def click(page: Page) -> None:
        page.locator(selector).first.click()

    return click


def _has_touch(page: Page) -> bool:
    return bool(page.evaluate("matchMedia('(pointer: coarse)').matches"))


SCREENS = (
    Screen("sign-in", "/accounts/login/", Who.NOBODY),
    Screen("forgotten", "/accounts/forgotten/", Who.NOBODY),
    Screen("ask-empty", "/"),
    Screen("ask-scope", "/", steps=_click(".scope summary")),
    Screen("ask-menu", "/", steps=_menu),
    Screen("ask-answer", "{conversation}"),
    Screen("ask-card", "{conversation}", steps=_card),
    Screen("ask-source", "{conversation}", steps=_source),
    Screen("ask-read", "{conversation}", steps=_click("a[href$='/read/']")),
    Screen("ask-feedback", "{conversation}", steps=_click("a[href$='/feedback/']")),
    Screen("ask-not-found", "{not_found}"),
    Screen("conversations", "/conversations/"),
    Screen("original", "{original}"),
    Screen("original-pdf", "{pdf}"),
    Screen("search-empty", "/search/"),
    Screen("search", "/search/?q={words}"),
    Screen("search-nothing", "/search/?q={words}&format=csv"),
    Screen("library", "/library/", Who.EDITOR),
    Screen("collection", "{collection}", Who.EDITOR),
    Screen("document", "{document}", Who.EDITOR),
    Screen("chunks", "{chunks}", Who.EDITOR),
    Screen("library-reader", "/library/"),
    Screen("me", "/me/"),
    Screen("notices", "/notices/"),
    Screen("not-there", "/nothing/here/"),
    Screen("console", "/admin/", Who.ADMIN),
)


@dataclass(frozen=True, slots=True)
class Studio:
    """What the pictures are taken with: the site, session keys by person, addresses by place, and where they go."""

    site: str
    sessions: Mapping[Who, str]
    places: Mapping[str, str]
    out: Path


def take_all(studio: Studio, language: str, screens: tuple[Screen, ...] = SCREENS) -> Iterator[Path]:
    """Yield the path of every picture as it is taken, in one language. A screen whose place is not there is left out."""
    with _chromium() as browser:
        for width, theme, who in product(WIDTHS, THEMES, Who):
            mine = [screen for screen in screens if screen.who == who]
            yield from _take(browser, studio, mine, f"{width}-{theme}-{language}", width, theme)


@contextmanager
def _chromium() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def _take(browser: Browser, studio: Studio, screens: list[Screen], look: str, width: int, theme: str) -> Iterator[Path]:
    if not screens:
        return
    phone = width < 500
    context = browser.new_context(
        viewport={"width": width, "height": WIDTHS[width]},
        color_scheme="dark" if theme == "dark" else "light",
        has_touch=phone,
        is_mobile=phone,
        reduced_motion="reduce",
        locale=look[-2:],
        base_url=studio.site,
    )
    key = studio.sessions.get(screens[0].who)
    if key:
        context.add_cookies([{"name": "sessionid", "value": key, "url": studio.site}])
    for screen in screens:
        address = _address(screen, studio.places)
        if address is not None:
            yield _picture(context.new_page(), screen, address, studio.out / f"{screen.name}-{look}.png")
    context.close()


def _address(screen: Screen, places: Mapping[str, str]) -> str | None:
    try:
        return screen.address.format_map(places)
    except KeyError:
        return None


def _picture(page: Page, screen: Screen, address: str, path: Path) -> Path:
    page.goto(address)
    if screen.steps is not None:
        screen.steps(page)
    page.wait_for_timeout(SETTLES)
    page.screenshot(path=path, caret="initial")
    page.close()
    return path
