"""Clients of the API, each with a token of one of the cast, and documents for them to find or not."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import ApiToken, User
from kb.models import Document, IndexVersion
from kb.serving.generation import Event, Finished, GenerationRequest
from tests.cast import Cast
from tests.database import as_worker
from tests.doubles import WordEncoder
from tests.made import add_document
from tests.servers import ScriptedServer

V1 = "/api/v1"


class Api:
    """A program with a token: `api.get("/documents/")` asks below /api/v1."""

    def __init__(self, user: User) -> None:
        self.token, self.secret = ApiToken.issue(user, "test", timedelta(days=1))
        self.client = Client(HTTP_AUTHORIZATION=f"Bearer {self.secret}")

    def request(self, verb: str, path: str, data: Any = None, **more: Any) -> Any:
        kind = {} if data is None else {"data": data, "content_type": "application/json"}
        return getattr(self.client, verb.lower())(V1 + path, **kind, **more)

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(V1 + path, query)

    def post(self, path: str, data: Any = None) -> Any:
        return self.request("post", path, {} if data is None else data)

    def patch(self, path: str, data: Any) -> Any:
        return self.request("patch", path, data)

    def delete(self, path: str) -> Any:
        return self.request("delete", path)

    def upload(self, path: str, **fields: Any) -> Any:
        return self.client.post(V1 + path, fields)


@pytest.fixture
def api() -> Callable[[User], Api]:
    """Make a client for a person."""
    return Api


@dataclass(frozen=True)
class Shelf:
    """A document that all may read, and one of 인사팀 and of 재무팀 each."""

    common: Document
    hr: Document
    finance: Document


@pytest.fixture
def shelf(cast: Cast) -> Shelf:
    """Three documents."""
    return make_shelf(cast)


def make_shelf(cast: Cast) -> Shelf:
    return Shelf(
        add_document(
            cast.rules, "취업규칙", ["연차는 다음 해 3월 31일까지 이월됩니다.", "출장비는 7일 안에 정산합니다."]
        ),
        add_document(cast.hr_private, "급여 표", ["과장의 기본급은 4,200,000원입니다."]),
        add_document(cast.finance_private, "결산 메모", ["9월 결산에서 재고 평가 손실은 31,000,000원입니다."]),
    )


@pytest.fixture
def words(word_encoder: WordEncoder) -> WordEncoder:
    """Words in place of the encoder; whether something was found is judged by them alone."""
    return word_encoder


@pytest.fixture
def committed_shelf(committed_cast: Cast) -> Shelf:
    """The documents, committed, with an index that judges by words: for code in other threads."""
    shelf = make_shelf(committed_cast)
    with as_worker():
        IndexVersion.objects.update(calibration={"dense": 0.0, "lexical": 20.0, "bias": -1.0})
    return shelf


@dataclass
class WatchedServer(ScriptedServer):
    """Notes when somebody stopped it before its end, and how many it answers at once."""

    stopped: list[float] = field(default_factory=list)
    at_once: int = 0
    most: int = 0

    async def generate(self, request: GenerationRequest) -> AsyncGenerator[Event, None]:
        ended = False
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        try:
            async with aclosing(super().generate(request)) as events:
                async for event in events:
                    ended = isinstance(event, Finished)
                    yield event
        finally:
            self.at_once -= 1
            if not ended:
                self.stopped.append(time.monotonic())


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch, words: WordEncoder) -> WatchedServer:
    """A model server that answers with the rule's own words."""
    server = WatchedServer("연차는 다음 해 3월 31일까지 이월됩니다.")
    monkeypatch.setattr("kb.chat.route.model_server", lambda: server)
    return server


@pytest.fixture
def no_model(monkeypatch: pytest.MonkeyPatch, words: WordEncoder) -> None:
    """No model server: answers are quoted."""
    monkeypatch.setattr("kb.chat.route.model_server", lambda: None)
