"""The ASGI application: pages, API and static files; at shutdown, answers in the making are ended and their readers told."""

from __future__ import annotations

import os
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
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            from kb.chat.streams import drain

            await drain(DRAIN_SECONDS)
            await send({"type": "lifespan.shutdown.complete"})
            return
