"""Asking where nobody watches a stream: the same answer, the same rows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest
from asgiref.sync import sync_to_async

from accounts.access import as_user
from accounts.models import User
from kb.chat import records
from kb.chat.asking import Stopped, ask_and_keep
from kb.chat.events import Event, Stage, StageName
from kb.chat.route import UnknownAdapter
from kb.models import Answer
from kb.models.chat import Channel
from kb.retrieval.question import EmptyQuestion
from tests.cast import Cast
from tests.kb.api.conftest import WatchedServer
from tests.kb.chat.conftest import CARRY

QUESTION = "연차는 언제까지 이월됩니까?"


async def rows(user: User) -> list[Answer]:
    def read() -> list[Answer]:
        with as_user(user):
            return list(Answer.objects.select_related("question__conversation").prefetch_related("citations"))

    return await sync_to_async(read)()


async def test_an_answer_is_given_and_kept(committed_house: Cast, model: WatchedServer):
    asked = await ask_and_keep(committed_house.suji, QUESTION, channel=Channel.COMMAND)
    (kept,) = await rows(committed_house.suji)
    assert (asked.text, asked.basis, asked.answer_id, asked.model) == (CARRY, "sourced", kept.pk, "double")
    (cited,) = asked.citations
    assert (cited.collection, cited.document, cited.page, cited.quote) == ("rules", "취업규칙", 1, CARRY)
    assert cited.external_id.startswith("취업규칙-")
    assert asked.sentences[0]["verdict"] == "supported"
    assert 0 <= asked.ms_first_token <= asked.ms_total
    assert (kept.state, kept.text, len(kept.citations.all())) == ("done", CARRY, 1)
    assert kept.question.conversation.channel == Channel.COMMAND


async def test_collections_narrow_it_and_quotes_can_be_wished(committed_house: Cast, model: WatchedServer):
    scope = [committed_house.finance_private.pk]
    asked = await ask_and_keep(committed_house.minsu, QUESTION, collections=scope, extractive=True)
    assert asked.basis == "not_found"
    assert {each.collection for each in asked.finished.passages} <= set(scope)
    (kept,) = await rows(committed_house.minsu)
    assert kept.question.scope == scope and model.asked == []


async def test_what_cannot_be_asked_leaves_no_row(committed_house: Cast, model: WatchedServer):
    with pytest.raises(EmptyQuestion):
        await ask_and_keep(committed_house.suji, "   ")
    assert await rows(committed_house.suji) == []


async def test_a_refusal_is_raised_and_the_row_says_why(committed_house: Cast, model: WatchedServer):
    with pytest.raises(UnknownAdapter):
        await ask_and_keep(committed_house.suji, QUESTION, adapter="hr-lora")
    (kept,) = await rows(committed_house.suji)
    assert (kept.state, kept.error) == ("failed", "unknown_adapter")


async def test_a_stop_through_the_row_ends_it_and_the_model(
    committed_house: Cast, model: WatchedServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("kb.chat.asking.CHECK_EVERY", 0.05)
    suji = committed_house.suji
    model.gate, model.gate_at = asyncio.Event(), 2
    task = asyncio.create_task(ask_and_keep(suji, QUESTION))
    async with asyncio.timeout(5):
        while not model.asked:  # noqa: ASYNC110 - the model's double says nothing by itself
            await asyncio.sleep(0.02)
    (kept,) = await rows(suji)
    assert await sync_to_async(records.ask_to_stop)(suji, kept.pk)
    with pytest.raises(Stopped):
        await task
    assert len(model.stopped) == 1 and model.at_once == 0
    (kept,) = await rows(suji)
    assert (kept.state, kept.error) == ("failed", "stopped")


async def test_who_leaves_ends_it_as_interrupted(committed_house: Cast, model: WatchedServer):
    suji = committed_house.suji
    model.gate, model.gate_at = asyncio.Event(), 2
    task = asyncio.create_task(ask_and_keep(suji, QUESTION))
    async with asyncio.timeout(5):
        while not model.asked:  # noqa: ASYNC110 - the model's double says nothing by itself
            await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    (kept,) = await rows(suji)
    assert (kept.state, kept.error, model.at_once) == ("failed", "interrupted", 0)


async def test_a_way_that_ends_without_an_answer_is_our_mistake_and_said_in_the_row(
    committed_house: Cast, monkeypatch: pytest.MonkeyPatch
):
    async def nothing(_ask: object) -> AsyncGenerator[Event, None]:
        yield Stage(StageName.ROUTING)

    monkeypatch.setattr("kb.chat.asking.answer", nothing)
    with pytest.raises(RuntimeError, match="without a result"):
        await ask_and_keep(committed_house.suji, QUESTION)
    (kept,) = await rows(committed_house.suji)
    assert (kept.state, kept.error) == ("failed", "interrupted")
