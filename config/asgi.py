"""The ASGI application: pages, API and static files; at shutdown, answers in the making are ended and their readers told."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.core.asgi import get_asgi_application

from config.limits import BodyLimit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

DRAIN_SECONDS = 2.0
_django = BodyLimit(get_asgi_application())


async def application(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
    """Django, and the two moments of the server's life that Django leaves out."""
    if scope["type"] == "lifespan":
        await _live(receive, send)
    else:
        await _django(scope, receive, send)


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            _drain_at(signal.SIGTERM, signal.SIGINT)
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await _drain()
            await send({"type": "lifespan.shutdown.complete"})
            return


async def _drain() -> None:
    from kb.chat.streams import drain

    await drain(DRAIN_SECONDS)


def _drain_at(*numbers: signal.Signals) -> None:
    """Begin to drain with the signal itself, before the server's own handler.

    The server waits for open connections before it says that it shuts down: by then every stream would have been cut, and
    nobody could be told any more.
    """
    if threading.current_thread() is not threading.main_thread():
        return  # a server in a test's thread gets no signals
    loop, draining = asyncio.get_running_loop(), set[asyncio.Task[None]]()

    def wrapped(theirs: Callable[..., Any]) -> Callable[..., Any]:
        def handle(number: int, frame: Any) -> None:
            loop.call_soon_threadsafe(lambda: draining.add(loop.create_task(_drain())))
            theirs(number, frame)

        return handle

    for number in numbers:
        theirs = signal.getsignal(number)
        if callable(theirs):
            signal.signal(number, wrapped(theirs))
