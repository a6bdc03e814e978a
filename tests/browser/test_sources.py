"""Sources in a real browser: cards, the split view, a PDF's page with the quote boxed, the phone's sheets."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from kb import files
from kb.models import Chunk, Document, Revision
from kb.models import Page as DocumentPage
from kb.models.documents import Format
from tests.answers import Said, answered, chunks_of
from tests.browser.conftest import OpenPage
from tests.cast import Cast
from tests.database import as_worker
from tests.made import add_document, add_revision, today
from tests.papers import pdf

RULE = "식비는 1일 35,000원을 한도로 실비를 지급한다."
LINES = ("Travel rules of the Chicago site", "Meals are paid up to 40 dollars a day.", "Taxis need a receipt.")


@pytest.fixture(scope="module")
def conversation(company: Cast) -> str:
    """An answer that cites a page of text and a PDF's page; of the text a newer revision comes next week."""
    with as_worker():
        document = Document.objects.get(title="출장여비 규정")
    add_revision(document, ["식비는 1일 40,000원을 한도로 한다."], begin=today() + timedelta(days=7))
    paper = _paper(company)
    chunks = [chunks_of(company.suji, "출장여비 규정")[0], paper]
    said = [Said(RULE, cites=[1]), Said("Meals: 40 dollars.", cites=[2]), Said("끝.", "unsupported")]
    answer = answered(
        company.suji, "식비는 얼마예요?", said, chunks, found=chunks_of(company.suji, "출장여비 규정")[1:]
    )
    return f"/conversations/{answer.question.conversation_id}/"


def _paper(company: Cast) -> Chunk:
    document = add_document(company.rules, "Chicago travel rules", ["\n".join(LINES)])
    with as_worker():
        revision = document.revisions.get()
        Revision.objects.filter(pk=revision.pk).update(format=Format.PDF, filename="rules.pdf")
        path = files.path_of(revision.file)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pdf(*LINES))
        page = DocumentPage.objects.get(revision=revision)
        start = page.text.index(LINES[1])
        chunk = Chunk.objects.get(revision=revision)
        chunk.text, chunk.start, chunk.end = LINES[1], start, start + len(LINES[1])
        return chunk


def chip(page: Page, number: int = 1):
    return page.locator(".cite-chip").nth(number - 1)


def card(page: Page):
    return page.locator(".cite-card:popover-open")


def test_a_card_opens_on_hover_and_stays_under_the_pointer(company: Cast, open_page: OpenPage, conversation: str):
    page = open_page(company.suji, conversation)
    chip(page).hover()
    expect(card(page)).to_contain_text(RULE)
    expect(card(page)).to_contain_text("revision 2 comes into force on")
    card(page).hover()
    page.wait_for_timeout(400)
    expect(card(page)).to_be_visible()
    page.mouse.move(5, 5)
    expect(card(page)).to_have_count(0)


def test_a_card_opens_on_focus_and_closes_on_esc(company: Cast, open_page: OpenPage, conversation: str):
    page = open_page(company.suji, conversation)
    page.get_by_role("link", name="Edit and ask again").focus()
    page.keyboard.press("Tab")
    expect(chip(page)).to_be_focused()
    expect(card(page)).to_contain_text(RULE)
    page.keyboard.press("Escape")
    expect(card(page)).to_have_count(0)
    expect(chip(page)).to_be_focused()


def test_the_original_opens_beside_and_the_focus_goes_there_and_back(
    company: Cast, open_page: OpenPage, conversation: str
):
    page = open_page(company.suji, conversation)
    chip(page).click()
    source = page.locator("[data-source-view]")
    expect(source).to_be_focused()
    expect(source.locator("mark.quoted")).to_have_text(RULE)
    expect(source.locator("mark.quoted")).to_be_in_viewport()
    expect(chip(page)).to_have_attribute("aria-current", "true")
    expect(page.locator(".shell")).to_have_class("shell shell-rail")
    assert page.locator(".panel").bounding_box()["x"] > 400
    source.get_by_label("Next page").click()
    expect(page.locator(".source-body")).to_contain_text("숙박비")
    page.get_by_role("link", name="See the same place there").click()
    expect(page.locator(".source-body")).to_contain_text("40,000원")
    page.keyboard.press("Escape")
    expect(source).to_have_count(0)
    expect(chip(page)).to_be_focused()
    expect(page.locator(".shell")).to_have_class("shell")


def test_the_tabs_of_the_panel_take_arrow_keys(company: Cast, open_page: OpenPage, conversation: str):
    page = open_page(company.suji, conversation)
    chip(page).click()
    page.get_by_role("tab", name="Original").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Cited")).to_be_focused()
    expect(page.get_by_role("tabpanel", name="Cited")).to_contain_text("Chicago travel rules")
    page.keyboard.press("End")
    expect(page.get_by_role("tabpanel", name="Also found")).to_contain_text("숙박비")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Original")).to_be_focused()


def test_a_pdf_shows_its_page_with_a_box_over_the_quoted_words(company: Cast, open_page: OpenPage, conversation: str):
    page = open_page(company.suji, conversation)
    chip(page, 2).click()
    image = page.locator("[data-page-image]")
    expect(image).to_be_visible()
    expect(page.locator(".quoted-box").first).to_be_visible()
    drawn = image.bounding_box()
    box = page.locator(".quoted-box").first.bounding_box()
    scale = drawn["width"] / 595
    assert abs((box["x"] - drawn["x"]) / scale - 72) < 4
    assert 92 < (box["y"] - drawn["y"]) / scale < 115  # the second line stands at 112 points
    assert box["width"] / scale > 250
    page.get_by_text("The page as text").click()
    expect(page.locator(".sheet mark.quoted")).to_have_text(LINES[1])


def test_the_pictures_ink_lies_under_the_box(company: Cast, open_page: OpenPage, conversation: str):
    page = open_page(company.suji, conversation)
    chip(page, 2).click()
    expect(page.locator(".quoted-box").first).to_be_visible()
    expect(page.locator("[data-page-image]")).to_have_js_property("complete", True)
    shot = Image.open(io.BytesIO(page.locator(".quoted-box").first.screenshot(caret="initial"))).convert("RGB")
    colours = shot.getcolors(shot.width * shot.height)
    assert min(sum(colour) for _n, colour in colours) < 150, "no ink under the box"
    common = max(colours)[1]
    assert common[0] > 200 and common[2] < 200, f"the box is not gardenia: {common}"


def test_the_original_is_downloaded_under_its_name(company: Cast, open_page: OpenPage, conversation: str):
    page = open_page(company.suji, conversation)
    chip(page, 2).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the original").click()
    assert download.value.suggested_filename == "rules.pdf"
    assert download.value.path().read_bytes() == pdf(*LINES)


def test_on_a_phone_card_and_original_are_sheets(company: Cast, open_page: OpenPage, conversation: str):
    page = open_page(company.suji, conversation, width=390, height=844, touch=True)
    chip(page).tap()
    expect(card(page)).to_contain_text(RULE)
    assert card(page).bounding_box()["width"] == 390
    expect(card(page).get_by_role("button", name="Close")).to_be_focused()
    card(page).get_by_role("button", name="Close").tap()
    expect(card(page)).to_have_count(0)
    expect(chip(page)).to_be_focused()
    chip(page).tap()
    card(page).get_by_role("link").tap()
    expect(page.locator("[data-source-view]")).to_be_visible()
    page.get_by_label("Close the original").tap()
    expect(page.locator("[data-source-view]")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_modifier_key_opens_the_page_of_its_own(company: Cast, open_page: OpenPage, conversation: str):
    page = open_page(company.suji, conversation)
    with page.context.expect_page() as opened:
        chip(page).click(modifiers=["Control"])
    expect(opened.value.locator("mark.quoted")).to_have_text(RULE)
    expect(opened.value.locator(".side")).to_be_visible()
