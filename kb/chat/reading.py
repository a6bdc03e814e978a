"""Reading an answer while it is made, from any web process."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from accounts.access import as_user
from accounts.errors import NotThere
from accounts.models import User
from kb.chat import hub, records
from kb.chat.threads import in_thread
from kb.models import Answer
from kb.models.chat import AnswerState

POLL = 0.3
CHECK_EVERY = 2.0
AT_EASE = 100  # answers at once in this process up to which it is looked as often as that
SILENCE = 15.0  # after this long a comment keeps proxies from closing the line


@dataclass(frozen=True, slots=True)
class Progress:
    """What is new: the stage, and draft[offset:] as `text`. `over` when the answer is at its end; `silent`: nothing is."""

    stage: str
    detail: dict[str, Any]
    offset: int
    text: str
    over: bool
    silent: bool = False


@dataclass(frozen=True, slots=True)
class _State:
    event: int
    stage: str
    detail: dict[str, Any]
    draft: str
    over: bool


async def progress(
    user: User, answer_id: int, offset: int = 0, *, watch: Callable[[], None] | None = None
) -> AsyncGenerator[Progress, None]:
    """Yield what is new until the answer ends.

    Raises NotThere when the answer is not this person's, or when they may not sign in any more: that is looked at anew
    every two seconds, and `watch` is called with it, in a thread, to raise for reasons of the caller's own. Leaving the
    iterator tells the producer, by silence, that nobody reads.
    """
    with hub.reading(answer_id):
        async with aclosing(_progress(user, answer_id, offset, watch)) as news:
            async for new in news:
                yield new


async def _progress(
    user: User, answer_id: int, offset: int, watch: Callable[[], None] | None
) -> AsyncGenerator[Progress, None]:
    event, checked, spoke = -1, 0.0, time.monotonic()
    while True:
        live = hub.made_here(answer_id)
        now = time.monotonic()
        if live is None or live.owner_id != user.pk:
            state, live = await in_thread(_look, user, answer_id, watch), None
        elif live.over:
            continue
        else:
            # The producer, in this process, looks after the row and after the person's access to what it says.
            if watch is not None and now - checked >= hub.pace(CHECK_EVERY, AT_EASE):
                await in_thread(watch)
                checked = now
            state = _State(live.event, live.stage, dict(live.detail), live.draft, False)
        if state.event != event or state.over:
            event, text = state.event, state.draft[offset:]
            yield Progress(state.stage, state.detail, offset, text, state.over)
            offset, spoke = offset + len(text), now
        if state.over:
            return
        if now - spoke >= SILENCE:
            yield Progress(state.stage, state.detail, offset, "", False, silent=True)
            spoke = now
        await hub.news(live, POLL if live is None else CHECK_EVERY)


def _look(user: User, answer_id: int, watch: Callable[[], None] | None) -> _State:
    """The row as it stands; showing by it that a reader is there, and that its producer still lives."""
    if watch is not None:
        watch()
    now = timezone.now()
    with as_user(user):
        mine = Answer.objects.visible_to(user).filter(pk=answer_id)
        opened = mine.filter(state__in=records.OPEN)
        # The process that made the answer died: what there is stays, and is marked as partial.
        opened.filter(lease_until__lt=now).update(
            state=AnswerState.FAILED, error="interrupted", stage="", finished_at=now
        )
        opened.update(reader_seen_at=now)
        row = mine.values("event", "state", "stage", "stage_detail", "draft").first()
    if row is None:
        raise NotThere("")
    return _State(row["event"], row["stage"], row["stage_detail"], row["draft"], row["state"] not in records.OPEN)
