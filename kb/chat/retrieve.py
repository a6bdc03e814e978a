"""retrieve: understand the question in its conversation, search, and join the hits to passages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.chat.followup import understand
from kb.retrieval.hits import Found
from kb.retrieval.passages import Passage, passages_of
from kb.retrieval.question import LONGEST_QUESTION, SearchQuestion
from kb.retrieval.search import search

if TYPE_CHECKING:
    from kb.chat.answer import Ask

HITS = 10
PASSAGES = 6


@dataclass(frozen=True, slots=True)
class Sought:
    """What was searched for and what came of it."""

    query: str
    from_conversation: bool
    found: Found
    passages: tuple[Passage, ...]


def retrieve(ask: Ask) -> Sought:
    """The passages that the person may read, in force on the day asked about, best first."""
    understood = understand(ask.question.text, ask.turns)
    query = (
        SearchQuestion.of(understood.query[:LONGEST_QUESTION], ask.question.language)
        if understood.from_conversation
        else ask.question
    )
    found = search(ask.user, query, collections=ask.collections, day=ask.day, limit=HITS)
    return Sought(query.text, understood.from_conversation, found, tuple(passages_of(found.hits, PASSAGES)))
