"""The library in a real browser: files dropped and watched, passages beside their page, and all of it without script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts import sessions
from accounts.access import as_user
from kb.jobs.claim import add
from kb.models import Document, Job, Revision
from kb.models.documents import RevisionState
from kb.models.jobs import JobKind, JobState
from tests.browser.axe import violations
from tests.browser.conftest import OpenPage
from tests.cast import Cast
from tests.database import as_worker
from tests.made import add_document

DROP = """async ([selector, files]) => {
  const transfer = new DataTransfer();
  for (const [name, text] of files) transfer.items.add(new File([text], name));
  const target = document.querySelector(selector);
  for (const type of ["dragenter", "dragover", "drop"]) {
    target.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
  }
}"""


@pytest.fixture
def rules(company: Cast, django_db_blocker: Any) -> Iterator[Cast]:
    """The company, with what a test put into the library taken away again."""
    with django_db_blocker.unblock():
        with as_worker():
            before = set(Document.objects.values_list("pk", flat=True))
        yield company
        with as_worker():
            Document.objects.exclude(pk__in=before).delete()
            Document.objects.update(deleted_at=None)


def unfinished(cast: Cast, title: str, **job: Any) -> Document:
    with as_worker():
        document = Document.objects.create(
            collection=cast.rules, external_id=title, title=title, audience=cast.rules.audience, owner=cast.hana
        )
        revision = Revision.objects.create(
            document=document, audience=document.audience, number=1, file=f"00000000-0000-0000-0000-{document.pk:012d}",
            filename=f"{title}.pdf", size=1, sha256="0" * 64,
        )  # fmt: skip
        add(JobKind.INGEST, collection=cast.rules, revision=revision, **job)
    return document


def row(page: Page, title: str) -> Any:
    return page.locator("tbody tr", has_text=title)


def test_dropped_files_are_sent_one_by_one_and_stand_in_the_list(rules: Cast, open_page: OpenPage):
    page = open_page(rules.hana, "/library/rules/")
    page.evaluate(
        DROP, ["#upload", [["보안.md", "# 보안\n"], ["여비.md", "# 여비\n"], [".DS_Store", "x"], ["비어.md", ""]]]
    )
    uploads = page.locator("#uploads li")
    expect(uploads).to_have_count(3)
    expect(uploads.filter(has_text="보안.md")).to_contain_text("Taken")
    expect(uploads.filter(has_text="비어.md")).to_contain_text("it has no bytes")
    expect(row(page, "보안.md")).to_contain_text("Waiting")
    expect(row(page, "여비.md")).to_contain_text("Waiting")
    expect(page.locator("tbody")).to_contain_text("It is next.")
    expect(page.locator("tbody")).to_contain_text("1 file before it")


def test_a_name_that_is_there_is_asked_about_with_the_file_kept(rules: Cast, open_page: OpenPage):
    page = open_page(rules.hana, "/library/rules/")
    page.evaluate(DROP, ["#upload", [["보안.md", "# 보안\n"]]])
    expect(page.locator("#uploads li")).to_contain_text("Taken")
    page.evaluate(DROP, ["#upload", [["보안.md", "# 보안 2\n"]]])
    first = page.locator("#uploads li").first
    expect(first).to_contain_text("is there already")
    first.get_by_role("button", name="Replace").click()
    expect(first).to_contain_text("Taken as revision 2")
    page.evaluate(DROP, ["#upload", [["보안.md", "# 보안 2\n"]]])
    expect(page.locator("#uploads li").first).to_contain_text("The same file is here already")


def test_a_file_that_is_too_large_is_not_even_sent(rules: Cast, open_page: OpenPage):
    page = open_page(rules.hana, "/library/rules/")
    page.evaluate("document.querySelector('#upload').dataset.most = 3")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.evaluate(DROP, ["#upload", [["큰.md", "1234"]]])
    expect(page.locator("#uploads li")).to_contain_text("so it was not sent")
    assert sent == []


def test_a_session_that_ended_is_said_and_the_file_is_kept_for_another_try(rules: Cast, open_page: OpenPage):
    page = open_page(rules.hana, "/library/rules/")
    sessions.end_all(rules.hana, actor=rules.admin)
    page.evaluate(DROP, ["#upload", [["보안.md", "# 보안\n"]]])
    first = page.locator("#uploads li").first
    expect(first).to_contain_text("You are not signed in any more.")
    expect(first.get_by_role("button", name="Send again")).to_be_visible()
    page.wait_for_timeout(1000)
    expect(page).to_have_url(re.compile(r"/library/rules/$"))


def test_a_folder_keeps_its_paths(rules: Cast, open_page: OpenPage, tmp_path: Any):
    for year in ("2024", "2025"):
        (tmp_path / "회의" / year).mkdir(parents=True)
        (tmp_path / "회의" / year / "회의록.md").write_text(f"# {year}\n")
    page = open_page(rules.hana, "/library/rules/")
    page.set_input_files("#up-folder", str(tmp_path / "회의"))
    expect(page.locator("#uploads li", has_text="Taken")).to_have_count(2)
    with as_user(rules.hana):
        paths = Document.objects.filter(external_id__startswith="회의/").values_list("external_id", flat=True)
        assert sorted(paths) == ["회의/2024/회의록.md", "회의/2025/회의록.md"]


def test_a_wrong_day_does_not_lose_the_chosen_file(rules: Cast, open_page: OpenPage, tmp_path: Any):
    (tmp_path / "여비 2판.md").write_text("# 2판\n")
    document = add_document(rules.rules, "여비 2판", ["식비."], owner=rules.hana)
    page = open_page(rules.hana, f"/library/documents/{document.pk}/")
    page.get_by_role("link", name="New revision").click()
    form = page.get_by_role("dialog")
    form.locator("input[type=file]").set_input_files(str(tmp_path / "여비 2판.md"))
    form.locator("[name=begin]").fill("2026-13-01")
    form.get_by_role("button", name="Upload").click()
    expect(form.locator(".wrong")).to_be_visible()
    assert form.locator("input[type=file]").input_value().endswith("여비 2판.md")
    form.locator("[name=begin]").fill("")
    form.get_by_role("button", name="Upload").click()
    expect(page.locator("#revisions > li")).to_have_count(2)


def test_states_live_and_the_end_is_spoken(rules: Cast, open_page: OpenPage):
    document = unfinished(
        rules, "산재 처리", state=JobState.RUNNING, stage="ocr", percent=30, detail={"page": 12, "pages": 40}
    )
    page = open_page(rules.hana, "/library/rules/")
    expect(row(page, "산재 처리")).to_contain_text("page 12 of 40")
    with as_worker():
        Job.objects.filter(revision__document=document).update(detail={"page": 13, "pages": 40})
    expect(row(page, "산재 처리")).to_contain_text("page 13 of 40")
    with as_worker():
        Job.objects.filter(revision__document=document).update(state=JobState.FAILED)
        Revision.objects.filter(document=document).update(state=RevisionState.FAILED, reason="password")
    expect(row(page, "산재 처리")).to_contain_text("The file is protected by a password.")
    expect(page.locator("#spoken")).to_contain_text("산재 처리 is done.")
    expect(page.locator("#chip-failed")).to_contain_text("Not read 1")
    expect(page.locator("#chip-reading")).to_contain_text("Being read 0")
    expect(page.locator("#live")).not_to_have_attribute("hx-get", re.compile("."))


def test_reading_is_cancelled_and_tried_again_from_the_list(rules: Cast, open_page: OpenPage):
    unfinished(rules, "기다림", state=JobState.QUEUED)
    page = open_page(rules.hana, "/library/rules/")
    row(page, "기다림").get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Reading stops.")).to_be_visible()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("It goes on from where it stopped.")).to_be_visible()
    expect(page.locator(".state").first).to_have_text("Waiting")


def test_ticked_documents_go_to_the_trash_and_one_press_brings_them_back(rules: Cast, open_page: OpenPage):
    add_document(rules.rules, "가 규정", ["x"]), add_document(rules.rules, "나 규정", ["x"])
    page = open_page(rules.hana, "/library/rules/")
    bar = page.locator("[data-several-bar]")
    expect(bar).to_be_hidden()
    page.get_by_label("Tick 가 규정").check()
    page.get_by_label("Tick 나 규정").check()
    expect(bar).to_contain_text("2 documents ticked")
    bar.get_by_role("button", name="Move to the trash").click()
    expect(page.locator(".toast")).to_contain_text("2 documents were moved to the trash.")
    expect(row(page, "가 규정")).to_have_count(0)
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(row(page, "가 규정")).to_have_count(1)


def test_typing_narrows_the_list_and_an_input_method_is_waited_for(rules: Cast, open_page: OpenPage):
    add_document(rules.rules, "취업 규칙", ["x"])
    page = open_page(rules.hana, "/library/rules/")
    looked: list[str] = []
    page.on("request", lambda request: looked.append(request.url) if "/library/rules/?" in request.url else None)
    session = page.context.new_cdp_session(page)
    page.focus("#library-words")
    for part in ("ㅊ", "추", "출", "출ㅈ", "출자", "출장"):
        session.send("Input.imeSetComposition", {"text": part, "selectionStart": len(part), "selectionEnd": len(part)})
    page.wait_for_timeout(600)
    assert looked == [], "while an input method composes, nothing is searched"
    session.send("Input.insertText", {"text": "출장"})
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("#library-words")).to_be_focused()
    expect(page.locator("#library-words")).to_have_value("출장")
    assert len(looked) == 1
    page.fill("#library-words", "ㅊㅈㅇㅂ")
    expect(page).to_have_url(re.compile("q=%E3%85%8A"))
    expect(row(page, "출장여비 규정")).to_have_count(1)
    page.fill("#library-words", "없는 이름")
    expect(page.get_by_text("No document has this in its title")).to_be_visible()


def test_a_chip_narrows_keeps_the_words_and_the_focus(rules: Cast, open_page: OpenPage):
    page = open_page(rules.hana, "/library/rules/?q=출장")
    page.locator("#chip-failed").press("Enter")
    expect(page.get_by_text("No document has this in its title")).to_be_visible()
    expect(page.locator("#chip-failed")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#chip-failed")).to_be_focused()
    expect(page).to_have_url(re.compile("show=failed"))
    page.fill("#library-words", "")
    expect(page.get_by_text("There is nothing of this kind")).to_be_visible()


def test_a_form_opens_as_a_dialog_says_what_is_wrong_and_saves(rules: Cast, open_page: OpenPage):
    document = add_document(rules.rules, "복리후생", ["x"], owner=rules.hana)
    page = open_page(rules.hana, f"/library/documents/{document.pk}/")
    page.get_by_role("link", name="Change", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Look at it again on").fill("2026-13-01")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_contain_text("There is no month 13. Write it like 2026-12-01.")
    expect(dialog.get_by_label("Look at it again on")).to_be_focused()
    dialog.get_by_label("Look at it again on").fill("2026.12.1")
    dialog.get_by_role("button", name="Save").click()
    expect(page.locator(".facts-list")).to_contain_text("2026-12-01")
    page.get_by_role("link", name="Change", exact=True).click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_passages_and_their_page_point_at_each_other(rules: Cast, open_page: OpenPage):
    with as_user(rules.hana):
        document = Document.objects.get(title="출장여비 규정")
    page = open_page(rules.hana, f"/library/documents/{document.pk}/chunks/")
    page.locator("#chunk-0").click()
    expect(page.locator("#region-0")).to_have_attribute("aria-current", "true")
    page.get_by_role("link", name="Next page").click()
    page.locator("#region-1").click()
    expect(page.locator("#chunk-1")).to_have_attribute("aria-current", "true")
    page.fill("#page-number", "1")
    page.press("#page-number", "Enter")
    expect(page.locator("#region-0")).to_be_visible()
    page.locator("main").press("j")
    expect(page.locator("#chunk-0")).to_be_focused()


def test_without_script_files_are_uploaded_watched_changed_and_deleted(rules: Cast, open_page: OpenPage, tmp_path: Any):
    file = tmp_path / "경조사.md"
    file.write_text("# 경조사\n")
    page = open_page(rules.hana, "/library/rules/", script=False)
    page.set_input_files("#up-files", str(file))
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("Taken. It can be asked about in a few minutes.")).to_be_visible()
    page.get_by_role("link", name="To the collection").click()
    page.get_by_role("button", name=re.compile("^Being read")).click()
    expect(row(page, "경조사")).to_have_count(1)
    page.get_by_role("link", name="경조사").click()
    page.get_by_role("link", name="Change", exact=True).click()
    page.get_by_label("Title").fill("경조사 지원 기준")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="경조사 지원 기준")).to_be_visible()
    page.get_by_role("button", name="Move to the trash").click()
    expect(page.get_by_text("was moved to the trash.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(row(page, "경조사 지원 기준")).to_have_count(1)


PLACES = ["/library/", "/library/rules/", "/library/rules/?show=trash", "/library/documents/{0}/"]
PLACES += ["/library/documents/{0}/%s/" % form for form in ("describe", "audience", "days/1", "replace", "chunks")]  # noqa: UP031


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")])
def test_axe_finds_nothing_in_the_library(rules: Cast, open_page: OpenPage, width: int, theme: str):
    document = add_document(rules.rules, "점검", ["제1조 목적", "제2조"], owner=rules.hana)
    unfinished(rules, "읽는 중", state=JobState.RUNNING, stage="embed", percent=40)
    unfinished(rules, "끝없는", state=JobState.FAILED, stage="load", reason="worker_lost")
    found = {}
    for place in PLACES:
        page = open_page(rules.hana, place.format(document.pk), width=width, theme=theme)
        found[place] = violations(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{place} scrolls sideways"
        page.close()
    page = open_page(rules.hana, f"/library/documents/{document.pk}/", width=width, theme=theme)
    page.get_by_role("link", name="Who reads it").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    found["dialog"] = violations(page)
    assert not any(found.values()), found
