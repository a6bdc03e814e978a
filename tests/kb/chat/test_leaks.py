"""A asks, B asks the same: B sees nothing of A's, in answers, prompts, conversations or sources."""

from __future__ import annotations

from asgiref.sync import sync_to_async
from django.test import Client

from accounts.access import as_user
from kb.models import Answer, Citation
from tests.cast import Cast
from tests.kb.api.conftest import WatchedServer
from tests.kb.chat.conftest import LOSS
from tests.kb.chat.made import answered

QUESTION = "9월 결산에서 재고 평가 손실은 얼마입니까?"
SECRETS = (LOSS, "31,000,000", "결산 메모")


async def test_who_asks_after_another_gets_an_answer_of_their_own(committed_house: Cast, model: WatchedServer):
    model.answer = LOSS
    first = await answered(committed_house.minsu, QUESTION)
    assert (first.basis, first.text) == ("sourced", LOSS)
    for other in (committed_house.suji, committed_house.hana, committed_house.admin):
        second = await answered(other, QUESTION)
        assert (second.basis, second.draft, second.citation_count) == ("not_found", "", 0)
        assert not any(secret in f"{second.text} {second.trace}" for secret in SECRETS)
    assert len(model.asked) == 1


async def test_a_prompt_for_the_second_person_holds_nothing_of_the_first_ones(
    committed_house: Cast, model: WatchedServer
):
    model.answer = LOSS
    question = f"{QUESTION} 식비는 얼마입니까?"
    await answered(committed_house.minsu, question)
    second = await answered(committed_house.suji, question)
    ours, theirs = (str(request.messages) for request in model.asked)
    assert LOSS in ours and not any(secret in theirs for secret in SECRETS)
    assert second.replaced and not any(secret in second.text for secret in SECRETS), "the model said it by itself"


async def test_the_same_question_in_one_persons_conversation_is_no_turn_of_anothers(
    committed_house: Cast, model: WatchedServer
):
    model.answer = LOSS
    await answered(committed_house.minsu, QUESTION)
    model.answer = "식비는 1일 35,000원을 한도로 지급합니다."
    await answered(committed_house.suji, "식비는 얼마입니까?")
    assert len(model.asked[-1].messages) == 2, "instructions and the question, no turn"


async def test_no_page_of_the_second_person_shows_the_first_ones(committed_house: Cast, model: WatchedServer):
    model.answer = LOSS
    first = await answered(committed_house.minsu, QUESTION)

    def pages() -> list[tuple[str, str]]:
        client = Client()
        client.force_login(committed_house.suji)
        with as_user(committed_house.minsu):
            citation = Citation.objects.get(answer_id=first.pk).pk
        found = []
        for address, status in (
            ("/", 200),
            ("/conversations/", 200),
            ("/conversations/?q=결산", 200),
            ("/search/?q=재고+평가+손실", 200),
            (f"/conversations/{first.question.conversation_id}/", 404),
            (f"/answers/{first.pk}/", 404),
            (f"/answers/{first.pk}/read/", 404),
            (f"/sources/{citation}/", 404),
        ):
            response = client.get(address)
            assert response.status_code == status, address
            found.append((address, response.content.decode()))
        return found

    for address, html in await sync_to_async(pages)():
        assert not any(secret in html for secret in SECRETS), address


async def test_the_database_gives_the_second_person_no_row(committed_house: Cast, model: WatchedServer):
    model.answer = LOSS
    await answered(committed_house.minsu, QUESTION)

    def seen() -> tuple[int, int]:
        with as_user(committed_house.suji):
            return Answer.objects.count(), Citation.objects.count()

    assert await sync_to_async(seen)() == (0, 0)
