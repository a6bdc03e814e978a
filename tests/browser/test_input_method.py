"""The Korean input method: one Enter sends exactly once, composing never sends, no last syllable is left behind.

Chromium's own composition is driven through its debugging protocol; the orders of events that other browsers have are
replayed as events, because no machine here has those browsers.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.browser.conftest import OpenPage
from tests.cast import Cast

PROCESS = 229


@pytest.fixture
def typed(company: Cast, open_page: OpenPage):
    """The empty page with the box focused, its debugging session, and the list of questions that were sent."""
    page = open_page(company.suji)
    sent: list[str] = []

    def note(request) -> None:
        if request.url.endswith("/ask/"):
            sent.append(
                re.search(r'name="q"\r\n\r\n(.*?)\r\n--|(?:^|&)q=([^&]*)', request.post_data or "", re.S).group(0)
            )

    page.on("request", note)
    page.focus("#q")
    return page, page.context.new_cdp_session(page), sent


def press(session: CDPSession, code: int, key: str = "Enter", kind: str = "rawKeyDown") -> None:
    session.send(
        "Input.dispatchKeyEvent",
        {"type": kind, "windowsVirtualKeyCode": code, "nativeVirtualKeyCode": code, "key": key, "code": "Enter"},
    )


def compose(session: CDPSession, text: str) -> None:
    session.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})


def commit(session: CDPSession, text: str) -> None:
    session.send("Input.insertText", {"text": text})


def sent_once(page: Page, sent: list[str], question: str) -> None:
    expect(page.locator(".question h2")).to_have_text(question)
    page.wait_for_timeout(300)
    assert len(sent) == 1, sent
    expect(page.locator("#q")).to_have_value("")
    expect(page.locator("[data-exchange]")).to_have_count(1)


@pytest.mark.parametrize("reports_enter_again", [False, True])
def test_one_enter_while_a_syllable_is_composed_sends_once(typed, reports_enter_again: bool):
    page, session, sent = typed
    page.keyboard.type("식비 얼")
    compose(session, "마")
    press(session, PROCESS, "Process")
    assert not sent, "sent while composing"
    commit(session, "마")
    if reports_enter_again:
        press(session, 13)
    press(session, 13, kind="keyUp")
    sent_once(page, sent, "식비 얼마")


def test_composing_alone_never_sends(typed):
    page, session, sent = typed
    for syllable in ("ㅅ", "시", "식"):
        compose(session, syllable)
        press(session, PROCESS, "Process", kind="keyUp")
    commit(session, "식")
    compose(session, "비")
    page.wait_for_timeout(200)
    assert not sent
    assert page.input_value("#q") == "식비"


def test_enter_after_the_syllable_is_done_sends_once(typed):
    page, session, sent = typed
    compose(session, "식비")
    commit(session, "식비")
    page.keyboard.press("Enter")
    sent_once(page, sent, "식비")


REPLAY = """(steps) => {
  const box = document.querySelector('#q');
  for (const [type, init, value] of steps) {
    if (value !== undefined) box.value = value;
    const kind = type.startsWith('composition') ? CompositionEvent : type === 'input' ? InputEvent : KeyboardEvent;
    const event = new kind(type, { bubbles: true, cancelable: true, ...init });
    if (init.keyCode) Object.defineProperty(event, 'keyCode', { value: init.keyCode });
    box.dispatchEvent(event);
  }
}"""
DOWN, UP = "keydown", "keyup"
COMPOSED = {"key": "Process", "code": "Enter", "keyCode": PROCESS, "isComposing": True}
PLAIN = {"key": "Enter", "code": "Enter", "keyCode": 13}


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param(
            [
                ["compositionstart", {}],
                ["compositionend", {"data": "비"}, "식비"],
                [DOWN, {"key": "Enter", "code": "Enter", "keyCode": PROCESS}],
                [UP, PLAIN],
            ],
            id="safari ends the composition before it reports the key",
        ),
        pytest.param(
            [
                ["compositionstart", {}],
                [DOWN, COMPOSED],
                ["compositionend", {"data": "비"}, "식비"],
                [DOWN, PLAIN],
                [UP, PLAIN],
            ],
            id="enter is reported twice",
        ),
        pytest.param(
            [
                ["compositionstart", {}],
                [DOWN, COMPOSED],
                ["compositionend", {"data": "비"}, "식비"],
                [UP, {**PLAIN, "keyCode": PROCESS}],
            ],
            id="enter is reported once",
        ),
        pytest.param(
            [[DOWN, PLAIN, "식비"], [DOWN, {**PLAIN, "repeat": True}], [DOWN, {**PLAIN, "repeat": True}], [UP, PLAIN]],
            id="the key is held down",
        ),
    ],
)
def test_the_orders_of_other_browsers_send_once(typed, steps):
    page, _session, sent = typed
    page.evaluate(REPLAY, steps)
    sent_once(page, sent, "식비")


def test_a_last_syllable_that_comes_after_sending_is_taken_away(typed):
    page, _session, sent = typed
    page.keyboard.type("숙박비")
    page.keyboard.press("Enter")
    expect(page.locator(".basis")).to_be_visible()
    page.evaluate(
        REPLAY,
        [["compositionstart", {}], [DOWN, COMPOSED], ["compositionend", {"data": "비"}, "출장 식비"], [UP, PLAIN]],
    )
    page.wait_for_timeout(50)
    page.evaluate(REPLAY, [["input", {"data": "비", "inputType": "insertCompositionText"}, "비"]])
    assert page.input_value("#q") == ""
    expect(page.locator(".basis")).to_have_count(2)
    assert len(sent) == 2
    assert page.input_value("#q") == ""


@pytest.mark.parametrize("text", ["ホテル", "你好", "宿泊費"])
def test_enter_that_chooses_a_candidate_does_not_send(typed, text: str):
    page, session, sent = typed
    compose(session, text)
    press(session, PROCESS, "Process")
    commit(session, text)
    press(session, PROCESS, kind="keyUp")
    page.wait_for_timeout(200)
    assert not sent
    assert page.input_value("#q") == text
    page.keyboard.press("Enter")
    sent_once(page, sent, text)


def test_writing_on_after_sending_is_not_taken_for_a_ghost(typed):
    page, _session, _sent = typed
    page.keyboard.type("식비")
    page.keyboard.press("Enter")
    expect(page.locator(".basis")).to_be_visible()
    page.focus("#q")
    page.keyboard.type("비")
    assert page.input_value("#q") == "비"


def test_a_search_box_waits_for_the_syllable(company: Cast, open_page: OpenPage):
    page = open_page(company.suji, "/search/")
    session = page.context.new_cdp_session(page)
    page.locator("main input[type=search]").focus()
    compose(session, "식비")
    press(session, PROCESS, "Process")
    page.wait_for_timeout(300)
    assert page.url.endswith("/search/")
    commit(session, "식비")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"q=%EC%8B%9D%EB%B9%84"))
