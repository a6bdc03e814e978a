"""Which model server answers: the setting MARU_MODEL_SERVER as a client, one a process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings

from kb.serving.generation import Limits, ModelServer
from kb.serving.llamacpp import LlamaCppServer
from kb.serving.openai import OpenAIServer
from kb.serving.tgi import TgiServer

SETTING = "MARU_MODEL_SERVER"
NONE = "none"

Make = Callable[[str, str, str, Limits], ModelServer]
_DIALECTS: dict[str, Make] = {
    "tgi": lambda url, key, _model, limits: TgiServer(url, key, limits=limits),
    "llamacpp": lambda url, key, _model, limits: LlamaCppServer(url, key, limits=limits),
    "vllm": lambda url, key, model, limits: OpenAIServer(url, key, model=model, dialect="vllm", limits=limits),
    "openai": lambda url, key, model, limits: OpenAIServer(url, key, model=model, limits=limits),
}


@dataclass(frozen=True, slots=True, repr=False)
class Embedded:
    """Where the embedded llama.cpp listens."""

    url: str
    key: str


def server_from_setting(
    value: str, *, embedded: Embedded, key: str = "", model: str = "", limits: Limits | None = None
) -> ModelServer | None:
    """The client for a value of MARU_MODEL_SERVER: empty for the embedded server, `none` for none, or `dialect+http(s)://`.

    `key` is the server's Bearer key, `model` the model to ask for. Raises ValueError that names the setting, and not its
    value, which may hold a key.
    """
    limits = limits or Limits()
    if not value:
        return LlamaCppServer(embedded.url, embedded.key, style="completion", limits=limits)
    if value == NONE:
        return None
    dialect, separator, url = value.partition("+")
    make = _DIALECTS.get(dialect) if separator else None
    if make is None:
        raise ValueError(
            f"{SETTING} must be none, or begin with one of {', '.join(f'{name}+http' for name in _DIALECTS)}."
        )
    return make(_checked(url), key, model, limits)


def _checked(url: str) -> str:
    try:
        parts = urlsplit(url)
        port_is_right = parts.port is None or parts.port > 0
    except ValueError:
        raise ValueError(f"{SETTING} has an address that cannot be read.") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_right:
        raise ValueError(f"{SETTING} must hold an address like http://host:port behind the dialect.")
    if parts.username or parts.password:
        raise ValueError(f"{SETTING} must not hold a name or a key: put the key into MARU_MODEL_SERVER_KEY.")
    if parts.query or parts.fragment:
        raise ValueError(f"{SETTING} must end with the address: nothing behind ? or #.")
    return url.rstrip("/").removesuffix("/v1")


@lru_cache(maxsize=1)
def model_server() -> ModelServer | None:
    """The model server of the settings; None where answers are quoted from the passages."""
    return server_from_setting(
        settings.MARU_MODEL_SERVER,
        embedded=Embedded(settings.MODEL_SERVER_URL, settings.SECRETS.model_server_key),
        key=settings.MARU_MODEL_SERVER_KEY,
        model=settings.MARU_MODEL_NAME,
        limits=Limits(
            first_token=settings.MARU_FIRST_TOKEN_SECONDS,
            gap=settings.MARU_TOKEN_GAP_SECONDS,
            whole=settings.MARU_ANSWER_SECONDS,
        ),
    )
