"""A person's conversations: the list, finding, naming, pinning, deleting with a way back."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from accounts.access import as_user
from kb.chat import records
from kb.models import Conversation
from kb.models.chat import Channel
from kb.retrieval.question import SearchQuestion
from kb.views.shelves import shelved
from tests.answers import Said, answered
from tests.cast import Cast
from tests.kb.views.conftest import Browser

HTMX = {"HX-Request": "true"}
SEOUL = ZoneInfo("Asia/Seoul")


def talk(cast: Cast, question: str = "식비는 얼마예요?") -> Conversation:
    return answered(cast.suji, question, [Said("35,000원입니다.")]).question.conversation


def state_of(cast: Cast, conversation: Conversation) -> Conversation:
    with as_user(cast.suji):
        return Conversation.objects.get(pk=conversation.pk)


def test_shelves_are_pinned_today_week_and_months():
    today = date(2026, 11, 24)

    def made(title: str, days: int, pinned: bool = False) -> Conversation:
        at = datetime(2026, 11, 24, 0, 30, tzinfo=SEOUL) - timedelta(days=days)
        return Conversation(title=title, pinned=pinned, updated_at=at)

    with translation.override("en"):
        rows = shelved(
            [made("p", 300, True), made("a", 0), made("b", 6), made("c", 7), made("d", 40), made("e", 400)], today
        )
    assert [row.heading for row in rows] == [
        "Pinned", "Today", "Last 7 days", "November", "October", "October 2025",
    ]  # fmt: skip


def test_the_list_finds_words_of_titles_and_of_questions(shelf: Cast, browser: Browser):
    first = talk(shelf, "부산 출장 식비는 얼마예요?")
    answered(shelf.suji, "그럼 제주는 어때요?", [Said("같습니다.")], conversation=first)
    talk(shelf, "연차는 며칠이에요?")
    client = browser(shelf.suji)
    by_question = client.get("/conversations/", {"q": "제주 식비"}, headers=HTMX).content.decode()
    assert by_question.count("side-link") == 2  # the one, and "all conversations"
    assert "부산 출장" in by_question
    assert (
        "No conversation has these words."
        in client.get("/conversations/", {"q": "없는말"}, headers=HTMX).content.decode()
    )
    assert "연차는" in client.get("/conversations/", {"q": "연차"}).content.decode()


def test_conversations_of_others_and_of_other_doors_are_not_listed(shelf: Cast, browser: Browser):
    answered(shelf.minsu, "매출원가는 얼마예요?", [Said("12억입니다.")])
    with as_user(shelf.suji):
        records.begin(shelf.suji, SearchQuestion.of("기계가 물어요"), channel=Channel.API)
    html = browser(shelf.suji).get("/conversations/").content.decode()
    assert "매출원가" not in html and "기계가" not in html


def test_a_new_name_shows_in_list_and_top_bar(shelf: Cast, browser: Browser):
    found = talk(shelf)
    client = browser(shelf.suji)
    address = f"/conversations/{found.pk}/"
    response = client.post(
        f"{address}rename/", {"title": "  부산   출장 "}, headers={**HTMX, "HX-Current-URL": f"http://x{address}"}
    )
    html = response.content.decode()
    assert 'id="shelves"' in html and 'id="top"' in html
    assert response["HX-Trigger"] == "maru:dialog-close"
    assert state_of(shelf, found).title == "부산 출장"


@pytest.mark.parametrize("title", ["", "   ", "\u200b\n"])
def test_an_empty_name_is_refused_in_words(shelf: Cast, browser: Browser, title: str):
    found = talk(shelf)
    response = browser(shelf.suji).post(f"/conversations/{found.pk}/rename/", {"title": title}, headers=HTMX)
    assert response.status_code == 400
    assert state_of(shelf, found).title == "식비는 얼마예요?"


def test_pinning_twice_lets_it_go(shelf: Cast, browser: Browser):
    found = talk(shelf)
    client = browser(shelf.suji)
    for expected in (True, False):
        assert client.post(f"/conversations/{found.pk}/pin/").status_code == 302
        assert state_of(shelf, found).pinned is expected


def test_deleting_offers_the_way_back_and_restoring_takes_it(shelf: Cast, browser: Browser):
    found = talk(shelf)
    client = browser(shelf.suji)
    html = client.post(f"/conversations/{found.pk}/delete/", headers=HTMX).content.decode()
    assert f'hx-post="/conversations/{found.pk}/restore/"' in html
    assert client.get(f"/conversations/{found.pk}/").status_code == 404
    client.post(f"/conversations/{found.pk}/restore/", headers=HTMX)
    assert client.get(f"/conversations/{found.pk}/").status_code == 200


def test_deleting_the_open_one_leads_away_and_the_toast_comes_along(shelf: Cast, browser: Browser):
    found = talk(shelf)
    client = browser(shelf.suji)
    here = {**HTMX, "HX-Current-URL": f"http://testserver/conversations/{found.pk}/"}
    response = client.post(f"/conversations/{found.pk}/delete/", headers=here)
    assert (response.status_code, response["HX-Redirect"]) == (204, "/")
    html = client.get("/").content.decode()
    assert "data-toast" in html and f'action="/conversations/{found.pk}/restore/"' in html


def test_answers_of_a_deleted_conversation_are_not_there(shelf: Cast, browser: Browser):
    answer = answered(shelf.suji, "식비는?", [Said("35,000원입니다.")])
    client = browser(shelf.suji)
    client.post(f"/conversations/{answer.question.conversation_id}/delete/")
    for address in (f"/answers/{answer.pk}/", f"/answers/{answer.pk}/read/", f"/questions/{answer.question_id}/edit/"):
        assert client.get(address).status_code == 404, address


def test_a_branch_of_another_conversation_is_not_there(shelf: Cast, browser: Browser):
    one, two = (answered(shelf.suji, question, [Said("네.")]) for question in ("식비는?", "연차는?"))
    client = browser(shelf.suji)
    address = f"/conversations/{one.question.conversation_id}/"
    assert client.get(address, {"at": two.question_id}).status_code == 404
    assert client.get(address, {"answer": two.pk}).status_code == 404
    assert client.get(address, {"at": "x"}).status_code == 404


def test_many_conversations_come_in_pages(shelf: Cast, browser: Browser):
    with as_user(shelf.suji):
        Conversation.objects.bulk_create(Conversation(owner=shelf.suji, title=f"대화 {n:03}") for n in range(95))
    client = browser(shelf.suji)
    assert "1–40 of 95" in client.get("/conversations/").content.decode()
    assert "81–95 of 95" in client.get("/conversations/", {"page": 3, "q": "대화"}).content.decode()
