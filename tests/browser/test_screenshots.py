"""The command that takes a picture of every screen."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL import Image

from kb.management.commands.screenshots import _session
from kb.management.screens import SCREENS, Studio, Who, take_all
from tests.browser.conftest import OpenPage
from tests.cast import Cast


def test_every_look_of_a_screen_and_none_of_one_whose_place_is_not_there(
    company: Cast, open_page: OpenPage, site: str, tmp_path: Path
):
    studio = Studio(site, {Who.READER: _session(company.suji)}, {"words": "x"}, tmp_path)
    chosen = tuple(screen for screen in SCREENS if screen.name in ("sign-in", "ask-menu", "ask-answer"))
    with ThreadPoolExecutor(1) as thread:  # Playwright runs in this one already
        taken = thread.submit(lambda: list(take_all(studio, "en", chosen))).result()
    assert sorted(path.name for path in taken) == sorted(
        f"{name}-{width}-{theme}-en.png"
        for name in ("sign-in", "ask-menu")
        for width in (1280, 390)
        for theme in ("light", "dark")
    )
    assert Image.open(tmp_path / "ask-menu-1280-light-en.png").size == (1280, 860)
    light, dark = (Image.open(tmp_path / f"ask-menu-1280-{theme}-en.png").convert("L") for theme in ("light", "dark"))
    assert light.getpixel((900, 400)) > 200 > 80 > dark.getpixel((900, 400))


def test_names_of_screens_differ():
    assert len({screen.name for screen in SCREENS}) == len(SCREENS)
