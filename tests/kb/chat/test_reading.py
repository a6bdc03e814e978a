"""Reading an answer from a process that does not make it: by its row."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from accounts.access import as_user
from accounts.errors import NotThere
from accounts.models import User
from kb.chat import hub, reading
from kb.chat.reading import Progress, progress
from kb.models import Answer
from tests.cast import Cast
from tests.kb.chat.made import begun, row


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "POLL", 0.02)
    monkeypatch.setattr(reading, "CHECK_EVERY", 0.02)


async def kept(user: User, answer: Answer, **values: Any) -> None:
    """Write the row as its producer elsewhere would."""

    def write() -> None:
        with as_user(user):
            Answer.objects.filter(pk=answer.pk).update(**values)

    await sync_to_async(write)()


async def begun_for(user: User, **values: Any) -> Answer:
    answer = await sync_to_async(begun)(user, "연차는?")
    await kept(user, answer, **values)
    return answer


async def all_of(
    user: User, answer_id: int, offset: int = 0, watch: Callable[[], None] | None = None
) -> list[Progress]:
    async with asyncio.timeout(5):
        return [each async for each in progress(user, answer_id, offset, watch=watch)]


async def test_text_comes_once_and_in_order_as_the_row_grows(committed_cast: Cast):
    suji = committed_cast.suji
    answer = await begun_for(suji, draft="연차는", stage="writing", event=1)
    heard = []
    async with asyncio.timeout(5):
        async for step in progress(suji, answer.pk):
            heard.append((step.offset, step.text, step.over))
            if step.text == "연차는":
                await kept(suji, answer, draft="연차는 15일", event=2)
            elif step.text == " 15일":
                await kept(suji, answer, draft="연차는 15일", state="done", event=3)
    assert heard == [(0, "연차는", False), (3, " 15일", False), (7, "", True)]


async def test_a_reader_that_comes_back_gets_only_what_it_has_not(committed_cast: Cast):
    answer = await begun_for(committed_cast.suji, draft="연차는 15일", state="done")
    assert [(each.text, each.over) for each in await all_of(committed_cast.suji, answer.pk, 4)] == [("15일", True)]


async def test_reading_shows_that_somebody_reads(committed_cast: Cast):
    suji = committed_cast.suji
    answer = await begun_for(suji, reader_seen_at=None)
    async with asyncio.timeout(5):
        async for _ in progress(suji, answer.pk):
            assert hub.is_read_here(answer.pk)
            await kept(suji, answer, state="done")
    assert (await sync_to_async(row)(suji, answer.pk)).reader_seen_at is not None
    assert not hub.is_read_here(answer.pk)


async def test_an_answer_whose_process_died_is_ended_by_its_next_reader(committed_cast: Cast):
    suji = committed_cast.suji
    past = timezone.now() - timedelta(seconds=1)
    answer = await begun_for(suji, draft="연차는", state="working", lease_until=past)
    assert [(each.text, each.over) for each in await all_of(suji, answer.pk)] == [("연차는", True)]
    ended = await sync_to_async(row)(suji, answer.pk)
    assert (ended.state, ended.error, ended.draft) == ("failed", "interrupted", "연차는")


async def test_answers_of_others_and_of_nobody_are_not_there_and_stay_untouched(committed_cast: Cast):
    past = timezone.now() - timedelta(seconds=1)
    answer = await begun_for(committed_cast.suji, draft="연차는", lease_until=past, reader_seen_at=None)
    for user, answer_id in ((committed_cast.minsu, answer.pk), (committed_cast.suji, 987_654)):
        with pytest.raises(NotThere):
            await all_of(user, answer_id)
    kept_row = await sync_to_async(row)(committed_cast.suji, answer.pk)
    assert (kept_row.state, kept_row.reader_seen_at) == ("waiting", None)


async def test_an_answer_that_is_made_here_is_not_read_by_another_either(committed_cast: Cast):
    answer = await begun_for(committed_cast.suji)
    live = hub.begin(answer.pk, committed_cast.suji.pk)
    live.draft = "비밀"
    try:
        with pytest.raises(NotThere):
            await all_of(committed_cast.minsu, answer.pk)
    finally:
        hub.end(answer.pk)


async def test_a_person_who_may_not_sign_in_any_more_hears_nothing_further(committed_cast: Cast):
    suji = committed_cast.suji
    answer = await begun_for(suji, draft="연차는")
    with pytest.raises(NotThere):
        async with asyncio.timeout(5):
            async for _ in progress(suji, answer.pk):
                await User.objects.filter(pk=suji.pk).aupdate(is_active=False)


async def test_reasons_of_the_caller_end_it_too(committed_cast: Cast):
    suji = committed_cast.suji
    answer = await begun_for(suji, draft="연차는")
    looks: list[int] = []

    def watch() -> None:
        looks.append(1)
        if len(looks) > 2:
            raise NotThere("session")

    with pytest.raises(NotThere, match="session"):
        await all_of(suji, answer.pk, watch=watch)


async def test_silence_is_broken_by_a_sign_of_life(committed_cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reading, "SILENCE", 0.1)
    suji = committed_cast.suji
    answer = await begun_for(suji, draft="연차는")
    async with asyncio.timeout(5):
        async for step in progress(suji, answer.pk):
            if step.silent:
                assert (step.text, step.over) == ("", False)
                return
    pytest.fail("the line fell silent")
