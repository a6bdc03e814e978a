"""Producing an answer in the background of the web process that took the question, and reading it from anywhere.

The row is the meeting place: the producer writes text so far, stage and lease every quarter of a second; any process can
serve a reader from it. A producer stops when it is told to, when a source may no longer be read, and when nobody reads.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import override

from accounts.access import as_user
from accounts.errors import MaruError, NotThere, Unavailable
from accounts.models import User
from kb.chat import hub, records
from kb.chat.answer import Ask, answer
from kb.chat.events import Event, Finished, Searched, Stage, Written
from kb.chat.threads import in_thread
from kb.models import Answer
from kb.retrieval.question import SearchQuestion

log = logging.getLogger(__name__)
WRITE_EVERY = 0.25  # seconds between writes of the row; fewer with many answers at once (hub.pace)
CHECK_EVERY = 2.0  # seconds between looks at whether the person may still read the sources; fewer likewise
_tasks: set[asyncio.Task[None]] = set()


class TookTooLong(Unavailable):
    """The whole answer took longer than it may."""

    code = "answer_timeout"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the asker wants beside the question: the day that counts, and passages instead of a model's words."""

    day: date | None = None
    extractive: bool = False


PLAIN = Wishes()


def start(user: User, answer_id: int, language: str, wishes: Wishes = PLAIN) -> asyncio.Task[None]:
    """Produce an answer in the background of this process."""
    task = asyncio.get_running_loop().create_task(produce(user, answer_id, language, wishes))
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)
    return task


async def drain(seconds: float) -> None:
    """At shutdown: cancel what is being produced, so that every reader is told and every model slot is freed."""
    for task in list(_tasks):
        task.cancel()
    if _tasks:
        await asyncio.wait(_tasks, timeout=seconds)


async def produce(user: User, answer_id: int, language: str, wishes: Wishes = PLAIN) -> None:
    """Make the answer and keep it; every way out ends the row exactly once."""
    with override(language):
        work = _Production(user, answer_id, wishes)
        try:
            await work.make()
        except records.AccessRevoked:
            work.live.draft = ""
            await work.end("access_revoked")
        except TimeoutError:
            await work.end(TookTooLong.code)
        except MaruError as error:
            await work.end(error.code, message=str(error), retryable=error.retryable)
        except asyncio.CancelledError:
            await asyncio.shield(work.end("interrupted"))
            raise
        except Exception:
            log.exception("answer %s", answer_id)
            await work.end("broken")
        finally:
            hub.end(answer_id)


def _fail(user: User, answer_id: int, code: str, draft: str, params: dict[str, Any]) -> None:
    try:
        with as_user(user):
            records.fail(answer_id, code, draft=draft, **params)
    except NotThere:
        # A suspended person cannot write either; the sweep of the workers ends the row.
        log.info("answer %s of a suspended person is left to the sweep", answer_id)


def _asked(user: User, answer_id: int, wishes: Wishes) -> Ask:
    """The question behind an answer, with its conversation."""
    with as_user(user):
        row = Answer.objects.select_related("question").get(pk=answer_id)
        question = row.question
        return Ask(
            user,
            SearchQuestion.of(question.text, question.language),
            tuple(question.scope) or None,
            records.turns_before(question),
            wishes.day,
            extractive=wishes.extractive,
        )


class _Production:
    """One answer being made: the draft so far and what has to be written with it."""

    def __init__(self, user: User, answer_id: int, wishes: Wishes) -> None:
        self.user, self.answer_id, self.wishes = user, answer_id, wishes
        self.begun = time.monotonic()
        self.live = hub.begin(answer_id, user.pk)
        self.audiences: frozenset[int] = frozenset()
        self.written = self.checked = 0.0
        self.kept: tuple[str, str] | None = None
        self.first_token: int | None = None
        self.ask: Ask | None = None
        self.searched: Searched | None = None

    async def make(self) -> None:
        """Make the answer in the time that it has, or keep what there is when it is stopped."""
        try:
            async with asyncio.timeout(settings.MARU_ANSWER_SECONDS):
                await self.run()
        except records.StoppedByUser as stopped:
            await self.keep_partial(stopped.reason)

    async def run(self) -> None:
        """Consume the answer's events, keeping the row up to date between them and while none comes."""
        self.ask = await in_thread(_asked, self.user, self.answer_id, self.wishes)
        async with aclosing(answer(self.ask)) as events:
            following: asyncio.Task[Event] | None = None
            try:
                while True:
                    following = following or asyncio.ensure_future(_next(events))
                    await _first_of(following, self.live.wake.wait(), WRITE_EVERY)
                    if following.done():
                        event, following = following.result(), None
                        if isinstance(event, Finished):
                            await self.finish(event)
                            return
                        self.take(event)
                    await self.write_when_due()
            finally:
                if following is not None:
                    following.cancel()
                    await asyncio.gather(following, return_exceptions=True)

    def take(self, event: Event) -> None:
        """Note what an event brings, and tell those who read here."""
        if isinstance(event, Stage):
            self.live.stage, self.live.detail = str(event.name), event.detail
        elif isinstance(event, Searched):
            self.searched = event
            self.audiences = frozenset(passage.audience for passage in event.passages)
        elif isinstance(event, Written):
            if self.first_token is None:
                self.first_token = self._ms()
            self.live.draft += event.text
        self.live.announce()

    async def write_when_due(self) -> None:
        """Write the row when its time has come, or when somebody asked to stop."""
        now = time.monotonic()
        if self.live.wake.is_set() or now - self.checked >= hub.pace(CHECK_EVERY, 100):
            self.checked = self.written = now
            await self.write(records.keep_going)
        elif now - self.written >= hub.pace(WRITE_EVERY, 25):
            self.written = now
            await self.write(records.keep_draft)

    async def write(self, keep: Callable[..., None]) -> None:
        """Keep what there is so far; raises when the answer is to stop."""
        live = self.live
        state = (live.draft, live.stage)
        if state != self.kept or keep is not records.keep_draft:
            values = {"draft": live.draft, "stage": live.stage, "stage_detail": live.detail, "trace": self.trace()}
            try:
                await in_thread(keep, self.user, self.answer_id, self.audiences, **values)
            except records.StoppedByUser as stopped:
                # A reader in this process may be late to say so in the row when hundreds are served at once.
                if stopped.reason != "nobody_reads" or not hub.is_read_here(self.answer_id):
                    raise
            self.kept = state

    def trace(self) -> dict[str, list[int]]:
        """What the model reads, so that a draft that never ends well is withheld with its sources."""
        passages = self.searched.passages if self.searched else ()
        return {"read": sorted({passage.document for passage in passages})}

    async def finish(self, finished: Finished) -> None:
        """Keep the answer, if its sources may still be read."""
        self.audiences |= frozenset(cited.passage.audience for cited in finished.citations)
        await self.write(records.keep_going)
        await in_thread(
            records.finish,
            self.user,
            self.answer_id,
            finished,
            ms_first_token=self.first_token,
            ms_total=self._ms(),
        )

    async def keep_partial(self, reason: str) -> None:
        """A stopped answer: what was written is checked and cited like any other, and marked as partial."""
        from kb.chat.cite import cite_partial

        if reason == "ended":
            return
        if self.ask is None or self.searched is None or not self.live.draft.strip():
            await self.end(reason)
            return
        finished = await in_thread(cite_partial, self.ask, self.searched, self.live.draft)
        await in_thread(
            records.finish, self.user, self.answer_id, finished, ms_first_token=self.first_token, ms_total=self._ms()
        )

    async def end(self, code: str, **params: Any) -> None:
        """End the row without an answer; what was written is kept, down to the last token that somebody heard."""
        await in_thread(_fail, self.user, self.answer_id, code, self.live.draft, params)

    def _ms(self) -> int:
        return int((time.monotonic() - self.begun) * 1000)


async def _next(events: AsyncIterator[Event]) -> Event:
    return await anext(events)


async def _first_of(task: asyncio.Task[Event], waking: Coroutine[Any, Any, Any], seconds: float) -> None:
    waiter = asyncio.ensure_future(waking)
    try:
        await asyncio.wait({task, waiter}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiter.cancel()
