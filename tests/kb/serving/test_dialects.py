"""What each client asks for, and what it makes of what a server says of itself."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable
from typing import Any

import pytest

from kb.serving.errors import ModelServerDown, ModelServerNonsense, ModelServerRefused
from kb.serving.generation import Finished, GenerationRequest, Limits, ServerInfo, StopReason, Token
from kb.serving.llamacpp import LlamaCppServer
from kb.serving.openai import OpenAIServer, estimated_tokens
from kb.serving.tgi import TgiServer
from tests.kb.serving.rogue import Exchange, rogue
from tests.kb.serving.servers import (
    CHAT_EVENTS,
    DIALECTS,
    PATIENT,
    Dialect,
    chat_chunk,
    llama_event,
    tgi_event,
    usage_chunk,
)

FULL_CHAT = GenerationRequest(
    messages=({"role": "system", "content": "지시"}, {"role": "user", "content": "질문"}),
    max_tokens=7,
    stop=("a", "b", "c", "d", "e"),
    temperature=0.5,
    top_p=0.9,
    seed=3,
)
FULL_PLAIN = GenerationRequest(
    prompt="글", max_tokens=7, stop=("a", "b", "c", "d", "e"), temperature=0.5, top_p=0.9, seed=3
)


def dialect(name: str) -> Dialect:
    return next(each for each in DIALECTS if each.name == name)


async def sent(name: str, request: GenerationRequest) -> dict[str, Any]:
    """The body that the dialect sends."""
    with rogue(lambda exchange: exchange.stream(dialect(name).events)) as server:
        _ = [event async for event in dialect(name).make(server.url, PATIENT).generate(request)]
    return json.loads(server.seen[0].body)


async def test_llamacpp_is_asked_to_continue():
    assert await sent("llamacpp-completion", FULL_PLAIN) == {
        "prompt": "글",
        "n_predict": 7,
        "temperature": 0.5,
        "top_p": 0.9,
        "seed": 3,
        "stop": ["a", "b", "c", "d", "e"],
        "stream": True,
        "cache_prompt": True,
    }


async def test_tgi_is_asked_within_its_limits():
    body = await sent("tgi-generate", FULL_PLAIN)
    assert body["inputs"] == "글"
    assert body["parameters"] == {
        "max_new_tokens": 7,
        "do_sample": True,
        "temperature": 0.5,
        "top_p": 0.9,
        "seed": 3,
        "stop": ["a", "b", "c", "d"],
        "return_full_text": False,
        "details": True,
    }
    greedy = await sent("tgi-generate", GenerationRequest(prompt="글", top_p=1.0))
    assert greedy["parameters"]["do_sample"] is False
    assert not {"temperature", "top_p"} & set(greedy["parameters"])


@pytest.mark.parametrize("name", ["tgi-chat", "openai-chat", "llamacpp-chat"])
async def test_a_conversation_is_asked_for_in_the_common_form(name: str):
    body = await sent(name, FULL_CHAT)
    assert body["messages"] == [{"role": "system", "content": "지시"}, {"role": "user", "content": "질문"}]
    assert (body["max_tokens"], body["temperature"], body["top_p"], body["seed"]) == (7, 0.5, 0.9, 3)
    assert body["stream"] is True and body["stream_options"] == {"include_usage": True}
    assert body["stop"][:4] == ["a", "b", "c", "d"]
    assert "presence_penalty" not in body
    assert body["model"] == {"tgi-chat": "tgi", "openai-chat": "m", "llamacpp-chat": "llamacpp"}[name]


async def test_a_stop_string_that_the_server_does_not_watch_for_ends_the_text():
    closed: list[bool] = []
    noted = threading.Event()

    def act(exchange: Exchange) -> None:
        exchange.begin_stream()
        for text in ("답이다.", "\n질", "문:"):
            exchange.event(tgi_event(text))
        closed.append(exchange.client_left_within(3))
        noted.set()

    with rogue(act) as server:
        request = GenerationRequest(prompt="글", stop=("1", "2", "3", "4", "\n질문:"))
        events = [event async for event in TgiServer(server.url, limits=PATIENT).generate(request)]
        await asyncio.to_thread(noted.wait, 10)  # the server's thread notes it a moment later
    assert events == [Token("답이다."), Finished(StopReason.STOP, 0, 3, "")]
    assert closed == [True]


@pytest.mark.parametrize("word", ["stop", "eos_token", "stop_sequence"])
async def test_the_ways_to_be_done_are_one(word: str):
    events = [chat_chunk("가"), chat_chunk("", word), usage_chunk(), "[DONE]"]
    assert (await last(TgiServer, events)).reason is StopReason.STOP


@pytest.mark.parametrize(("word", "reason"), [("length", StopReason.LENGTH), ("content_filter", StopReason.OTHER)])
async def test_other_ends_keep_their_reason(word: str, reason: StopReason):
    assert (await last(OpenAIServer, [chat_chunk("가"), chat_chunk("", word), "[DONE]"], model="m")).reason is reason


async def last(make: Any, events: list[Any], **options: Any) -> Finished:
    with rogue(lambda exchange: exchange.stream(events)) as server:
        found = [event async for event in make(server.url, limits=PATIENT, **options).generate(FULL_CHAT)]
    assert isinstance(found[-1], Finished)
    return found[-1]


async def test_without_usage_the_texts_are_counted():
    finished = await last(
        OpenAIServer, [chat_chunk("가"), chat_chunk("나"), chat_chunk("", "stop"), "[DONE]"], model="m"
    )
    assert (finished.prompt_tokens, finished.completion_tokens) == (0, 2)


async def test_usage_in_every_chunk_is_understood():
    usage = {"prompt_tokens": 5, "completion_tokens": 1, "total_tokens": 6}
    finished = await last(
        OpenAIServer, [chat_chunk("가", usage=usage), chat_chunk("", "stop", usage=None), "[DONE]"], model="m"
    )
    assert (finished.prompt_tokens, finished.completion_tokens, finished.model) == (5, 1, "m")


async def test_a_models_thoughts_are_a_sign_of_life_and_not_shown():
    def act(exchange: Exchange) -> None:
        exchange.begin_stream()
        for _ in range(6):
            chunk = chat_chunk(None)
            chunk["choices"][0]["delta"] = {"reasoning_content": "음"}
            exchange.event(chunk)
            exchange.stopping.wait(0.25)
        for event in CHAT_EVENTS:
            exchange.event(event)

    with rogue(act) as server:
        limits = Limits(first_token=1.0, gap=1.0)
        found = [event async for event in OpenAIServer(server.url, model="m", limits=limits).generate(FULL_CHAT)]
    assert [event.text for event in found if isinstance(event, Token)] == ["한국의 ", "수도", "입니다."]


async def test_llamacpps_end_at_the_limit_is_length():
    events = [llama_event("가"), llama_event("", stop_type="limit", model="/m/g.gguf", tokens_predicted=1)]
    with rogue(lambda exchange: exchange.stream(events)) as server:
        found = [event async for event in LlamaCppServer(server.url, limits=PATIENT).generate(FULL_PLAIN)]
    assert found == [Token("가"), Finished(StopReason.LENGTH, 11, 1, "g.gguf")]


# ---- What a server says of itself ----------------------------------------------------------------------------------------


def pages(**answers: Any) -> Callable[[Exchange], None]:
    """A server with these answers: path without slashes -> JSON, or (status, JSON)."""

    def act(exchange: Exchange) -> None:
        answer = answers.get(exchange.path.strip("/").replace("/", "_"), (404, {"error": "nothing here"}))
        status, value = answer if isinstance(answer, tuple) else (200, answer)
        exchange.answer(value, status)

    return act


TGI_INFO = {"model_id": "teknium/OpenHermes", "max_total_tokens": 4096, "max_input_tokens": 4095, "version": "3.3.7"}
TOKENS = [{"id": 1, "text": "a", "start": 0, "stop": 1}] * 3


async def test_tgi_is_described_by_its_info():
    answers = pages(info=TGI_INFO, chat_tokenize={"tokenize_response": [], "templated_text": ""}, tokenize=TOKENS)
    with rogue(answers) as server:
        client = TgiServer(server.url, limits=PATIENT)
        assert await client.describe() == ServerInfo("teknium/OpenHermes", 4096, "chat", "tgi")
        assert await client.count_tokens("가나다") == 3
        assert await client.count_tokens("") == 0
        assert server.seen[-1].json == {"inputs": "가나다"}


@pytest.mark.parametrize("status", [404, 422])
async def test_a_tgi_without_a_chat_template_continues_text(status: int):
    refusal = (status, {"error": "Template error: template not found", "error_type": "template_error"})
    with rogue(pages(info=TGI_INFO, chat_tokenize=refusal)) as server:
        assert (await TgiServer(server.url, limits=PATIENT).describe()).style == "completion"


async def test_llamacpp_is_described_by_the_context_of_a_slot():
    props = {"default_generation_settings": {"n_ctx": 2048}, "model_alias": "gemma", "total_slots": 8}
    with rogue(pages(props=props, tokenize={"tokens": [1, 2]})) as server:
        client = LlamaCppServer(server.url, style="completion", limits=PATIENT)
        assert await client.describe() == ServerInfo("gemma", 2048, "completion", "llamacpp")
        assert await client.count_tokens("가나") == 2
        assert server.seen[-1].json == {"content": "가나", "add_special": False}


MODELS = {"object": "list", "data": [{"id": "base", "max_model_len": 8000}, {"id": "other", "max_model_len": 100}]}


async def test_vllm_is_described_by_its_models_and_counts_itself():
    with rogue(pages(v1_models=MODELS, tokenize={"count": 5, "max_model_len": 8000, "tokens": []})) as server:
        client = OpenAIServer(server.url, dialect="vllm", limits=PATIENT)
        assert await client.describe() == ServerInfo("base", 8000, "chat", "vllm", counts_exactly=True)
        assert await client.count_tokens("가나") == 5
        assert server.seen[-1].json == {"model": "base", "prompt": "가나", "add_special_tokens": False}
        assert (await OpenAIServer(server.url, model="other", limits=PATIENT).describe()).context_length == 100


async def test_a_model_that_the_server_does_not_have_is_refused_before_it_is_asked():
    with rogue(pages(v1_models=MODELS)) as server, pytest.raises(ModelServerRefused):
        await OpenAIServer(server.url, model="gone", limits=PATIENT).describe()


async def test_without_a_name_the_first_model_is_asked():
    def act(exchange: Exchange) -> None:
        if exchange.path == "/v1/models":
            exchange.answer(MODELS)
        else:
            exchange.stream(CHAT_EVENTS)

    with rogue(act) as server:
        _ = [event async for event in OpenAIServer(server.url, limits=PATIENT).generate(FULL_CHAT)]
    assert server.seen[-1].json["model"] == "base"


async def test_without_a_tokenizer_counts_are_estimated_from_above():
    with rogue(pages(v1_models={"data": [{"id": "gpt"}]})) as server:
        client = OpenAIServer(server.url, limits=PATIENT)
        assert await client.describe() == ServerInfo("gpt", 8192, "chat", "openai", counts_exactly=False)
        assert await client.count_tokens("연차") == 2
    assert estimated_tokens("annual leave") == 5
    assert estimated_tokens("") == 0


async def test_what_a_server_says_of_itself_is_remembered():
    with rogue(pages(v1_models=MODELS)) as server:
        client = OpenAIServer(server.url, limits=PATIENT)
        for _ in range(3):
            await client.describe()
        assert len(server.seen) == 1


@pytest.mark.parametrize(
    "garbage", [{}, [], None, {"data": []}, {"data": [7]}, {"default_generation_settings": 3}, "x"]
)
@pytest.mark.parametrize("make", [LlamaCppServer, TgiServer, OpenAIServer])
async def test_garbage_about_itself_is_nonsense(make: Any, garbage: Any):
    with rogue(lambda exchange: exchange.answer(garbage)) as server, pytest.raises(ModelServerNonsense):
        await make(server.url, limits=PATIENT).describe()


@pytest.mark.parametrize("garbage", [{}, None, {"tokens": 3}, {"count": "3"}, {"count": True}, 7])
@pytest.mark.parametrize("make", [LlamaCppServer, TgiServer])
async def test_garbage_for_a_count_is_nonsense(make: Any, garbage: Any):
    with rogue(lambda exchange: exchange.answer(garbage)) as server, pytest.raises(ModelServerNonsense):
        await make(server.url, limits=PATIENT).count_tokens("가")


@pytest.mark.parametrize("make", [LlamaCppServer, TgiServer, OpenAIServer])
async def test_a_failure_is_not_remembered(make: Any):
    with rogue(lambda exchange: exchange.answer({"error": "x"}, 503)) as server:
        client = make(server.url, limits=PATIENT)
        with pytest.raises(ModelServerDown):
            await client.describe()
        props = {
            "default_generation_settings": {"n_ctx": 1},
            "model_id": "m",
            "max_total_tokens": 1,
            "data": [{"id": "m"}],
        }
        server.act = lambda exchange: exchange.answer(props)
        assert (await client.describe()).dialect in ("llamacpp", "tgi", "openai")
