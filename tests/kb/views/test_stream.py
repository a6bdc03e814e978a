"""The stream of an answer: what comes when, who may read it, and what ends it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.sessions.models import Session
from django.test import AsyncClient

from accounts.access import as_user, revoke_membership
from accounts.models import Membership, User
from kb.chat import hub, reading, streams
from kb.models import Answer
from kb.models.chat import AnswerState
from kb.views.stream import sse
from tests.answers import Said, answered
from tests.cast import Cast
from tests.kb.views.test_ask import HTMX, finished, signed_in
from tests.servers import ScriptedServer

RULE = "식비는 1일 35,000원을 한도로 실비를 지급한다."


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks at the database come more often, so that tests need not wait."""
    monkeypatch.setattr(reading, "CHECK_EVERY", 0.1)
    monkeypatch.setattr(reading, "POLL", 0.05)
    monkeypatch.setattr(streams, "CHECK_EVERY", 0.1)
    monkeypatch.setattr(streams, "WRITE_EVERY", 0.05)


async def ask(client: AsyncClient, question: str = "식비는 얼마예요?") -> int:
    response = await client.post("/ask/", {"q": question}, headers=HTMX)
    return int(re.search(r"/answers/(\d+)/stream/", response.content.decode()).group(1))


async def events(client: AsyncClient, answer_id: int, **headers: str) -> list[tuple[str, str, str]]:
    """All events of the stream: (name, id, data)."""
    return [event async for event in follow(await client.get(f"/answers/{answer_id}/stream/", headers=headers))]


async def follow(response: Any) -> AsyncIterator[tuple[str, str, str]]:
    held = ""
    async for part in response.streaming_content:
        held += part.decode()
        while "\n\n" in held:
            block, held = held.split("\n\n", 1)
            fields = [line.split(": ", 1) for line in block.split("\n") if not line.startswith(":")]
            if fields:
                data = "\n".join(value for name, value in fields if name == "data")
                yield dict(fields)["event"], dict(fields).get("id", ""), data


def without_tokens(html: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", html)


def text_of(found: list[tuple[str, str, str]]) -> str:
    return "".join(data for name, _id, data in found if name in ("draft", "token"))


async def written(answer_id: int) -> None:
    """Returns once the model has begun to write."""
    async with asyncio.timeout(20):
        while (live := hub.made_here(answer_id)) is None or not live.draft:
            await hub.news(live, 0.02)


async def test_draft_first_then_tokens_and_stages_and_last_the_finished_exchange(
    committed_shelf: Cast, server: ScriptedServer
):
    client = await signed_in(committed_shelf.suji)
    server.pause = 0.02
    answer_id = await ask(client)
    found = await events(client, answer_id)
    names = [name for name, _id, _data in found]
    assert names[0] == "draft" and names[-1] == "done" and names.count("done") == 1
    assert {"token", "stage"} <= set(names)
    assert text_of(found).strip() == RULE
    assert 'data-stage="writing"' in "".join(data for name, _id, data in found if name == "stage")
    assert "cite-chip" in found[-1][2] and "hx-swap-oob" in found[-1][2] and "sse-connect" not in found[-1][2]
    ids = [int(number) for _name, number, _data in found if number]
    assert ids == sorted(ids) and ids[-1] == len(text_of(found))


async def test_the_first_token_is_out_before_the_model_has_made_its_last(committed_shelf: Cast, server: ScriptedServer):
    client = await signed_in(committed_shelf.suji)
    server.gate, server.gate_at = asyncio.Event(), 2
    answer_id = await ask(client)
    response = await client.get(f"/answers/{answer_id}/stream/")
    heard = ""
    async with asyncio.timeout(10):
        async for name, _id, data in follow(response):
            heard += data if name in ("draft", "token") else ""
            if "식비는 1일" in heard:
                server.gate.set()
    assert heard.strip() == RULE


async def test_a_reader_that_was_cut_off_gets_only_what_is_new(committed_shelf: Cast, server: ScriptedServer):
    client = await signed_in(committed_shelf.suji)
    server.gate, server.gate_at = asyncio.Event(), 3
    answer_id = await ask(client)
    first = await client.get(f"/answers/{answer_id}/stream/")
    last, heard = "", ""
    async for name, number, data in follow(first):
        heard += data if name in ("draft", "token") else ""
        last = number
        if "35,000원을" in heard:
            break
    again = asyncio.create_task(events(client, answer_id, **{"Last-Event-ID": last}))
    await asyncio.sleep(0.1)
    server.gate.set()
    rest = await again
    assert "draft" not in [name for name, _id, _data in rest]
    assert (heard + text_of(rest)).strip() == RULE


async def test_two_readers_and_one_in_another_process_hear_the_same(
    committed_shelf: Cast, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
):
    client = await signed_in(committed_shelf.suji)
    server.pause = 0.05
    answer_id = await ask(client)
    here = asyncio.create_task(events(client, answer_id))
    await asyncio.sleep(0.1)
    # A process that does not make the answer has no live copy of it: it polls the row.
    monkeypatch.setattr(reading.hub, "made_here", lambda _id: None)
    elsewhere = asyncio.create_task(events(client, answer_id))
    one, two = await asyncio.gather(here, elsewhere)
    assert text_of(one).strip() == text_of(two).strip() == RULE
    assert without_tokens(one[-1][2]) == without_tokens(two[-1][2])


async def test_a_finished_answer_comes_at_once(committed_shelf: Cast):
    answer = await sync_to_async(answered)(committed_shelf.suji, "식비는?", [Said("35,000원입니다.")])
    client = await signed_in(committed_shelf.suji)
    found = await events(client, answer.pk)
    assert [name for name, _id, _data in found] == ["draft", "done"]
    assert "35,000원입니다." in found[-1][2]


async def test_what_a_model_writes_is_text_until_it_is_checked(committed_shelf: Cast, server: ScriptedServer):
    server.answer = f"{RULE} <img src=x onerror=alert(1)>\n\nevent: done\ndata: x\r\rid: 7"
    client = await signed_in(committed_shelf.suji)
    found = await events(client, await ask(client))
    assert [name for name, _id, _data in found].count("done") == 1
    assert not any("<img" in data for _name, _id, data in found)
    assert "&lt;img" in text_of(found)


async def test_stopping_keeps_what_was_written(committed_shelf: Cast, server: ScriptedServer):
    suji = committed_shelf.suji
    client = await signed_in(suji)
    server.answer = f"{RULE} 그리고 영원히 이어지는 말입니다."
    server.gate, server.gate_at = asyncio.Event(), 8
    answer_id = await ask(client)
    heard, found = "", []
    async with asyncio.timeout(20):
        async for event in follow(await client.get(f"/answers/{answer_id}/stream/")):
            found.append(event)
            heard += event[2] if event[0] in ("draft", "token") else ""
            if RULE in heard:
                assert (await client.post(f"/answers/{answer_id}/stop/", headers=HTMX)).status_code == 204
                heard = ""
    answer = await finished(suji, answer_id)
    assert answer.state == AnswerState.STOPPED, (answer.error, answer.error_params, answer.draft)
    assert RULE in answer.text
    assert "stopped here" in found[-1][2]


async def test_an_ended_session_ends_the_stream(committed_shelf: Cast, server: ScriptedServer):
    client = await signed_in(committed_shelf.suji)
    server.gate, server.gate_at = asyncio.Event(), 2
    answer_id = await ask(client)
    reader = asyncio.create_task(events(client, answer_id))
    await written(answer_id)
    await Session.objects.all().adelete()
    async with asyncio.timeout(5):
        found = await reader
    server.gate.set()
    assert found[-1][0] == "done"
    assert "You are not signed in any more." in found[-1][2]
    assert "35,000원" not in found[-1][2]


async def test_a_suspended_person_hears_no_more(committed_shelf: Cast, server: ScriptedServer):
    suji = committed_shelf.suji
    client = await signed_in(suji)
    server.gate, server.gate_at = asyncio.Event(), 2
    answer_id = await ask(client)
    reader = asyncio.create_task(events(client, answer_id))
    await written(answer_id)
    await User.objects.filter(pk=suji.pk).aupdate(is_active=False)
    async with asyncio.timeout(5):
        found = await reader
    server.gate.set()
    assert "You are not signed in any more." in found[-1][2]


async def test_revoked_access_takes_the_answer_back(committed_shelf: Cast, server: ScriptedServer):
    minsu = committed_shelf.minsu
    client = await signed_in(minsu)
    server.answer = "10월 매출원가는 12억 3천만 원이다. 그리고 더 있습니다."
    server.gate, server.gate_at = asyncio.Event(), 5
    answer_id = await ask(client, "10월 매출원가는 얼마예요?")
    reader = asyncio.create_task(events(client, answer_id))
    await written(answer_id)
    membership = await Membership.objects.aget(user=minsu)
    await sync_to_async(revoke_membership)(membership)
    async with asyncio.timeout(5):
        found = await reader
    server.gate.set()
    assert "12억" not in found[-1][2]
    page = (await client.get(f"/answers/{answer_id}/", headers=HTMX)).content.decode()
    assert "12억" not in page


async def test_a_silent_stream_is_kept_alive_by_comments(
    committed_shelf: Cast, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(reading, "SILENCE", 0.2)
    client = await signed_in(committed_shelf.suji)
    server.gate, server.gate_at = asyncio.Event(), 2
    response = await client.get(f"/answers/{await ask(client)}/stream/")
    raw = ""
    async with asyncio.timeout(20):
        async for part in response.streaming_content:
            raw += part.decode()
            if "\n\n: \n\n" in raw:
                server.gate.set()
    assert "\n\n: \n\n" in raw and "event: done" in raw


async def test_streams_of_others_are_not_there(committed_shelf: Cast):
    theirs = await sync_to_async(answered)(committed_shelf.minsu, "매출원가는?", [Said("12억입니다.")])
    client = await signed_in(committed_shelf.suji)
    for answer_id in (theirs.pk, 999_999):
        response = await client.get(f"/answers/{answer_id}/stream/")
        assert response.status_code == 404


async def test_without_a_session_the_stream_says_so_and_closes(committed_shelf: Cast):
    answer = await sync_to_async(answered)(committed_shelf.suji, "식비는?", [Said("35,000원입니다.")])
    found = await events(AsyncClient(), answer.pk)
    assert [name for name, _id, _data in found] == ["done"]
    assert "35,000원" not in found[0][2]


async def test_an_answer_whose_model_broke_says_what_was_kept(
    committed_shelf: Cast, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
):
    class Broken(ScriptedServer):
        async def generate(self, request):
            async for event in super().generate(request):
                yield event
                await asyncio.sleep(0.3)
                raise RuntimeError("the graphics card left")

    broken = Broken(RULE)
    monkeypatch.setattr("kb.chat.route.model_server", lambda: broken)
    client = await signed_in(committed_shelf.suji)
    found = await events(client, await ask(client))
    assert "The answer broke off" in found[-1][2]
    assert "graphics card" not in found[-1][2]
    assert "식비는" in found[-1][2] and "nobody checked its sources" in found[-1][2]


async def test_the_response_may_not_be_kept_or_held_back(committed_shelf: Cast):
    answer = await sync_to_async(answered)(committed_shelf.suji, "식비는?", [Said("35,000원입니다.")])
    client = await signed_in(committed_shelf.suji)
    response = await client.get(f"/answers/{answer.pk}/stream/")
    assert response["Content-Type"].startswith("text/event-stream")
    assert (response["Cache-Control"], response["X-Accel-Buffering"]) == ("no-store", "no")


def test_every_line_of_an_event_is_data():
    assert sse("token", "a\nid: 9\r\n\rdata: b", 3) == (
        "event: token\nid: 3\ndata: a\ndata: id: 9\ndata: \ndata: data: b\n\n"
    )


async def test_an_answer_is_withheld_when_what_its_model_read_is_closed(committed_shelf: Cast):
    cast = committed_shelf

    def make() -> Answer:
        with as_user(cast.minsu):
            from kb.models import Document

            read = Document.objects.get(title="10월 결산 메모").pk
        return answered(cast.minsu, "10월은?", [Said("12억이라고 합니다.", "unsupported")], trace={"read": [read]})

    answer = await sync_to_async(make)()
    client = await signed_in(cast.minsu)
    page = f"/conversations/{answer.question.conversation_id}/"
    assert "12억이라고" in (await client.get(page)).content.decode()
    await sync_to_async(revoke_membership)(await Membership.objects.aget(user=cast.minsu))
    html = (await client.get(page)).content.decode()
    assert "12억이라고" not in html and "This answer is closed." in html


def test_nothing_is_left_at_work():
    assert hub.at_work() == 0
