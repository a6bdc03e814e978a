"""Against TGI's own description and recorded answers, where the folder that holds them is named by MARU_SHARED_DATA."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from kb.serving.generation import Finished, GenerationRequest, StopReason, Token
from kb.serving.openai import OpenAIServer
from kb.serving.tgi import TgiServer
from tests.kb.serving.rogue import Exchange, rogue
from tests.kb.serving.servers import CHAT, DIALECTS, PATIENT, chat_chunk, tgi_event, usage_chunk

CONTRACTS = Path(os.environ.get("MARU_SHARED_DATA", "/nowhere")).parent / "contracts" / "tgi"

if CONTRACTS.is_dir():
    RECORDINGS = CONTRACTS / "recordings"
    DESCRIPTION = json.loads((CONTRACTS / "openapi-3.3.6-dev0.json").read_text(encoding="utf-8"))

    def check(value: Any, schema: str) -> None:
        """Hold a value against a named schema; OpenAPI 3.0's `nullable` becomes a type of JSON Schema."""
        from jsonschema import Draft4Validator

        whole = {"$ref": f"#/components/schemas/{schema}", "components": _json_schema(DESCRIPTION["components"])}
        Draft4Validator(whole).validate(value)

    def _json_schema(node: Any) -> Any:
        if isinstance(node, list):
            return [_json_schema(each) for each in node]
        if not isinstance(node, dict):
            return node
        node = {key: _json_schema(value) for key, value in node.items() if key != "nullable" or value is not True}
        return node

    def nullable(value: Any) -> Any:
        """Without its nulls: the description says `nullable` where JSON Schema has no word for it."""
        if isinstance(value, dict):
            return {key: nullable(each) for key, each in value.items() if each is not None}
        return [nullable(each) for each in value] if isinstance(value, list) else value

    async def test_what_we_ask_is_what_tgi_describes():
        seen: list[Exchange] = []
        request = {"max_tokens": 9, "stop": ("a", "b", "c", "d", "e"), "temperature": 0.7, "top_p": 0.9, "seed": 1}
        for dialect in DIALECTS:
            if not dialect.name.startswith("tgi"):
                continue
            with rogue(lambda exchange, events=dialect.events: exchange.stream(events)) as server:
                for more in ({}, request):
                    content = {"messages": CHAT.messages} if "chat" in dialect.name else {"prompt": "글"}
                    _ = [
                        event
                        async for event in dialect.make(server.url, PATIENT).generate(
                            GenerationRequest(**content, **more)
                        )
                    ]
            seen += server.seen
        for exchange in seen:
            check(exchange.json, "ChatRequest" if "chat" in exchange.path else "GenerateRequest")
        assert len(seen) == 4

    def test_what_our_double_says_is_what_tgi_describes():
        for event in (tgi_event("가"), tgi_event("", last=True, special=True)):
            check(nullable(event), "StreamResponse")
        for chunk in (chat_chunk("가"), chat_chunk("", "stop"), usage_chunk()):
            check({"system_fingerprint": "", **nullable(chunk)}, "ChatCompletionChunk")

    async def replay(name: str, client: Any, request: GenerationRequest) -> tuple[str, Finished]:
        chunks = json.loads((RECORDINGS / name).read_text(encoding="utf-8"))
        with rogue(lambda exchange: exchange.stream([*chunks, "[DONE]"])) as server:
            events = [event async for event in client(server.url).generate(request)]
        assert isinstance(events[-1], Finished)
        return "".join(event.text for event in events if isinstance(event, Token)), events[-1]

    async def test_recorded_chat_streams_come_out_as_they_stand():
        def tgi(url: str) -> TgiServer:
            return TgiServer(url, limits=PATIENT)

        long = GenerationRequest(messages=CHAT.messages, max_tokens=500)
        text, finished = await replay("test_chat_hfhub_usage.json", tgi, long)
        recorded = json.loads((RECORDINGS / "test_chat_hfhub_usage.json").read_text(encoding="utf-8"))[-1]["usage"]
        assert (text, finished.reason) == ("OK!", StopReason.STOP)
        assert finished.prompt_tokens == recorded["prompt_tokens"]
        assert finished.completion_tokens == recorded["completion_tokens"]
        text, finished = await replay("test_chat_hfhub_nousage.json", tgi, long)
        assert (text, finished.prompt_tokens, finished.completion_tokens) == ("OK!", 0, 2)
        text, _ = await replay("test_json_schema_stream.json", tgi, long)
        assert json.loads(text)

    async def test_a_recorded_completion_stream_comes_out_as_it_stands():
        name = "test_flash_llama_completion_stream_usage.json"
        chunks = json.loads((RECORDINGS / name).read_text(encoding="utf-8"))
        text, finished = await replay(
            name,
            lambda url: OpenAIServer(url, model="m", limits=PATIENT),
            GenerationRequest(messages=CHAT.messages, max_tokens=500),
        )
        assert text == "".join(c["choices"][0]["delta"]["content"] for c in chunks if c["choices"])
        usage = next(c["usage"] for c in chunks if c["usage"])
        assert (finished.prompt_tokens, finished.completion_tokens) == (
            usage["prompt_tokens"],
            usage["completion_tokens"],
        )

    async def test_recorded_generations_come_out_token_by_token():
        for path in sorted(RECORDINGS.glob("test_lora_mistral_*.json")):
            row = json.loads(path.read_text(encoding="utf-8"))
            tokens = row["details"]["tokens"]
            end = {
                "finish_reason": row["details"]["finish_reason"],
                "generated_tokens": row["details"]["generated_tokens"],
                "input_length": 5,
                "seed": None,
            }
            events = [
                {"index": n, "token": token, "generated_text": None, "details": None} for n, token in enumerate(tokens)
            ]
            events[-1] |= {"generated_text": row["generated_text"], "details": end}
            with rogue(lambda exchange, events=events: exchange.stream(events)) as server:
                request = GenerationRequest(prompt="p", max_tokens=50)
                found = [event async for event in TgiServer(server.url, limits=PATIENT).generate(request)]
            text = "".join(event.text for event in found if isinstance(event, Token))
            assert text == "".join(token["text"] for token in tokens if not token["special"])
            assert isinstance(found[-1], Finished) and found[-1].completion_tokens == end["generated_tokens"]
