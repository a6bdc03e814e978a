"""Who answers."""

from __future__ import annotations

import pytest

from accounts.models import User
from kb.chat.route import UnknownAdapter, route
from tests.kb.api.conftest import WatchedServer
from tests.kb.chat.made import ask

SOMEBODY = User(pk=1)


async def test_the_model_server_answers_where_there_is_one(model: WatchedServer, monkeypatch: pytest.MonkeyPatch):
    assert (await route(ask(SOMEBODY, "연차는?"))).server is model
    monkeypatch.setattr("kb.chat.route.model_server", lambda: None)
    assert (await route(ask(SOMEBODY, "연차는?"))).server is None


async def test_who_wishes_quotes_gets_no_model(model: WatchedServer):
    assert (await route(ask(SOMEBODY, "연차는?", extractive=True))).server is None


@pytest.mark.parametrize("extractive", [True, False])
async def test_an_adapter_that_there_is_not_is_refused_and_never_answered_by_the_base(
    model: WatchedServer, extractive: bool
):
    with pytest.raises(UnknownAdapter, match="hr-lora") as raised:
        await route(ask(SOMEBODY, "연차는?", adapter="hr-lora", extractive=extractive))
    assert (raised.value.status, raised.value.code) == (404, "unknown_adapter")
