"""What every model server is asked and what it gives: the seam between Maru and whatever writes the text."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol

Style = Literal["chat", "completion"]


class StopReason(StrEnum):
    """Why a text ended: the model was done or met a stop string, it reached max_tokens, or something else."""

    STOP = "stop"
    LENGTH = "length"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class GenerationRequest:
    """What to write: after a conversation (`messages`: role and content) or as the continuation of `prompt`, never both.

    `max_tokens` is the most that is written. The text ends before the first of the `stop` strings. `temperature` 0 is
    greedy.
    """

    messages: tuple[Mapping[str, str], ...] = ()
    prompt: str = ""
    max_tokens: int = 512
    stop: tuple[str, ...] = ()
    temperature: float = 0.0
    top_p: float | None = None
    seed: int | None = None

    def __post_init__(self) -> None:
        if bool(self.messages) == bool(self.prompt):
            raise ValueError("a request has either messages or a prompt")
        if self.max_tokens < 1 or "" in self.stop:
            raise ValueError("max_tokens must be positive and stop strings not empty")


@dataclass(frozen=True, slots=True)
class Token:
    """More text. What one event holds is the server's choice: usually a token, never nothing."""

    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The end, exactly once and last. A count is 0 where the server does not say it."""

    reason: StopReason
    prompt_tokens: int
    completion_tokens: int
    model: str


Event = Token | Finished


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """What answers. `context_length` is in tokens, prompt and answer together. `counts_exactly` is false where the server
    has no tokenizer to ask and `count_tokens` estimates from above."""

    model: str
    context_length: int
    style: Style
    dialect: str
    counts_exactly: bool = True


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds that a model server gets: to accept the connection, to the first text, between two texts, and in all."""

    connect: float = 5.0
    first_token: float = 60.0
    gap: float = 20.0
    whole: float = 120.0
    question: float = 10.0
    """For short questions: what it serves, how many tokens a text has."""


class ModelServer(Protocol):
    """A model server of any dialect. All methods raise the errors of kb.serving.errors."""

    def generate(self, request: GenerationRequest) -> AsyncGenerator[Event, None]:
        """Texts as they are written, then Finished. Closing the iterator, or cancelling its task, stops the server."""

    async def count_tokens(self, text: str) -> int:
        """Tokens of a text by the model's own tokenizer, without special ones."""

    async def describe(self) -> ServerInfo:
        """What answers; remembered for a minute."""
