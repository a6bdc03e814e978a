"""What a server said of itself, remembered for a minute: it is asked before every prompt and changes with a restart."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from kb.serving.generation import ServerInfo

_SECONDS = 60.0


class InfoMemory:
    """One server's. Two that ask at the same time may both ask the server; the answers are the same."""

    def __init__(self, ask: Callable[[], Awaitable[ServerInfo]]) -> None:
        self._ask = ask
        self._info: ServerInfo | None = None
        self._until = 0.0

    async def info(self) -> ServerInfo:
        """What is remembered, or the server's answer."""
        if self._info is None or time.monotonic() > self._until:
            self._info = await self._ask()
            self._until = time.monotonic() + _SECONDS
        return self._info
