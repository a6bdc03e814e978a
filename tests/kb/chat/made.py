"""Passages, questions and answers made for a test."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from asgiref.sync import sync_to_async

from accounts.access import as_user
from accounts.models import User
from kb.chat import hub, records, streams
from kb.chat.answer import Ask
from kb.chat.evidence import Evidence, gather
from kb.chat.retrieve import Sought
from kb.models import Answer
from kb.retrieval.hits import Found
from kb.retrieval.passages import Passage
from kb.retrieval.question import SearchQuestion, language_of
from tests.doubles import WordEncoder

WORDS = WordEncoder()


def passage(text: str, *, start: int = 0, context: str = "", score: float = 1.0, **values: Any) -> Passage:
    """A passage that begins at `start` of its revision."""
    given: dict[str, Any] = {
        "chunks": (1,), "document": 1, "revision": 1, "collection": 1, "audience": 1, "collection_slug": "rules",
        "title": "규정", "revision_number": 1, "path": "", "page": 1, "dense": 0.9, "lexical": 0.5, "positions": (0, 0),
        **values,
    }  # fmt: skip
    return Passage(start=start, end=start + len(text), context=context, text=text, score=score, **given)


def evidence(*passages: Passage, encoder: Any = WORDS) -> list[Evidence]:
    """Passages as the checks read them."""
    return gather(passages, [], encoder)[0]


def ask(user: User, text: str, **values: Any) -> Ask:
    """A question of this person."""
    return Ask(user, SearchQuestion.of(text), **values)


def sought(question: str, passages: Sequence[Passage] = (), *, relevant: bool = True) -> Sought:
    """A search that found these passages."""
    found = Found(question, language_of(question), (), 0.9, 0.5, 1.0, relevant, 1, 3)
    return Sought(question, False, found, tuple(passages))


def begun(user: User, question: str, **values: Any) -> Answer:
    """The rows of a question whose answer is still to be made."""
    with as_user(user):
        return records.begin(user, SearchQuestion.of(question), **values)


def row(user: User, answer_id: int) -> Answer:
    """The answer as it stands."""
    with as_user(user):
        return Answer.objects.select_related("question").prefetch_related("citations").get(pk=answer_id)


async def answered(user: User, question: str, wishes: streams.Wishes = streams.PLAIN, **values: Any) -> Answer:
    """Ask, as the web process does, and wait for the row at its end."""
    answer = await sync_to_async(begun)(user, question, **values)
    await streams.produce(user, answer.pk, "en", wishes)
    assert hub.made_here(answer.pk) is None
    return await sync_to_async(row)(user, answer.pk)
