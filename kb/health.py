"""How the parts of Maru are: quick looks, kept for two seconds, for /readyz and the console's first page."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import httpx
from asgiref.sync import async_to_sync
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import MaruError
from kb.chat.threads import in_thread
from kb.jobs.figures import queue_figures
from kb.runtime import health

KEPT = 2.0  # seconds that a look counts
PATIENCE = 3.0  # seconds that a part gets to answer
WORKERS_SILENT = timedelta(seconds=90)  # the sweep alone is a task a minute


class PartState(StrEnum):
    """How a part is."""

    OK = "ok"
    DEGRADED = "degraded"
    MISSING = "missing"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Part:
    """A part by name, how it is, and whether Maru can do its work without it."""

    name: str
    state: PartState
    needed: bool

    @property
    def text(self) -> str:
        """What that means, in the language of now. Nothing that a stranger should not read."""
        return sentence(self.name, self.state)


@dataclass(frozen=True, slots=True)
class House:
    """All parts together."""

    parts: tuple[Part, ...]

    @property
    def ready(self) -> bool:
        """Whether every part that is needed is there."""
        return not any(part.needed and part.state == PartState.MISSING for part in self.parts)

    @property
    def status(self) -> str:
        """`ready`, `degraded` or `not_ready`."""
        if not self.ready:
            return "not_ready"
        well = (PartState.OK, PartState.OFF)
        return "ready" if all(part.state in well for part in self.parts) else "degraded"


_held: tuple[float, House] | None = None


async def look() -> House:
    """The parts as they are, at most two seconds ago."""
    global _held  # noqa: PLW0603 - what this process saw last
    if _held is None or time.monotonic() - _held[0] > KEPT:
        found = await asyncio.gather(*(_state(*each) for each in _LOOKS))
        _held = (time.monotonic(), House(tuple(found)))
    return _held[1]


def look_now() -> House:
    """The same for a view that is not async."""
    return async_to_sync(look)()


def forget() -> None:
    """Look anew next time."""
    global _held  # noqa: PLW0603
    _held = None


async def _state(name: str, needed: bool, check: Callable[[], Awaitable[PartState]]) -> Part:
    try:
        async with asyncio.timeout(PATIENCE):
            state = await check()
    except (TimeoutError, OSError, DatabaseError, MaruError, httpx.HTTPError):
        state = PartState.MISSING
    return Part(name, state, needed)


async def _database() -> PartState:
    return await in_thread(_one)


def _one() -> PartState:
    with connection.cursor() as cursor:
        cursor.execute("select 1")
        return PartState.OK if cursor.fetchone() == (1,) else PartState.MISSING


async def _workers() -> PartState:
    return await in_thread(_signs)


def _signs() -> PartState:
    """A task was recorded lately, or a job holds its lease. Company text is not looked at."""
    with connection.cursor() as cursor:
        cursor.execute("select max(stopped) from django_q_task")
        last: datetime | None = cursor.fetchone()[0]
    lately = last is not None and timezone.now() - last < WORKERS_SILENT
    return PartState.OK if lately or queue_figures().running else PartState.MISSING


async def _encoder() -> PartState:
    embedder: str = settings.MARU_EMBEDDER
    if embedder.startswith("tei+"):
        async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as client:
            (await client.get(f"{embedder.removeprefix('tei+').rstrip('/')}/health")).raise_for_status()
    key = settings.SECRETS.encoder_key
    answers = await asyncio.to_thread(health.encoder_answers, settings.ENCODER_URL, key)
    return PartState.OK if answers else PartState.MISSING


async def _model_server() -> PartState:
    from kb.serving.servers import model_server

    server = model_server()
    if server is None:
        return PartState.OFF
    if settings.MARU_MODEL_SERVER:
        await server.describe()
        return PartState.OK
    key = settings.SECRETS.model_server_key
    answers = await asyncio.to_thread(health.model_server_answers, settings.MODEL_SERVER_URL, key)
    return PartState.OK if answers else PartState.MISSING


async def _disk() -> PartState:
    free = shutil.disk_usage(settings.MARU.root).free
    return PartState.OK if free >= settings.MARU_DISK_FREE_BYTES else PartState.DEGRADED


_LOOKS: tuple[tuple[str, bool, Callable[[], Awaitable[PartState]]], ...] = (
    ("database", True, _database),
    ("workers", True, _workers),
    ("encoder", True, _encoder),
    ("model_server", False, _model_server),
    ("disk", False, _disk),
)


def sentence(name: str, state: PartState) -> str:
    """What a part's state means for people who use Maru."""
    sentences = {
        ("database", PartState.OK): _("The database answers."),
        ("database", PartState.MISSING): _("The database does not answer: nothing can be read or asked."),
        ("workers", PartState.OK): _("The workers do their jobs."),
        ("workers", PartState.MISSING): _("The workers show no sign of life: files wait and are not read."),
        ("encoder", PartState.OK): _("The encoder answers."),
        ("encoder", PartState.MISSING): _("The encoder does not answer, or is still loading: nothing can be searched."),
        ("model_server", PartState.OK): _("The model server answers."),
        ("model_server", PartState.MISSING): _("The model server does not answer, or is still loading."),
        ("model_server", PartState.OFF): _("There is no model server: answers are quoted from the documents."),
        ("disk", PartState.OK): _("There is room for files."),
        ("disk", PartState.DEGRADED): _("The disk is nearly full: no further file is taken."),
        ("disk", PartState.MISSING): _("The disk cannot be looked at."),
    }
    return sentences[name, state]
