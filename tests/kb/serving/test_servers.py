"""The setting MARU_MODEL_SERVER."""

from __future__ import annotations

import pytest

from kb.serving.generation import Limits
from kb.serving.llamacpp import LlamaCppServer
from kb.serving.openai import OpenAIServer
from kb.serving.servers import Embedded, model_server, server_from_setting
from kb.serving.tgi import TgiServer
from tests.kb.serving.rogue import rogue
from tests.kb.serving.servers import CHAT, CHAT_EVENTS

EMBEDDED = Embedded("http://127.0.0.1:1", "key")


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("", LlamaCppServer),
        ("tgi+http://host:8080", TgiServer),
        ("vllm+http://host:8000", OpenAIServer),
        ("openai+https://host/v1", OpenAIServer),
        ("llamacpp+http://host:8081", LlamaCppServer),
        ("none", type(None)),
    ],
)
def test_a_value_chooses_the_client(value: str, kind: type):
    assert isinstance(server_from_setting(value, embedded=EMBEDDED), kind)


@pytest.mark.parametrize(
    "value",
    [
        "None",
        "http://host:8080",
        "tgi://host",
        "tgi+ftp://host",
        "tgi+http://",
        "tgi+http://host:port",
        "tgi+http://host:99999",
        "tgi+http://[::1",
        "openai+https://user:topsecret@host",
        "openai+https://topsecret@host",
        "openai+https://host/v1?key=topsecret",
        "ollama+http://host",
        "+http://host",
    ],
)
def test_a_wrong_value_is_refused_by_the_settings_name_and_never_repeated(value: str):
    with pytest.raises(ValueError, match="MARU_MODEL_SERVER") as raised:
        server_from_setting(value, embedded=EMBEDDED)
    assert "topsecret" not in str(raised.value)


async def test_key_model_and_path_reach_the_server():
    with rogue(lambda exchange: exchange.stream(CHAT_EVENTS)) as server:
        client = server_from_setting(f"openai+{server.url}/v1/", embedded=EMBEDDED, key="k", model="chosen")
        assert client is not None
        _ = [event async for event in client.generate(CHAT)]
    (seen,) = server.seen
    assert (seen.path, seen.headers["authorization"], seen.json["model"]) == (
        "/v1/chat/completions",
        "Bearer k",
        "chosen",
    )


async def test_the_embedded_server_continues_text_with_its_own_key():
    with rogue(
        lambda exchange: exchange.answer({"default_generation_settings": {"n_ctx": 4096}, "model_alias": "g"})
    ) as server:
        client = server_from_setting(
            "", embedded=Embedded(server.url, "own"), key="not this one", limits=Limits(question=1)
        )
        assert client is not None
        assert (await client.describe()).style == "completion"
        assert server.seen[0].headers["authorization"] == "Bearer own"


def test_a_process_has_one_client(settings):
    settings.MARU_MODEL_SERVER = "tgi+http://host:1"
    model_server.cache_clear()
    try:
        assert isinstance(model_server(), TgiServer)
        assert model_server() is model_server()
    finally:
        model_server.cache_clear()
