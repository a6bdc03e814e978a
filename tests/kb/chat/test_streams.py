"""Producing an answer in the background: every way out ends its row once, keeps what was heard, and frees the model."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from accounts.access import as_user, revoke_membership
from accounts.models import User
from kb.chat import hub, records, streams
from kb.chat.orphans import end_orphans
from kb.models import Answer
from kb.retrieval.encoder.errors import EncoderDown
from tests.cast import Cast
from tests.database import as_worker
from tests.kb.api.conftest import WatchedServer
from tests.kb.chat.conftest import CARRY
from tests.kb.chat.made import answered, begun, row

QUESTION = "연차는 언제까지 이월됩니까?"
LONG = f"{CARRY} " + "그리고 더 있습니다. " * 50
WRITTEN = 7  # words of LONG before the gate: the rule, and one more


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks at the database come more often, so that tests need not wait."""
    monkeypatch.setattr(streams, "CHECK_EVERY", 0.1)
    monkeypatch.setattr(streams, "WRITE_EVERY", 0.05)


@asynccontextmanager
async def half_written(model: WatchedServer, user: User, question: str = QUESTION) -> AsyncIterator[Answer]:
    """An answer whose model has written some words and goes on when the block is over; ended after the block."""
    model.answer, model.gate, model.gate_at = LONG, asyncio.Event(), WRITTEN
    answer = await sync_to_async(begun)(user, question)
    task = streams.start(user, answer.pk, "en")
    async with asyncio.timeout(10):
        while (live := hub.made_here(answer.pk)) is None or len(live.draft.split()) < WRITTEN:
            await hub.news(live, 0.02)
    try:
        yield answer
        await asyncio.wait({task}, timeout=5)
        assert task.done()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def at_its_end(user: User, answer: Answer) -> Answer:
    """The row, which nobody makes any more."""
    assert hub.made_here(answer.pk) is None
    return await sync_to_async(row)(user, answer.pk)


def kept(user: User, answer_id: int, **values: Any) -> None:
    with as_user(user):
        Answer.objects.filter(pk=answer_id).update(**values)


async def test_a_finished_answer_is_kept_with_its_citations_and_what_explains_it(
    committed_house: Cast, model: WatchedServer
):
    answer = await answered(committed_house.suji, QUESTION)
    assert (answer.state, answer.text, answer.draft, answer.model) == ("done", CARRY, CARRY, "double")
    (cited,) = answer.citations.all()
    assert (cited.number, cited.quote, cited.start, cited.end, cited.page) == (1, CARRY, 0, len(CARRY), 1)
    assert answer.sentences[0]["citations"] == [1]
    assert answer.trace["tokens"] == {"prompt": 100, "completion": 6}
    assert answer.trace["budget"]["kept"] and answer.prompt_version == "instruct/1"
    assert answer.ms_first_token <= answer.ms_total
    assert CARRY not in str(answer.trace), "a trace holds ids and figures, no text"


async def test_by_wish_no_model_is_asked(committed_house: Cast, model: WatchedServer):
    answer = await answered(committed_house.suji, QUESTION, streams.Wishes(extractive=True))
    assert (answer.extractive, answer.basis, answer.model) == (True, "sourced", "")
    assert CARRY in answer.text
    assert model.asked == []


async def test_a_stop_asked_for_in_another_process_ends_it_and_checks_what_was_written(
    committed_house: Cast, model: WatchedServer
):
    suji = committed_house.suji
    async with half_written(model, suji) as answer:
        assert await sync_to_async(records.ask_to_stop)(suji, answer.pk)
    ended = await at_its_end(suji, answer)
    assert (ended.state, ended.basis, ended.citation_count) == ("stopped", "sourced", 1)
    assert ended.text.startswith(CARRY)
    assert len(model.stopped) == 1 and model.at_once == 0


async def test_a_stop_before_the_first_word_leaves_no_text(committed_house: Cast, model: WatchedServer):
    suji = committed_house.suji
    model.gate, model.gate_at = asyncio.Event(), 0
    answer = await sync_to_async(begun)(suji, QUESTION)
    await sync_to_async(records.ask_to_stop)(suji, answer.pk)
    await streams.produce(suji, answer.pk, "en")
    ended = await at_its_end(suji, answer)
    assert (ended.state, ended.error, ended.draft, ended.text) == ("failed", "stopped", "", "")


async def test_a_stop_while_the_encoder_is_down_keeps_the_words_unchecked(
    committed_house: Cast, model: WatchedServer, monkeypatch: pytest.MonkeyPatch
):
    suji = committed_house.suji

    def away() -> None:
        raise EncoderDown

    async with half_written(model, suji) as answer:
        monkeypatch.setattr("kb.chat.cite.encoder", away)
        await sync_to_async(records.ask_to_stop)(suji, answer.pk)
    ended = await at_its_end(suji, answer)
    assert (ended.state, ended.error, ended.text) == ("failed", EncoderDown.code, "")
    assert ended.draft.startswith(CARRY)


async def test_nobody_who_reads_stops_the_model(committed_house: Cast, model: WatchedServer, settings):
    suji = committed_house.suji
    async with half_written(model, suji) as answer:
        settings.MARU_READERLESS_SECONDS = 0.5
    ended = await at_its_end(suji, answer)
    assert (ended.state, ended.text.startswith(CARRY)) == ("stopped", True)
    assert len(model.stopped) == 1


async def test_a_reader_in_this_process_counts_even_when_the_row_does_not_say_so(
    committed_house: Cast, model: WatchedServer, settings
):
    suji = committed_house.suji
    async with half_written(model, suji) as answer:
        with hub.reading(answer.pk):
            settings.MARU_READERLESS_SECONDS = 0.3
            await asyncio.sleep(0.8)
            assert model.stopped == []
            model.gate.set()
            while (live := hub.made_here(answer.pk)) is not None:
                await hub.news(live, 0.02)
    assert (await at_its_end(suji, answer)).state == "done"


async def test_an_answer_that_takes_too_long_is_ended(committed_house: Cast, model: WatchedServer, settings):
    settings.MARU_ANSWER_SECONDS = 1.0
    async with half_written(model, committed_house.suji) as answer:
        pass
    ended = await at_its_end(committed_house.suji, answer)
    assert (ended.state, ended.error) == ("failed", "answer_timeout")
    assert ended.draft.startswith(CARRY) and len(model.stopped) == 1


async def test_access_that_ends_takes_back_even_what_was_written(committed_house: Cast, model: WatchedServer):
    minsu = committed_house.minsu
    async with half_written(model, minsu, "9월 결산에서 재고 평가 손실은 얼마입니까?") as answer:
        membership = await sync_to_async(minsu.memberships.get)()
        await sync_to_async(revoke_membership)(membership)
    ended = await at_its_end(minsu, answer)
    assert (ended.state, ended.error, ended.draft, ended.text) == ("failed", "access_revoked", "", "")
    assert len(model.stopped) == 1


async def test_the_answer_of_a_suspended_person_stops_and_the_sweep_ends_its_row(
    committed_house: Cast, model: WatchedServer, monkeypatch: pytest.MonkeyPatch
):
    suji = committed_house.suji
    monkeypatch.setattr(records, "LEASE", 0.2)
    async with half_written(model, suji) as answer:
        await User.objects.filter(pk=suji.pk).aupdate(is_active=False)
    assert len(model.stopped) == 1
    await asyncio.sleep(0.3)

    def swept() -> tuple[int, str, str]:
        with as_worker():
            count = end_orphans()
            return count, *Answer.objects.values_list("state", "error").get(pk=answer.pk)

    assert await sync_to_async(swept)() == (1, "failed", "interrupted")


async def test_a_row_that_was_ended_elsewhere_stays_as_it_is(committed_house: Cast, model: WatchedServer):
    suji = committed_house.suji
    async with half_written(model, suji) as answer:
        await sync_to_async(kept)(suji, answer.pk, state="failed", error="interrupted", draft="anders")
    ended = await at_its_end(suji, answer)
    assert (ended.error, ended.draft, ended.citation_count) == ("interrupted", "anders", 0)
    assert len(model.stopped) == 1


async def test_draining_ends_every_answer_and_frees_every_slot(committed_house: Cast, model: WatchedServer):
    suji = committed_house.suji
    async with half_written(model, suji) as one, half_written(model, suji) as two:
        await streams.drain(3.0)
        assert model.at_once == 0
        for answer in (one, two):
            ended = await at_its_end(suji, answer)
            assert (ended.state, ended.error) == ("failed", "interrupted")
            assert ended.draft.startswith(CARRY)


async def test_a_mistake_of_ours_ends_the_row_without_its_words(
    committed_house: Cast, model: WatchedServer, monkeypatch: pytest.MonkeyPatch
):
    def broken(*_given: object) -> None:
        raise RuntimeError("the inside of Maru")

    monkeypatch.setattr("kb.chat.answer.cite", broken)
    answer = await answered(committed_house.suji, QUESTION)
    assert (answer.state, answer.error, answer.error_params, answer.draft) == ("failed", "broken", {}, CARRY)


async def test_the_words_of_an_error_are_in_the_language_of_the_asker(
    committed_house: Cast, model: WatchedServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("kb.chat.prompt.ANSWER_TOKENS", 512)
    model.context_length = 64
    suji = committed_house.suji
    said = {}
    for language in ("en", "ko"):
        answer = await sync_to_async(begun)(suji, QUESTION)
        await streams.produce(suji, answer.pk, language)
        ended = await at_its_end(suji, answer)
        assert ended.error == "prompt_too_long"
        said[language] = ended.error_params["message"]
    assert "too long for the model" in said["en"]
    assert "모델" in said["ko"]
