"""The one way to an answer: what it yields, in which order, and what it leaves out."""

from __future__ import annotations

import pytest

from accounts.models import User
from kb.chat.answer import answer
from kb.chat.events import Event, Finished, Searched, Stage, Written
from kb.chat.followup import Turn
from kb.chat.route import UnknownAdapter
from kb.models.chat import Basis
from kb.retrieval.encoder.errors import EncoderDown
from tests.cast import Cast
from tests.kb.api.conftest import WatchedServer
from tests.kb.chat.conftest import CARRY, LOSS, PAY
from tests.kb.chat.made import ask

QUESTION = "연차는 언제까지 이월됩니까?"


async def told(user: User, question: str = QUESTION, **values) -> list[Event]:
    return [event async for event in answer(ask(user, question, **values))]


def stages(events: list[Event]) -> list[str]:
    return [str(event.name) for event in events if isinstance(event, Stage)]


async def test_it_goes_its_way_in_order_and_ends_with_one_finished_answer(committed_house: Cast, model: WatchedServer):
    events = await told(committed_house.suji)
    assert stages(events) == ["routing", "searching", "reading", "writing", "checking"]
    kinds = [type(event) for event in events if not isinstance(event, Stage)]
    assert kinds == [Searched, *[Written] * 6, Finished]
    assert "".join(event.text for event in events if isinstance(event, Written)) == CARRY
    done = events[-1]
    assert isinstance(done, Finished)
    assert (done.text, done.basis, done.model) == (CARRY, Basis.SOURCED, "double")


async def test_with_nothing_relevant_no_model_is_asked(committed_house: Cast, model: WatchedServer):
    events = await told(committed_house.suji, "화성 탐사선 착륙 궤도")
    assert stages(events) == ["routing", "searching"]
    assert isinstance(events[-1], Finished) and events[-1].basis == Basis.NOT_FOUND
    assert model.asked == []


async def test_without_a_model_server_the_passages_are_quoted(
    committed_house: Cast, monkeypatch: pytest.MonkeyPatch, model: WatchedServer
):
    monkeypatch.setattr("kb.chat.route.model_server", lambda: None)
    events = await told(committed_house.suji)
    done = events[-1]
    assert isinstance(done, Finished) and done.extractive and CARRY in done.text
    assert stages(events) == ["routing", "searching"]


async def test_the_prompt_holds_what_the_person_may_read_and_nothing_else(committed_house: Cast, model: WatchedServer):
    await told(committed_house.suji, "연차 식비 기본급 결산 손실")
    sent = str(model.asked[0].messages)
    assert CARRY in sent and "식비" in sent
    assert PAY not in sent and LOSS not in sent and "급여 표" not in sent and "결산 메모" not in sent


async def test_the_conversation_comes_along(committed_house: Cast, model: WatchedServer):
    turn = Turn("연차는 언제까지 이월됩니까?", "3월 31일까지입니다.")
    await told(committed_house.suji, "그럼 병가는요?", turns=(turn,))
    messages = model.asked[0].messages
    assert [message["content"] for message in messages[1:3]] == [turn.question, turn.answer]
    assert messages[-1]["content"].endswith("그럼 병가는요?")


async def test_a_question_that_stands_before_nothing_searchable_fails_before_the_model(
    committed_house: Cast, model: WatchedServer, monkeypatch: pytest.MonkeyPatch
):
    def away() -> None:
        raise EncoderDown

    monkeypatch.setattr("kb.retrieval.search.default_encoder", away)
    with pytest.raises(EncoderDown):
        await told(committed_house.suji)
    assert model.asked == []


async def test_an_adapter_is_refused_before_anything_is_searched(committed_house: Cast, model: WatchedServer):
    events = answer(ask(committed_house.suji, QUESTION, adapter="hr-lora"))
    assert stages([await anext(events)]) == ["routing"]
    with pytest.raises(UnknownAdapter):
        await anext(events)
    assert model.asked == []
