"""Asking in a real browser: one question from Enter to the finished answer, and everything around it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.cast import Cast
from tests.servers import ScriptedServer

RULE = "식비는 1일 35,000원을 한도로 실비를 지급한다."


def ask(page: Page, question: str = "식비는 얼마예요?") -> None:
    page.fill("#q", question)
    page.press("#q", "Enter")


def asked(page: Page) -> list[str]:
    """Collects the addresses of the page's requests that ask or stream."""
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url) if re.search(r"/ask/|/stream/", request.url) else None)
    return seen


def test_enter_asks_once_and_the_answer_streams_in(company: Cast, open_page: OpenPage, model: ScriptedServer):
    page = open_page(company.suji)
    seen = asked(page)
    model.pause = 0.1
    ask(page)
    expect(page.locator("[data-live]")).to_contain_text("식비는 1일")
    stages, written = page.locator(".stage-sentence").bounding_box(), page.locator(".live").bounding_box()
    assert stages is not None and written is not None
    assert stages["y"] + stages["height"] <= written["y"], "the text is written over the stages"
    expect(page.get_by_role("button", name="Stop").last).to_be_visible()
    expect(page.locator(".basis")).to_have_text("Sourced")
    expect(page.locator(".prose")).to_contain_text(RULE)
    expect(page).to_have_url(re.compile(r"/conversations/\d+/$"))
    expect(page).to_have_title(re.compile("식비는 얼마예요"))
    expect(page.locator("#q")).to_have_value("")
    expect(page.locator("#shelves")).to_contain_text("식비는 얼마예요?")
    page.wait_for_timeout(1200)
    assert len([url for url in seen if url.endswith("/ask/")]) == 1
    assert len([url for url in seen if "/stream/" in url]) == 1, "a closed stream was opened again"


def test_a_screen_reader_hears_sentences_stages_and_the_badge(
    company: Cast, open_page: OpenPage, model: ScriptedServer
):
    model.answer, model.pause = f"{RULE} 숙박비는 1박 120,000원까지 지급한다.", 0.05
    page = open_page(company.suji)
    page.evaluate(
        """() => {
          window.heard = [];
          const note = (records) => records.forEach((r) => {
            const region = r.target.closest?.('[role=log], [role=status]') ?? r.target.parentElement?.closest('[role=log], [role=status]');
            if (region && !region.closest('[aria-hidden=true]')) r.addedNodes.forEach((n) => window.heard.push(n.textContent.trim()));
          });
          new MutationObserver(note).observe(document.body, { childList: true, subtree: true });
        }"""
    )
    ask(page, "식비와 숙박비는 얼마예요?")
    expect(page.locator(".basis")).to_have_text("Sourced")
    page.wait_for_timeout(300)
    heard = page.evaluate("window.heard")
    assert RULE in heard, heard
    assert any("Writing the answer" in each for each in heard)
    assert "Sourced. All 2 sentences have a source" in page.inner_text("#spoken")
    assert page.locator("#answer-log p").count() == 2


def test_shift_enter_is_a_new_line_and_so_is_enter_under_a_finger(company: Cast, open_page: OpenPage):
    page = open_page(company.suji)
    seen = asked(page)
    page.fill("#q", "첫 줄")
    page.press("#q", "Shift+Enter")
    page.type("#q", "둘째 줄")
    assert page.input_value("#q") == "첫 줄\n둘째 줄"
    phone = open_page(company.suji, width=390, touch=True)
    seen_there = asked(phone)
    phone.fill("#q", "첫 줄")
    phone.press("#q", "Enter")
    assert phone.input_value("#q") == "첫 줄\n"
    assert not seen and not seen_there


def test_an_empty_question_is_not_sent_and_a_refused_one_comes_back(company: Cast, open_page: OpenPage):
    page = open_page(company.suji)
    seen = asked(page)
    ask(page, "   ")
    assert not seen
    page.fill("#q", "🙂")
    page.press("#q", "Enter")
    expect(page.locator("#composer-problem")).to_contain_text("no word in the question")
    expect(page.locator("#q")).to_have_value("🙂")
    page.goto("about:blank")


def test_a_draft_survives_a_reload_for_each_conversation(company: Cast, open_page: OpenPage):
    page = open_page(company.suji)
    page.fill("#q", "쓰다 만 질문")
    page.reload()
    expect(page.locator("#q")).to_have_value("쓰다 만 질문")
    ask(page)
    expect(page.locator(".basis")).to_be_visible()
    expect(page.locator("#q")).to_have_value("")
    page.fill("#q", "이어서 쓰다 만")
    page.goto("/")
    expect(page.locator("#q")).to_have_value("")
    page.go_back()
    expect(page.locator("#q")).to_have_value("이어서 쓰다 만")


def test_esc_stops_and_what_is_written_stays(company: Cast, open_page: OpenPage, model: ScriptedServer):
    model.answer, model.pause = RULE + " 그리고 영원히 이어집니다." * 60, 0.1
    page = open_page(company.suji)
    ask(page)
    expect(page.locator("[data-live]")).to_contain_text("지급한다.")
    page.press("#q", "Escape")
    expect(page.locator(".answer-head")).to_contain_text("stopped here")
    expect(page.locator(".prose")).to_contain_text(RULE)
    expect(page.get_by_role("button", name="Send")).to_be_visible()


def test_a_reload_and_a_second_tab_show_the_same(company: Cast, open_page: OpenPage, model: ScriptedServer):
    model.answer, model.pause = RULE + " 숙박비는 1박 120,000원까지 지급한다.", 0.25
    page = open_page(company.suji)
    ask(page)
    expect(page.locator("[data-live]")).to_contain_text("식비는")
    page.reload()
    expect(page.locator("[data-live]")).to_contain_text("식비는 1일")
    second = open_page(company.suji, page.url, context=page.context)
    for each in (page, second):
        expect(each.locator(".basis")).to_have_text("Sourced", timeout=15_000)
    assert page.inner_text("[data-exchange]") == second.inner_text("[data-exchange]")
    assert len(model.asked) == 1


def test_follow_up_edit_and_versions(company: Cast, open_page: OpenPage, model: ScriptedServer):
    page = open_page(company.suji)
    ask(page)
    expect(page.locator(".basis")).to_have_count(1)
    ask(page, "숙박비는 얼마예요?")
    expect(page.locator(".basis")).to_have_count(2)
    page.get_by_role("button", name="Answer again").first.click()
    expect(page.locator(".versions").first).to_contain_text("2 / 2")
    page.get_by_role("link", name="The answer before").click()
    expect(page.locator(".versions").first).to_contain_text("1 / 2")
    page.get_by_role("link", name="Edit and ask again").first.click()
    expect(page.get_by_role("textbox", name="Question").first).to_be_focused()
    assert page.evaluate("document.activeElement.selectionStart === document.activeElement.value.length")
    page.get_by_role("link", name="Leave it").click()
    expect(page.get_by_role("heading", name="식비는 얼마예요?", level=2)).to_be_visible()
    page.get_by_role("link", name="Edit and ask again").first.click()
    page.locator("[data-edit] textarea").fill("식비 한도는 얼마예요?")
    page.get_by_role("button", name="Ask again").click()
    expect(page.locator("[data-exchange]")).to_have_count(1)
    expect(page.locator(".question .versions")).to_contain_text("2 / 2")
    expect(page.locator(".basis")).to_have_count(1)
    page.get_by_role("link", name="The question before it was edited").click()
    expect(page.locator("[data-exchange]")).to_have_count(2)


def test_feedback_asks_for_a_reason_and_gives_the_focus_back(company: Cast, open_page: OpenPage):
    page = open_page(company.suji)
    ask(page)
    down = page.get_by_role("button", name="Something is wrong")
    down.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(down).to_be_focused()
    down.click()
    dialog.get_by_label("Outdated").check()
    dialog.get_by_label("What should it say").fill("6판을 보세요")
    dialog.get_by_role("button", name="Send").click()
    expect(dialog).to_be_hidden()
    expect(page.locator(".thumbs")).to_contain_text("Noted.")
    expect(down).to_have_attribute("aria-pressed", "true")


def test_copying_takes_the_sources_along(company: Cast, open_page: OpenPage):
    page = open_page(company.suji)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page)
    page.get_by_role("button", name="Copy with sources").click()
    expect(page.locator("#spoken")).to_have_text("Copied with its sources.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"{RULE} [1]") and "[1] 출장여비 규정, p. 1" in copied


def test_a_conversation_is_renamed_pinned_deleted_and_brought_back(company: Cast, open_page: OpenPage):
    page = open_page(company.hana)
    ask(page, "식비 한도는?")
    expect(page.locator(".basis")).to_be_visible()
    page.get_by_role("button", name="Pin").click()
    expect(page.locator("#shelves h2").first).to_have_text("Pinned")
    page.get_by_label("More about this conversation").click()
    page.get_by_role("link", name="Rename").click()
    page.get_by_role("dialog").get_by_label("Name").fill("출장 식비")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("출장 식비")
    expect(page.locator("#shelves [aria-current]")).to_have_text("출장 식비")
    page.get_by_label("More about this conversation").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.locator(".toast")).to_contain_text("“출장 식비” was deleted.")
    expect(page.locator("#shelves")).not_to_contain_text("출장 식비")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#shelves")).to_contain_text("출장 식비")
    expect(page.locator(".toast")).to_have_count(0)


def test_collections_are_chosen_as_chips_and_kept(company: Cast, open_page: OpenPage):
    page = open_page(company.minsu)
    page.locator(".scope summary").click()
    page.get_by_label("회사 규정").check()
    page.keyboard.press("Escape")
    expect(page.locator(".scope summary")).to_be_focused()
    expect(page.get_by_role("button", name="Take 회사 규정 out of the scope")).to_be_visible()
    ask(page)
    expect(page.locator(".basis")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="Take 회사 규정 out of the scope").click()
    expect(page.locator(".scope")).to_contain_text("All collections")


def test_a_press_on_the_words_of_a_collection_chooses_it_and_the_menu_stays_open(company: Cast, open_page: OpenPage):
    page = open_page(company.minsu)
    page.locator(".scope summary").click()
    at = page.locator(".scope label", has_text="회사 규정").bounding_box()
    assert at is not None
    page.mouse.move(at["x"] + at["width"] - 20, at["y"] + at["height"] / 2)
    page.mouse.down()
    expect(page.locator(".scope .menu-list")).to_be_visible()
    page.mouse.up()
    expect(page.get_by_role("button", name="Take 회사 규정 out of the scope")).to_be_visible()
    expect(page.locator(".scope .menu-list")).to_be_visible()
    page.locator("#q").click()
    expect(page.locator(".scope .menu-list")).to_be_hidden()


def test_a_new_question_comes_into_view_above_the_box(company: Cast, open_page: OpenPage, model: ScriptedServer):
    model.pause = 0.1
    page = open_page(company.suji, height=520)
    for number in range(3):
        ask(page, f"식비는 얼마예요? {number}")
        expect(page.locator(".basis")).to_have_count(number + 1)
    ask(page, "숙박비는 얼마예요?")
    expect(page.locator("[data-live]")).not_to_be_empty()
    for expected in (".live", ".tools"):  # while it is written, and when it stands there
        last = page.locator("[data-exchange]").last
        heading, below = last.locator("h2").bounding_box(), last.locator(expected).first.bounding_box()
        box = page.locator(".composer").bounding_box()
        assert heading is not None and below is not None and box is not None
        assert heading["y"] > 40, "the question left the window"
        assert below["y"] + below["height"] <= box["y"], "the box covers the answer"
        expect(page.locator(".basis")).to_have_count(4)


def test_the_log_forgets_what_was_written_when_the_checked_answer_stands(
    company: Cast, open_page: OpenPage, model: ScriptedServer
):
    model.answer = "사과는 과일입니다."
    page = open_page(company.suji)
    ask(page)
    expect(page.locator("#answer-log")).to_contain_text("사과는")
    expect(page.locator(".basis")).to_be_visible()
    expect(page.locator("#answer-log")).to_be_empty()


def test_a_question_says_where_and_with_what_it_was_searched(company: Cast, open_page: OpenPage):
    page = open_page(company.minsu)
    page.locator(".scope summary").click()
    page.get_by_label("회사 규정").check()
    page.keyboard.press("Escape")
    ask(page)
    expect(page.locator(".question").first).to_contain_text("Searched in 회사 규정")
    expect(page.locator(".basis")).to_be_visible()
    ask(page, "그럼 숙박비는?")
    expect(page.locator(".question").last).to_contain_text("Searched with 식비는 얼마예요?")


def test_finding_a_conversation_while_typing(company: Cast, open_page: OpenPage):
    page = open_page(company.jiwoo)
    for question in ("식비 한도는?", "숙박비 한도는?"):
        page.goto("/")
        ask(page, question)
        expect(page.locator(".basis")).to_be_visible()
    page.get_by_placeholder("Find a conversation").fill("숙박비")
    expect(page.locator("#shelves section a")).to_have_count(1)
    page.get_by_placeholder("Find a conversation").fill("")
    expect(page.locator("#shelves section a")).to_have_count(2)


def test_without_script_one_can_ask_read_and_open_sources(company: Cast, open_page: OpenPage):
    page = open_page(company.suji, script=False)
    page.fill("#q", "식비는 얼마예요?")
    page.click("button.send")
    expect(page.locator(".basis")).to_have_text("Sourced")
    page.locator(".cite-chip").first.click()
    expect(page.locator("mark.quoted")).to_have_text(RULE)
    page.get_by_label("Close the original").click()
    page.fill("#q", "숙박비는 얼마예요?")
    page.click("button.send")
    expect(page.locator("[data-exchange]")).to_have_count(2)


@pytest.mark.parametrize("theme", ["dark", "light", "system"])
def test_the_theme_changes_at_once_and_stays(company: Cast, open_page: OpenPage, theme: str):
    page = open_page(company.admin)
    for _ in range(3):
        if page.locator("[data-theme-now]").get_attribute("data-theme-now") == theme:
            break
        now = page.locator("[data-theme-now]").get_attribute("data-theme-now")
        page.locator("[data-theme-switch] button").click()
        expect(page.locator("[data-theme-now]")).not_to_have_attribute("data-theme-now", now)
    held = page.evaluate("document.documentElement.dataset.theme ?? 'system'")
    page.reload()
    assert held == page.evaluate("document.documentElement.dataset.theme ?? 'system'") == theme


def test_the_menu_is_a_drawer_on_a_phone_and_folds_on_a_desk(company: Cast, open_page: OpenPage):
    phone = open_page(company.suji, width=390, touch=True)
    phone.get_by_label("Open the menu").click()
    expect(phone.get_by_label("Close the menu")).to_be_focused()
    assert phone.evaluate("document.querySelector('.body').inert")
    phone.keyboard.press("Escape")
    expect(phone.get_by_label("Open the menu")).to_be_focused()
    expect(phone.locator("#side")).to_be_hidden()
    desk = open_page(company.suji)
    desk.get_by_label("Fold the menu").click()
    desk.reload()
    assert desk.locator("#side").bounding_box()["width"] < 80
    desk.get_by_label("Unfold the menu").click()
    assert desk.locator("#side").bounding_box()["width"] > 200
    desk.get_by_label("Fold the menu").click()
    desk.set_viewport_size({"width": 700, "height": 800})
    desk.reload()
    desk.get_by_label("Open the menu").click()
    expect(desk.locator(".side-nav").get_by_text("Search")).to_be_visible()
