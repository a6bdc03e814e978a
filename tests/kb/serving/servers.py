"""What each dialect's server says when all is well, in the forms of the servers' own sources and recordings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kb.serving.generation import GenerationRequest, Limits, ModelServer
from kb.serving.llamacpp import LlamaCppServer
from kb.serving.openai import OpenAIServer
from kb.serving.tgi import TgiServer

KEY = "s3cret-of-tests"
SHORT = Limits(connect=1.0, first_token=1.0, gap=0.5, whole=2.0, question=1.0)
PATIENT = Limits(connect=10.0, first_token=20.0, gap=20.0, whole=40.0, question=20.0)
CHAT = GenerationRequest(messages=({"role": "user", "content": "질문"},), max_tokens=8)
PLAIN = GenerationRequest(prompt="서울은 한국의", max_tokens=8)
WORDS = ["한국의 ", "수도", "입니다."]


def chat_chunk(text: str | None, reason: str | None = None, **more: Any) -> dict[str, Any]:
    """A chunk of /v1/chat/completions."""
    delta = {"role": "assistant", "content": text} if text is not None else {}
    choice = {"index": 0, "delta": delta, "finish_reason": reason, "logprobs": None}
    return {"id": "", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice], **more}


def usage_chunk() -> dict[str, Any]:
    """The last chunk of a chat stream."""
    return {
        **chat_chunk(None),
        "choices": [],
        "usage": {"prompt_tokens": 11, "completion_tokens": 3, "total_tokens": 14},
    }


def completion_chunk(text: str, reason: str | None = None) -> dict[str, Any]:
    """A chunk of OpenAI's /v1/completions."""
    return {"object": "text_completion", "model": "m", "choices": [{"index": 0, "text": text, "finish_reason": reason}]}


def tgi_event(text: str, *, last: bool = False, special: bool = False) -> dict[str, Any]:
    """An event of TGI's /generate_stream."""
    details = {"finish_reason": "eos_token", "generated_tokens": 3, "input_length": 11, "seed": None}
    token = {"id": 1, "text": text, "logprob": -0.1, "special": special}
    whole = "".join(WORDS) if last else None
    return {"index": 1, "token": token, "generated_text": whole, "details": details if last else None}


def llama_event(text: str, **last: Any) -> dict[str, Any]:
    """An event of llama.cpp's /completion."""
    return {
        "index": 0,
        "content": text,
        "tokens": [1],
        "stop": bool(last),
        "tokens_predicted": 1,
        "tokens_evaluated": 11,
        **last,
    }


LLAMA_END = llama_event("", stop_type="eos", model="m", tokens_predicted=3, truncated=False)
CHAT_EVENTS = [*(chat_chunk(word) for word in WORDS), chat_chunk("", "stop"), usage_chunk(), "[DONE]"]


@dataclass(frozen=True)
class Dialect:
    """A dialect with a request in it and the events of its right answer; `text` makes one event that holds a text."""

    name: str
    make: Callable[[str, Limits], ModelServer]
    request: GenerationRequest
    path: str
    events: list[Any]
    text: Callable[[str], dict[str, Any]]

    def __str__(self) -> str:
        return self.name


DIALECTS = [
    Dialect(
        "llamacpp-completion",
        lambda url, limits: LlamaCppServer(url, KEY, style="completion", limits=limits),
        PLAIN,
        "/completion",
        [*(llama_event(word) for word in WORDS), LLAMA_END],
        llama_event,
    ),
    Dialect(
        "llamacpp-chat",
        lambda url, limits: LlamaCppServer(url, KEY, limits=limits),
        CHAT,
        "/v1/chat/completions",
        CHAT_EVENTS,
        chat_chunk,
    ),
    Dialect(
        "tgi-generate",
        lambda url, limits: TgiServer(url, KEY, limits=limits),
        PLAIN,
        "/generate_stream",
        [*(tgi_event(word) for word in WORDS), tgi_event("</s>", last=True, special=True)],
        tgi_event,
    ),
    Dialect(
        "tgi-chat",
        lambda url, limits: TgiServer(url, KEY, limits=limits),
        CHAT,
        "/v1/chat/completions",
        CHAT_EVENTS,
        chat_chunk,
    ),
    Dialect(
        "openai-chat",
        lambda url, limits: OpenAIServer(url, KEY, model="m", limits=limits),
        CHAT,
        "/v1/chat/completions",
        CHAT_EVENTS,
        chat_chunk,
    ),
    Dialect(
        "openai-completion",
        lambda url, limits: OpenAIServer(url, KEY, model="m", limits=limits),
        PLAIN,
        "/v1/completions",
        [*(completion_chunk(word) for word in WORDS), completion_chunk("", "stop"), usage_chunk(), "[DONE]"],
        completion_chunk,
    ),
]
