"""The forms of a prompt: for models that follow instructions (chat) and for base models that continue a text.

Every form has a version that an answer keeps. Instructions, passages, history and question are separate parts, so that a
change is one part.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from kb.chat.completion_form import CompletionForm
from kb.chat.followup import Turn
from kb.chat.instruct_form import InstructForm
from kb.retrieval.passages import Passage
from kb.serving.generation import GenerationRequest

ANSWER_TOKENS = 512


class PromptForm(Protocol):
    """How one kind of model is asked, in one language."""

    @property
    def version(self) -> str:
        """Names the form and its edition; an answer keeps it."""

    @property
    def passages_at_most(self) -> int:
        """How many passages help this kind of model; more confuse a small one."""

    @property
    def system(self) -> str:
        """Instructions and examples."""

    def passage(self, number: int, passage: Passage) -> str:
        """A passage as it stands in the prompt."""

    def turn(self, turn: Turn) -> str:
        """An earlier turn as it stands in the prompt."""

    def question(self, text: str) -> str:
        """The question as it stands in the prompt."""

    def request(
        self, question: str, passages: Sequence[Passage], turns: Sequence[Turn], most: int
    ) -> GenerationRequest:
        """All of it as a request for at most `most` tokens."""


def form_for(style: str, language: str) -> PromptForm:
    """The form for a server's style ("chat" or "completion")."""
    return InstructForm(language) if style == "chat" else CompletionForm(language)
