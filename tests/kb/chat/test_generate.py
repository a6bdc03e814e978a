"""A draft, piece by piece."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from kb.chat.budget import Budget
from kb.chat.generate import Draft, generate
from kb.chat.prompt import Prompt
from kb.chat.route import Route
from kb.serving.generation import GenerationRequest
from tests.kb.api.conftest import WatchedServer

PROMPT = Prompt(GenerationRequest(prompt="x"), Budget(99, 9, 9, 9, 9, 0, 0), (), "v")


async def test_pieces_add_up_and_the_last_one_knows_the_counts():
    server = WatchedServer("연차는 15일 입니다.")
    told = [each async for each in generate(Route(server), PROMPT)]
    assert [piece for _, piece in told] == ["연차는", " 15일", " 입니다.", ""]
    assert [draft.text for draft, _ in told] == ["연차는", "연차는 15일", "연차는 15일 입니다.", "연차는 15일 입니다."]
    assert told[-1][0] == Draft("연차는 15일 입니다.", "double", 100, 3)
    assert server.asked == [PROMPT.request]


async def test_who_stops_listening_stops_the_server():
    server = WatchedServer("연차는 15일 입니다.", gate=asyncio.Event(), gate_at=1)
    async with aclosing(generate(Route(server), PROMPT)) as told:
        assert (await anext(told))[1] == "연차는"
        assert server.at_once == 1
    assert (server.at_once, len(server.stopped)) == (0, 1)


async def test_without_a_server_nothing_is_generated():
    with pytest.raises(ValueError, match="generates nothing"):
        await anext(generate(Route(None), PROMPT))
