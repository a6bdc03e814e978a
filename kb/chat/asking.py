"""Asking from where nobody watches a stream: the API's JSON form, the command line, the evaluation."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.access import as_user
from accounts.models import User
from kb.chat import records
from kb.chat.answer import Ask, answer
from kb.chat.events import Finished, Written
from kb.chat.threads import in_thread
from kb.models import Answer, Document
from kb.models.chat import Channel
from kb.retrieval.question import prepare_question


@dataclass(frozen=True, slots=True)
class AskedCitation:
    """A citation for programs."""

    number: int
    collection: str
    document: str
    external_id: str
    revision: int
    page: int
    quote: str


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer for programs."""

    answer_id: int
    text: str
    basis: str
    citations: tuple[AskedCitation, ...]
    sentences: tuple[dict[str, Any], ...]
    model: str
    adapter: str
    ms_first_token: int | None
    ms_total: int
    finished: Finished


async def ask_and_keep(
    user: User,
    question: str,
    *,
    collections: Sequence[int] | None = None,
    adapter: str = "",
    extractive: bool = False,
    day: date | None = None,
    channel: Channel = Channel.API,
) -> Asked:
    """Ask, and keep question and answer as rows like any other. Raises MaruError; the row then says why."""
    begun = time.monotonic()
    asked = prepare_question(question)
    row = await in_thread(_begin, user, asked, list(collections or ()), channel)
    ask = Ask(user, asked, tuple(collections) if collections else None, (), day, adapter, extractive)
    first: int | None = None
    finished: Finished | None = None
    try:
        async for event in answer(ask):
            if isinstance(event, Written) and first is None:
                first = int((time.monotonic() - begun) * 1000)
            elif isinstance(event, Finished):
                finished = event
    except BaseException as error:
        await in_thread(_fail, user, row.pk, getattr(error, "code", "interrupted"))
        raise
    if finished is None:
        raise RuntimeError("the answer ended without a result")
    ms = int((time.monotonic() - begun) * 1000)
    await in_thread(records.finish, user, row.pk, finished, ms_first_token=first, ms_total=ms)
    return await in_thread(_asked, user, row.pk, finished, first, ms)


def _begin(user: User, asked: Any, scope: list[int], channel: Channel) -> Answer:
    with as_user(user):
        return records.begin(user, asked, scope=scope, channel=channel)


def _fail(user: User, answer_id: int, code: str) -> None:
    with as_user(user):
        records.fail(user, answer_id, code)


def _asked(user: User, answer_id: int, finished: Finished, first: int | None, ms: int) -> Asked:
    ids = [cited.passage.document for cited in finished.citations]
    with as_user(user):
        names = dict(Document.objects.filter(pk__in=ids).values_list("pk", "external_id"))
    return Asked(
        answer_id,
        finished.text,
        str(finished.basis),
        tuple(
            AskedCitation(
                cited.number,
                cited.passage.collection_slug,
                cited.passage.title,
                names.get(cited.passage.document, ""),
                cited.passage.revision_number,
                cited.page,
                cited.quote,
            )
            for cited in finished.citations
        ),
        tuple(sentence.as_json() for sentence in finished.sentences),
        finished.model,
        finished.adapter,
        first,
        ms,
        finished,
    )
