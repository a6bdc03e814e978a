"""Originals: the quoted page of the quoted revision, any page of a revision, the file itself."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from asgiref.sync import async_to_sync

from accounts.access import as_user
from accounts.models import Audience, AuditEvent
from kb import files
from kb.documents import changes
from kb.models import Answer, Citation, Document, Page, Revision
from kb.models.documents import Format
from kb.views import originals
from kb.views.notes import citations_of, paths_of, place_of
from tests.answers import Said, answered, chunks_of
from tests.cast import Cast
from tests.database import as_worker
from tests.kb.views.conftest import Browser
from tests.made import add_revision, today

HTMX = {"HX-Request": "true"}


def quoted(cast: Cast) -> Citation:
    chunks = chunks_of(cast.suji, "출장여비 규정")
    answer: Answer = answered(cast.suji, "식비는?", [Said("35,000원입니다.", cites=[1])], chunks[:1], found=chunks[1:])
    with as_user(cast.suji):
        return answer.citations.get()


def revision_of(cast: Cast, title: str = "출장여비 규정", person=None) -> Revision:
    with as_user(person or cast.suji):
        return Revision.objects.select_related("document").get(document__title=title, number=1)


def test_the_quoted_page_has_its_words_marked_and_its_neighbours(shelf: Cast, browser: Browser):
    citation = quoted(shelf)
    client = browser(shelf.suji)
    html = client.get(f"/sources/{citation.pk}/").content.decode()
    assert '<mark class="quoted" data-quoted>식비는 1일 35,000원을 한도로 실비를 지급한다.</mark>' in html
    assert "<!doctype html>" in html and "p. 1 of 2" in html
    assert f'href="/sources/{citation.pk}/?page=2"' in html
    turned = client.get(f"/sources/{citation.pk}/", {"page": 2}, headers=HTMX).content.decode()
    assert "<!doctype" not in turned and "숙박비" in turned and "<mark" not in turned.split('id="panel-cited"')[0]
    for wrong in ("0", "3", "x", "9" * 30):
        assert client.get(f"/sources/{citation.pk}/", {"page": wrong}).status_code == 404, wrong


def test_the_quoted_revision_stays_and_a_banner_leads_to_the_newer_one(shelf: Cast, browser: Browser):
    citation = quoted(shelf)
    with as_worker():
        document = Document.objects.get(title="출장여비 규정")
    add_revision(document, ["식비는 1일 40,000원을 한도로 한다."], begin=today() + timedelta(days=7))
    client = browser(shelf.suji)
    html = client.get(f"/sources/{citation.pk}/").content.decode()
    assert "35,000원" in html and "comes into force on" in html
    assert f'href="/documents/{document.pk}/2/1/' in html
    add_revision(document, ["식비는 1일 50,000원을 한도로 한다."], begin=date(2026, 1, 1))
    html = client.get(f"/sources/{citation.pk}/").content.decode()
    assert "35,000원" in html and "has been in force since" in html
    newer = client.get(f"/documents/{document.pk}/3/1/").content.decode()
    assert "50,000원" in newer


def test_a_deep_link_marks_its_range_and_an_impossible_one_marks_nothing(shelf: Cast, browser: Browser):
    revision = revision_of(shelf)
    client = browser(shelf.suji)
    address = f"/documents/{revision.document_id}/1/1/"
    assert '<mark class="quoted" data-quoted>식비</mark>' in client.get(address, {"from": 0, "to": 2}).content.decode()
    for wrong in (
        {"from": "x", "to": 2},
        {"from": 5, "to": 2},
        {"from": 0, "to": 10**9},
        {"from": 10**20, "to": 1},
        {},
    ):
        response = client.get(address, wrong)
        assert response.status_code == 200 and b"<mark" not in response.content, wrong


def test_a_place_names_the_article_of_the_words_and_never_the_title_again(shelf: Cast, browser: Browser):
    citation = quoted(shelf)
    with as_worker():
        page = Page.objects.get(revision_id=citation.revision_id, number=1)
        page.blocks = [{"kind": "heading", "level": 2, "start": 0, "end": 5}]  # "식비는 1"
        page.save()
        Citation.objects.filter(pk=citation.pk).update(path="출장여비규정 › 제1장")
    with as_user(shelf.suji):
        citation = citations_of(citation.answer)[0]
        heading = page.text[:5].strip()
        assert paths_of([citation]) == {citation.pk: f"출장여비규정 › 제1장 › {heading}"}
        place = place_of(citation.path, 1, citation.revision, "출장여비 규정")
    assert place.startswith("제1장 · ")
    html = browser(shelf.suji).get(f"/sources/{citation.pk}/").content.decode()
    assert f"제1장 › {heading} · p. 1" in html


def test_a_heading_below_the_words_is_not_their_place(shelf: Cast):
    citation = quoted(shelf)
    with as_worker():
        page = Page.objects.get(revision_id=citation.revision_id, number=1)
        page.blocks = [{"kind": "heading", "level": 2, "start": 8, "end": 12}]
        page.save()
    with as_user(shelf.suji):
        citation = citations_of(citation.answer)[0]
        assert paths_of([citation]) == {citation.pk: citation.path}


def test_a_document_leads_to_its_revision_in_force(shelf: Cast, browser: Browser):
    revision = revision_of(shelf)
    assert (
        browser(shelf.suji).get(f"/documents/{revision.document_id}/").url == f"/documents/{revision.document_id}/1/1/"
    )


def test_others_see_neither_citation_nor_page_nor_file(shelf: Cast, browser: Browser):
    citation = quoted(shelf)
    assert browser(shelf.minsu).get(f"/sources/{citation.pk}/").status_code == 404
    theirs = revision_of(shelf, "10월 결산 메모", shelf.minsu)
    for person in (shelf.suji, shelf.admin):  # an admin manages the document, and may not read it
        client = browser(person)
        for tail in ("", "1/1/", "1/1/image/", "1/original/"):
            assert client.get(f"/documents/{theirs.document_id}/{tail}").status_code == 404, (person, tail)


def test_a_citation_is_gone_with_the_right_to_read_it(shelf: Cast, browser: Browser):
    citation = quoted(shelf)
    client = browser(shelf.suji)
    with as_user(shelf.hana):
        changes.set_audience(
            Document.objects.get(title="출장여비 규정"), Audience.objects.get(name="인사팀 자료"), actor=shelf.hana
        )
    assert client.get(f"/sources/{citation.pk}/").status_code == 404
    assert client.get(f"/documents/{citation.document_id}/1/original/").status_code == 404


def test_what_was_quoted_stays_readable_after_its_document_went_to_the_trash(shelf: Cast, browser: Browser):
    citation = quoted(shelf)
    with as_user(shelf.hana):
        changes.delete(Document.objects.get(pk=citation.document_id), actor=shelf.hana)
    html = browser(shelf.suji).get(f"/sources/{citation.pk}/").content.decode()
    assert "35,000원" in html and "moved to the trash" in html
    assert browser(shelf.minsu).get(f"/documents/{citation.document_id}/1/1/").status_code == 404


def test_the_original_comes_as_an_attachment_and_is_noted(shelf: Cast, browser: Browser):
    revision = revision_of(shelf)
    path = files.path_of(revision.file)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"<script>alert(1)</script>" * 30_000)
    client = browser(shelf.suji)
    response = client.get(f"/documents/{revision.document_id}/1/original/")

    async def whole() -> bytes:
        return b"".join([part async for part in response.streaming_content])

    assert async_to_sync(whole)() == path.read_bytes()
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith("attachment; ")
    event = AuditEvent.objects.get(action="document.download")
    assert (event.actor_id, event.thing_id, event.address) == (shelf.suji.pk, str(revision.pk), "127.0.0.1")


def test_a_file_that_is_gone_is_told(shelf: Cast, browser: Browser):
    revision = revision_of(shelf)
    response = browser(shelf.suji).get(f"/documents/{revision.document_id}/1/original/")
    assert response.status_code == 404
    assert "Tell your admin" in response.content.decode()
    assert not AuditEvent.objects.filter(action="document.download").exists()


@pytest.mark.parametrize(
    ("name", "plain", "encoded"),
    [
        ("규정.pdf", "__.pdf", "%EA%B7%9C%EC%A0%95.pdf"),
        ('a"b\\c/d.pdf', "abcd.pdf", "abcd.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf", "aSet-Cookie%3A%20x.pdf"),
        ("100%.pdf", "100_.pdf", "100%25.pdf"),
        ("///", "document", "document"),
    ],
)
def test_names_are_given_twice_and_carry_nothing_else(name: str, plain: str, encoded: str):
    assert originals.attachment(name) == f"attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}"


def test_only_a_pdf_has_page_pictures(shelf: Cast, browser: Browser):
    revision = revision_of(shelf)
    assert browser(shelf.suji).get(f"/documents/{revision.document_id}/1/1/image/").status_code == 404


def test_a_pdf_that_cannot_be_drawn_shows_its_text(shelf: Cast, browser: Browser):
    citation = quoted(shelf)
    path = files.path_of(revision_of(shelf).file)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"%PDF-1.7 broken")
    with as_worker():
        Revision.objects.filter(pk=citation.revision_id).update(format=Format.PDF)
    client = browser(shelf.suji)
    html = client.get(f"/sources/{citation.pk}/").content.decode()
    assert "<img" not in html and '<mark class="quoted"' in html
    assert client.get(f"/documents/{citation.document_id}/1/1/image/").status_code == 404
