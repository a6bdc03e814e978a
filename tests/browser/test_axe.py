"""axe finds nothing: WCAG 2.2 A and AA and best practice, on every page, in both themes, on a desk and on a phone."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from accounts.access import as_user
from kb.models.chat import AnswerState, Basis
from tests.answers import Said, answered, chunks_of
from tests.browser.conftest import OpenPage
from tests.cast import Cast
from tests.servers import ScriptedServer

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")]


def violations(page: Page, tags: list[str] = TAGS) -> list[str]:
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}, "resultTypes": ["violations"]})
    return [
        f"{rule['id']} ({rule['impact']}): {node['html'][:160]} {node['failureSummary'][:200]}"
        for rule in found.response["violations"]
        for node in rule["nodes"]
    ]


@pytest.fixture(scope="module")
def places(company: Cast) -> dict[str, str]:
    """Every page of the portal's house that has something to show."""
    chunks = chunks_of(company.suji, "출장여비 규정")
    said = [
        Said("식비는 35,000원입니다.", cites=[1, 2]),
        Said("영수증은 필요 없습니다.", "unsupported"),
        Said("일부만 맞습니다.", "partial", cites=[1]),
        Said(
            "한도는 36,000원입니다.",
            "contradicted",
            [1],
            [{"kind": "number", "answer": "36,000원", "source": "35,000원"}],
        ),
    ]
    answer = answered(company.suji, "식비는 얼마예요?", said, chunks, found=chunks, basis=Basis.MIXED)
    conversation = answer.question.conversation
    again = answered(
        company.suji, "어린이집은?", [Said("찾지 못했습니다.")], found=chunks, basis=Basis.NOT_FOUND,
        conversation=conversation, previous=answer.question,
    )  # fmt: skip
    answered(
        company.suji, "그럼요?", [Said("식비는")], state=AnswerState.FAILED, error="answer_timeout", basis="",
        conversation=conversation, previous=again.question,
    )  # fmt: skip
    with as_user(company.suji):
        citation = answer.citations.first().pk
    return {
        "ask": "/",
        "conversation": f"/conversations/{conversation.pk}/",
        "all conversations": "/conversations/",
        "rename": f"/conversations/{conversation.pk}/rename/",
        "feedback": f"/answers/{answer.pk}/feedback/",
        "what was read": f"/answers/{answer.pk}/read/",
        "edit": f"/questions/{answer.question_id}/edit/",
        "source": f"/sources/{citation}/",
        "page": f"/documents/{chunks[0].document_id}/1/1/?from=0&to=3",
        "search, empty": "/search/",
        "search": "/search/?q=식비 한도",
        "nothing found": "/search/?q=식비&format=pdf",
        "wrong search": "/search/?q=🙂",
        "not there": "/nothing/",
    }


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_every_page(company: Cast, open_page: OpenPage, places: dict[str, str], width: int, theme: str):
    page = open_page(company.suji, width=width, theme=theme, touch=width < 500)
    wrong = {}
    for name, address in places.items():
        page.goto(address)
        if found := violations(page):
            wrong[name] = found
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    assert not wrong, "\n".join(f"{name}: {each}" for name, found in wrong.items() for each in found)


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_what_opens_on_a_page(
    company: Cast, open_page: OpenPage, places: dict[str, str], model: ScriptedServer, width: int, theme: str
):
    page = open_page(company.suji, places["conversation"], width=width, theme=theme, touch=width < 500)
    wrong = []
    if width < 500:
        page.locator(".cite-chip").first.tap()
        expect(page.locator(".cite-card:popover-open")).to_be_visible()
        wrong += violations(page)
        page.locator(".cite-card:popover-open a").tap()
    else:
        page.locator(".cite-chip").first.click()
    expect(page.locator("[data-source-view]")).to_be_visible()
    wrong += violations(page)
    page.get_by_label("Close the original").click()
    page.get_by_label("More about this conversation").click()
    wrong += violations(page)
    page.get_by_role("link", name="Rename").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    wrong += violations(page)
    page.keyboard.press("Escape")
    page.locator(".scope summary").click()
    wrong += violations(page)
    page.keyboard.press("Escape")
    if width < 500:
        page.get_by_label("Open the menu").click()
        # The drawer is all there is while it is open: its page has no main, which best practice cannot know.
        wrong += violations(page, TAGS[:-1])
        page.keyboard.press("Escape")
    model.pause = 0.4
    page.fill("#q", "숙박비는 얼마예요?")
    page.locator("[data-send]").click()
    expect(page.locator("[data-live]")).not_to_be_empty()
    wrong += violations(page)
    model.pause = 0
    expect(page.locator("[data-stream]")).to_have_count(0)
    assert not wrong, "\n".join(wrong)


def test_the_page_stays_whole_at_320_pixels(company: Cast, open_page: OpenPage, places: dict[str, str]):
    page = open_page(company.suji, width=320, height=640, touch=True)
    for name, address in places.items():
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, name
