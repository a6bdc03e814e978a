"""Asking from where nobody watches a stream: the API's JSON form, the command line, the evaluation."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import as_user
from accounts.errors import MaruError
from accounts.models import User
from kb.chat import records
from kb.chat.answer import Ask, answer
from kb.chat.events import Finished, Searched, Written
from kb.chat.streams import CHECK_EVERY
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


class Stopped(MaruError):
    """Somebody stopped the answer, or ended its row, while this one waited for it."""

    code = "stopped"
    status = 409


@dataclass
class _Work:
    """An answer in the making, as far as it is."""

    begun: float = field(default_factory=time.monotonic)
    audiences: frozenset[int] = frozenset()
    first: int | None = None
    finished: Finished | None = None

    def ms(self) -> int:
        """Milliseconds since it began."""
        return int((time.monotonic() - self.begun) * 1000)


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
    """Ask, and keep question and answer as rows like any other. Raises MaruError; the row then says why.

    While it is made the row's lease is kept, and every two seconds it is looked whether the person may still read the
    sources, as with a stream.
    """
    work, asked = _Work(), prepare_question(question)
    row = await in_thread(_begin, user, asked, list(collections or ()), channel)
    ask = Ask(user, asked, tuple(collections) if collections else None, (), day, adapter, extractive)
    try:
        await _made(ask, row.pk, work)
        if work.finished is None:
            raise RuntimeError("the answer ended without a result")
        await in_thread(_still_wanted, user, row.pk, work)
    except BaseException as error:
        await in_thread(_fail, user, row.pk, getattr(error, "code", "interrupted"))
        raise
    ms = work.ms()
    await in_thread(records.finish, user, row.pk, work.finished, ms_first_token=work.first, ms_total=ms)
    return await in_thread(_asked, user, row.pk, work.finished, work.first, ms)


async def _made(ask: Ask, answer_id: int, work: _Work) -> None:
    """Make the answer while somebody watches over it; whichever ends first ends the other."""
    making = asyncio.ensure_future(_make(ask, work))
    watching = asyncio.ensure_future(_watch(ask.user, answer_id, work))
    try:
        await asyncio.wait({making, watching}, return_when=asyncio.FIRST_COMPLETED)
        (making if making.done() else watching).result()
    finally:
        for task in (making, watching):
            task.cancel()
        await asyncio.gather(making, watching, return_exceptions=True)


async def _make(ask: Ask, work: _Work) -> None:
    async with aclosing(answer(ask)) as events:
        async for event in events:
            if isinstance(event, Searched):
                work.audiences = frozenset(passage.audience for passage in event.passages)
            elif isinstance(event, Written) and work.first is None:
                work.first = work.ms()
            elif isinstance(event, Finished):
                work.finished = event


async def _watch(user: User, answer_id: int, work: _Work) -> None:
    while True:
        await asyncio.sleep(CHECK_EVERY)
        await in_thread(_still_wanted, user, answer_id, work)


def _still_wanted(user: User, answer_id: int, work: _Work) -> None:
    """Keep the row's lease. Raises AccessRevoked, and Stopped when the row was ended elsewhere."""
    cited = work.finished.citations if work.finished else ()
    audiences = work.audiences | {each.passage.audience for each in cited}
    try:
        records.keep_going(user, answer_id, audiences, reader_seen_at=timezone.now())
    except records.StoppedByUser as stopped:
        raise Stopped(_("The answer was stopped.")) from stopped


def _begin(user: User, asked: Any, scope: list[int], channel: Channel) -> Answer:
    with as_user(user):
        return records.begin(user, asked, scope=scope, channel=channel)


def _fail(user: User, answer_id: int, code: str) -> None:
    with as_user(user):
        records.fail(answer_id, code)


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
