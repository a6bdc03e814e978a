"""Database work from async code: in a thread, with the connection given back at once.

No connection may be held while a model generates: 150 streams that each kept one exhausted a server with 100.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import connections

P = ParamSpec("P")
T = TypeVar("T")


async def in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run `work` in a thread of the pool, and close that thread's connections after it.

    What it sets in its context stays there. asgiref would carry it back into the task, also from a thread that is still at
    work when the task is cancelled: the task would then seem to be inside `as_user`, without its transaction.
    """
    return await sync_to_async(_with_connections_closed, thread_sensitive=False)(work, *args, **kwargs)


def _with_connections_closed(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    try:
        return copy_context().run(work, *args, **kwargs)
    finally:
        for connection in connections.all(initialized_only=True):
            if not connection.in_atomic_block:
                connection.close()
