"""Many answers at once through one web process, with fewer database connections than answers (matrix, row 17)."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterator

import httpx
import pytest
from psycopg import sql

from kb.models import Answer
from tests import database
from tests.cast import Cast
from tests.database import as_worker
from tests.kb.api import outside
from tests.kb.api.conftest import Api, Shelf
from tests.kb.api.live import encoder_port, serving, web_process

CONNECTIONS = 30
WORDS = ("연차는", " 다음", " 해", " 3월", " 31일까지", " 이월됩니다.", *(" 그렇습니다." for _ in range(24)))


@pytest.fixture
def few_connections(transactional_db: None) -> Iterator[None]:
    """The whole database takes 30 connections; the test's own are among them."""
    limit = sql.SQL("alter database {} connection limit {}")
    with database.superuser() as held:
        held.execute(limit.format(sql.Identifier(database.NAME), sql.Literal(CONNECTIONS)))
    yield
    with database.superuser() as held:
        held.execute(limit.format(sql.Identifier(database.NAME), sql.Literal(-1)))


async def ask(client: httpx.AsyncClient, address: str) -> tuple[int, str, float]:
    """(status, last event, seconds until the first token)."""
    begun, first, last = time.monotonic(), 0.0, ""
    body = {"question": "연차는 언제까지 이월됩니까?", "stream": True}
    async with client.stream("POST", f"{address}/api/v1/ask/", json=body) as response:
        async for line in response.aiter_lines():
            if line.startswith("event: "):
                last = line.removeprefix("event: ")
                first = first or (time.monotonic() - begun if last == "token" else 0.0)
            elif line.startswith("data: ") and last == "error":
                last = json.loads(line.removeprefix("data: "))["code"]
        return response.status_code, last, first


async def all_at_once(address: str, secret: str, count: int) -> list[tuple[int, str, float]]:
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    headers = {"Authorization": f"Bearer {secret}"}
    async with httpx.AsyncClient(limits=limits, timeout=280, headers=headers, trust_env=False) as client:
        return list(await asyncio.gather(*(ask(client, address) for _ in range(count))))


@pytest.mark.parametrize("count", [50, pytest.param(300, marks=pytest.mark.nemesis)])
def test_more_answers_than_connections_all_come_to_their_end(
    committed_cast: Cast, committed_shelf: Shelf, few_connections: None, count: int
):
    api, model = Api(committed_cast.minsu), outside.ModelServer(WORDS, 0.05)
    with (
        serving(outside.encoder, encoder_port()),
        serving(model) as server,
        web_process(
            MARU_MODEL_SERVER=f"openai+{server}", MARU_ANSWER_SECONDS="270", MARU_FIRST_TOKEN_SECONDS="200"
        ) as address,
    ):
        told = asyncio.run(all_at_once(address, api.secret, count))
    assert Counter((status, last) for status, last, _ in told) == {(200, "answer"): count}
    assert model.left == 0
    with as_worker():
        states = Counter(Answer.objects.values_list("state", flat=True))
        assert states == {"done": count}
        assert Answer.objects.filter(citation_count=0).count() == 0
    firsts = sorted(first for _, _, first in told)
    print(
        f"{count} streams: first token p50 {firsts[count // 2]:.1f} s, p95 {firsts[int(count * 0.95)]:.1f} s; {model.most} at once"
    )
