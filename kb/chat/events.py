"""What happens while an answer is made, in order: stages, what was found, tokens, and the finished answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from kb.chat.budget import Budget
from kb.chat.sentences import AnswerSentence
from kb.models.chat import Basis
from kb.retrieval.hits import Found
from kb.retrieval.passages import Passage


class StageName(StrEnum):
    """What Maru is doing; the portal has a sentence for each."""

    ROUTING = "routing"
    SEARCHING = "searching"
    READING = "reading"
    WRITING = "writing"
    CHECKING = "checking"


@dataclass(frozen=True, slots=True)
class Stage:
    """A new stage has begun. `detail` holds figures for its sentence."""

    name: StageName
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Searched:
    """The search is over."""

    found: Found
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """More text of the draft."""

    text: str


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation of the finished answer: revision text[start:end], and the marked ranges in it."""

    number: int
    passage: Passage
    page: int
    start: int
    end: int
    spans: tuple[tuple[int, int], ...]
    quote: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The answer, with everything that it stands on. `answered` is what the citations and sentences point into."""

    text: str
    basis: Basis
    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Cited, ...]
    language: str
    extractive: bool = False
    replaced: bool = False
    stopped: bool = False
    model: str = ""
    adapter: str = ""
    prompt_version: str = ""
    found: Found | None = None
    passages: tuple[Passage, ...] = ()
    query: str = ""
    budget: Budget | None = None
    draft: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    elsewhere: tuple[int, ...] = ()


Event = Stage | Searched | Written | Finished
