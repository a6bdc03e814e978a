"""The events of /v1/chat/completions, which TGI, vLLM, SGLang, llama.cpp and OpenAI share, and the body that asks for them."""

from __future__ import annotations

from typing import Any

from kb.serving.generation import GenerationRequest, StopReason
from kb.serving.writing import Piece

PATH = "/v1/chat/completions"
_REASONS = {
    "stop": StopReason.STOP,
    "stop_sequence": StopReason.STOP,
    "eos_token": StopReason.STOP,
    "length": StopReason.LENGTH,
}


def reason_of(word: Any) -> StopReason | None:
    """The reason for a server's word; None for none yet."""
    return _REASONS.get(word, StopReason.OTHER) if word else None


def chat_body(request: GenerationRequest, model: str, *, most_stops: int = 4) -> dict[str, Any]:
    """A streaming request. Stop strings beyond the server's limit are watched for by us (StopCutter)."""
    body: dict[str, Any] = {
        "model": model,
        "messages": [dict(message) for message in request.messages],
        "max_tokens": request.max_tokens,
        "temperature": request.temperature,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if request.stop:
        body["stop"] = list(request.stop[:most_stops])
    if request.top_p is not None and request.top_p < 1.0:  # TGI refuses 1.0
        body["top_p"] = request.top_p
    if request.seed is not None:
        body["seed"] = request.seed
    return body


def read_chat(row: dict[str, Any]) -> Piece:
    """One chunk. The usage comes in a chunk of its own without choices, behind the reason."""
    usage = row.get("usage") or {}
    counts = (int(usage.get("prompt_tokens") or 0), int(usage.get("completion_tokens") or 0))
    model = str(row.get("model") or "")
    if not row["choices"]:
        return Piece("", False, None, *counts, model)
    choice = row["choices"][0]
    delta = choice.get("delta") or {}
    text = delta.get("content") or ""
    thinks = bool(delta.get("reasoning_content") or delta.get("reasoning"))
    return Piece(text, thinks, reason_of(choice.get("finish_reason")), *counts, model)
