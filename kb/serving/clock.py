"""Separate limits on one answer: until the first text, between texts, and in all."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from kb.serving.errors import ModelServerSlow
from kb.serving.generation import Limits

T = TypeVar("T")


class Clock:
    """Begins with the answer. Keep-alive lines are no sign of life: only text is."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        now = asyncio.get_running_loop().time()
        self._end = now + limits.whole
        self._next = now + limits.first_token
        self._heard = False

    def text_came(self) -> None:
        """Text arrived: the next may take as long as a gap."""
        self._heard = True
        self._next = asyncio.get_running_loop().time() + self._limits.gap

    async def bounded(self, work: Awaitable[T]) -> T:
        """Wait for `work` as long as the limits allow. Raises ModelServerSlow."""
        try:
            async with asyncio.timeout_at(min(self._next, self._end)):
                return await work
        except TimeoutError:
            raise ModelServerSlow(self._what_ended()) from None

    def _what_ended(self) -> str:
        if self._end <= self._next:
            return f"the answer took longer than {self._limits.whole:g} s"
        if self._heard:
            return f"no text for {self._limits.gap:g} s"
        return f"no text within {self._limits.first_token:g} s"
