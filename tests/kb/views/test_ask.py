"""Asking with and without script: rows, the fragment that opens the stream, branches, and what is refused."""

from __future__ import annotations

import re

import pytest
from asgiref.sync import sync_to_async
from django.test import AsyncClient, Client

from accounts.access import as_user
from accounts.models import User
from kb.chat import hub
from kb.models import Answer, Conversation, Question
from kb.models.chat import AnswerState, Channel
from tests.answers import Said, answered
from tests.cast import Cast
from tests.kb.views.conftest import Browser
from tests.servers import ScriptedServer

HTMX = {"HX-Request": "true"}


async def signed_in(person: User) -> AsyncClient:
    await User.objects.filter(pk=person.pk).aupdate(language="en")
    client = AsyncClient()
    await client.aforce_login(person)
    return client


async def finished(person: User, answer_id: int) -> Answer:
    """The answer once its producer in this process is done."""
    while (live := hub.made_here(answer_id)) is not None:
        await hub.news(live, 0.05)

    def read() -> Answer:
        with as_user(person):
            return Answer.objects.select_related("question__conversation").get(pk=answer_id)

    return await sync_to_async(read)()


async def test_without_script_the_form_waits_and_leads_to_the_answer(committed_shelf: Cast, server: ScriptedServer):
    client = await signed_in(committed_shelf.suji)
    response = await client.post("/ask/", {"q": "식비는 하루 얼마까지 지급하나요?"})
    assert response.status_code == 302
    page = await client.get(response.url)
    html = page.content.decode()
    assert "식비는 1일 35,000원을 한도로 실비를 지급한다." in html
    assert "Its sentence has a source" in html
    assert re.search(r'<a class="cite-chip" href="/sources/\d+/"', html)


async def test_with_script_a_fragment_opens_the_stream_and_the_address_changes(
    committed_shelf: Cast, server: ScriptedServer
):
    client = await signed_in(committed_shelf.suji)
    response = await client.post("/ask/", {"q": "식비는 얼마예요?"}, headers=HTMX)
    html = response.content.decode()
    answer_id = int(re.search(r'sse-connect="/answers/(\d+)/stream/"', html).group(1))
    answer = await finished(committed_shelf.suji, answer_id)
    assert response["HX-Push-Url"] == f"/conversations/{answer.question.conversation_id}/"
    assert response["HX-Retarget"] == "#main"
    assert "<html" not in html
    assert answer.state == AnswerState.DONE
    assert answer.question.conversation.channel == Channel.PORTAL


async def test_a_follow_up_stands_below_and_the_composer_moves_on(committed_shelf: Cast, server: ScriptedServer):
    suji = committed_shelf.suji
    first = await sync_to_async(answered)(suji, "식비는요?", [Said("35,000원입니다.")])
    client = await signed_in(suji)
    response = await client.post(
        "/ask/",
        {"q": "숙박비는요?", "conversation": first.question.conversation_id, "after": first.question_id},
        headers=HTMX,
    )
    html = response.content.decode()
    answer_id = int(re.search(r"/answers/(\d+)/stream/", html).group(1))
    answer = await finished(suji, answer_id)
    assert answer.question.previous_id == first.question_id
    assert f'name="after" id="after" value="{answer.question_id}" hx-swap-oob="true"' in html
    assert html.count("data-exchange") == 1


async def test_an_edited_question_is_a_branch_and_shows_the_whole_path(committed_shelf: Cast, server: ScriptedServer):
    suji = committed_shelf.suji
    first = await sync_to_async(answered)(suji, "식비는요?", [Said("모릅니다.")])
    client = await signed_in(suji)
    response = await client.post(
        "/ask/",
        {"q": "숙박비는요?", "conversation": first.question.conversation_id, "after": "", "edited": first.question_id},
        headers=HTMX,
    )
    html = response.content.decode()
    answer = await finished(suji, int(re.search(r"/answers/(\d+)/stream/", html).group(1)))
    assert response["HX-Retarget"] == "#exchanges"
    assert "식비는요?" not in html
    assert "2 / 2" in html
    assert answer.question.previous_id is None
    old = await client.get(f"/conversations/{first.question.conversation_id}/?at={first.question_id}")
    assert "모릅니다." in old.content.decode()


async def test_answering_again_keeps_the_older_version(committed_shelf: Cast, server: ScriptedServer):
    suji = committed_shelf.suji
    first = await sync_to_async(answered)(suji, "식비는 얼마예요?", [Said("모릅니다.")])
    client = await signed_in(suji)
    response = await client.post(f"/questions/{first.question_id}/again/", headers=HTMX)
    second = await finished(suji, int(re.search(r"/answers/(\d+)/stream/", response.content.decode()).group(1)))
    assert second.version == 2
    page = (await client.get(f"/conversations/{first.question.conversation_id}/")).content.decode()
    assert "2 / 2" in page and f"/answers/{first.pk}/" in page
    older = (await client.get(f"/answers/{first.pk}/", headers=HTMX)).content.decode()
    assert "모릅니다." in older and "1 / 2" in older


async def test_the_chosen_collections_are_kept_with_the_question(committed_shelf: Cast, server: ScriptedServer):
    cast = committed_shelf
    client = await signed_in(cast.suji)
    response = await client.post("/ask/", {"q": "식비는 얼마예요?", "scope": [cast.rules.pk]})
    page = (await client.get(response.url)).content.decode()
    assert re.search(rf'name="scope" value="{cast.rules.pk}"[^>]* checked', page)


@pytest.mark.parametrize(
    ("question", "status"),
    [("", 400), ("   ", 400), ("🙂", 400), ("가" * 4001, 413), ("가" * 100_000, 413)],
)
async def test_what_cannot_be_asked_is_told_beside_the_box_and_leaves_no_row(
    committed_shelf: Cast, word_encoder, question: str, status: int
):
    client = await signed_in(committed_shelf.suji)
    response = await client.post("/ask/", {"q": question}, headers={**HTMX, "Maru-Problems": "#composer-problem"})
    assert response.status_code == status
    assert response["HX-Retarget"] == "#composer-problem"
    assert b"data-problem" in response.content
    assert await _count(committed_shelf.suji) == 0


async def _count(person: User) -> int:
    def count() -> int:
        with as_user(person):
            return Conversation.objects.count()

    return await sync_to_async(count)()


@pytest.mark.parametrize("place", ["#x onload=1", "https://evil.example", "<img>", "body"])
async def test_a_notice_goes_only_to_places_of_the_page(committed_cast: Cast, place: str):
    client = await signed_in(committed_cast.suji)
    response = await client.post("/ask/", {"q": ""}, headers={**HTMX, "Maru-Problems": place})
    assert response["HX-Retarget"] == "#problems"


async def test_ids_of_others_and_of_nothing_are_not_there(committed_shelf: Cast, server: ScriptedServer):
    cast = committed_shelf
    theirs = await sync_to_async(answered)(cast.minsu, "매출원가는?", [Said("12억입니다.")])
    mine = await sync_to_async(answered)(cast.suji, "식비는?", [Said("35,000원입니다.")])
    other = await sync_to_async(answered)(cast.suji, "숙박비는?", [Said("120,000원입니다.")])
    client = await signed_in(cast.suji)
    for form in (
        {"conversation": theirs.question.conversation_id},
        {"conversation": mine.question.conversation_id, "after": theirs.question_id},
        {"conversation": mine.question.conversation_id, "after": other.question_id},
        {"conversation": "nothing"},
        {"conversation": "9" * 40},
        {"scope": [cast.finance_private.pk]},
        {"scope": ["x"]},
    ):
        response = await client.post("/ask/", {"q": "식비는 얼마예요?", **form})
        assert response.status_code == 404, form
    assert await _questions(cast.suji) == 2


async def _questions(person: User) -> int:
    def count() -> int:
        with as_user(person):
            return Question.objects.count()

    return await sync_to_async(count)()


def test_the_empty_page_offers_what_the_person_may_read(shelf: Cast, browser: Browser):
    html = browser(shelf.suji).get("/").content.decode()
    assert "the one document that you may read" in html
    assert "출장여비 규정" in html and "10월 결산 메모" not in html
    assert "회사 규정" in html and "재무팀 자료" not in html
    assert "10월 결산 메모" in browser(shelf.minsu).get("/").content.decode()


def test_a_link_may_fill_the_box(shelf: Cast, browser: Browser):
    html = browser(shelf.suji).get("/", {"q": "</textarea><script>식비"}).content.decode()
    assert "&lt;/textarea&gt;&lt;script&gt;식비</textarea>" in html


def test_somebody_without_a_session_is_led_to_sign_in_and_back(db: None):
    page = Client().get("/conversations/5/?at=3")
    assert page.status_code == 302
    assert page.url.endswith("?next=%2Fconversations%2F5%2F%3Fat%3D3")
    fragment = Client().post("/ask/", headers={**HTMX, "HX-Current-URL": "http://testserver/conversations/5/"})
    assert fragment.status_code == 204
    assert fragment["HX-Redirect"].endswith("?next=%2Fconversations%2F5%2F")
