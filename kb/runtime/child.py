"""One child kept running: start, wait until it is ready, watch, start again when it ends."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable
from typing import Any

from kb.runtime.children import ChildSpec, Watch
from kb.runtime.home import Home
from kb.runtime.launch import last_words, log_size, trim_log
from kb.runtime.nursery import Nursery, Process
from kb.runtime.problems import StartProblem
from kb.runtime.processes import Running
from kb.runtime.timing import Timing

Say = Callable[[str], None]


class Child:
    """A child and its life. `ready` is set while it can be used; `given_up` ends with the reason when the start failed.

    `adopted` is a process of that kind that already runs and that somebody else started: it is watched, and only when
    it ends is one of our own started.
    """

    def __init__(
        self, spec: ChildSpec, home: Home, nursery: Nursery, say: Say, timing: Timing, adopted: Running | None = None
    ) -> None:
        self.spec = spec
        self.ready = asyncio.Event()
        self.given_up: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.adopted = adopted
        self._home, self._nursery, self._say, self._timing = home, nursery, say, timing
        self._process: Process | None = None
        self._task: asyncio.Task[None] | None = None
        self._was_ready = False

    def start(self) -> None:
        """Begin to keep it running."""
        self._task = asyncio.create_task(self._keep(), name=self.spec.name)

    async def stop(self, seconds: float) -> None:
        """Stop it within that time and start it no more. An adopted process is left alone."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
        if self._process is not None:
            await self._process.end(self.spec.stop_signal, seconds)
        self.ready.clear()

    def kill(self) -> None:
        """End it this instant."""
        if self._process is not None:
            self._process.send(signal.SIGKILL)

    async def _keep(self) -> None:
        failures = 0
        clock = asyncio.get_running_loop().time
        while True:
            began = clock()
            reason = await self._one_life()
            self.ready.clear()
            failures = 1 if clock() - began > self._timing.settled else failures + 1
            if not self._was_ready and 0 < self.spec.tries <= failures:
                self.given_up.set_result(reason)
                return
            delay = self._timing.delay(failures)
            self._say(f"{self.spec.label} stopped ({reason}). Starting it again in {delay:g} s.")
            await asyncio.sleep(delay)

    async def _one_life(self) -> str:
        """From start to end; returns why it ended."""
        if self.adopted is not None:
            reason = await self._live_adopted(self.adopted)
            self.adopted = None
            return reason
        log_begins = log_size(self._home, self.spec.name)
        try:
            await asyncio.to_thread(self.spec.before)
            self._process = self._nursery.start(self.spec)
        except (StartProblem, OSError) as problem:
            return str(problem)
        return await self._live(self._process, log_begins)

    async def _live(self, process: Process, log_begins: int) -> str:
        guard = asyncio.create_task(self._guard())
        try:
            ends: set[asyncio.Future[Any]] = {guard, process.exited}
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            if not process.exited.done():
                reason = guard.result()
                await process.end(self.spec.stop_signal, self.spec.stop_seconds)
                return reason
        finally:
            guard.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await guard
        return _ending(process.exited.result(), last_words(self._home, self.spec.name, log_begins))

    async def _live_adopted(self, other: Running) -> str:
        guard = asyncio.create_task(self._guard())
        try:
            while other.alive():
                await asyncio.wait({guard}, timeout=self._timing.ready_poll)
                if guard.done():
                    return guard.result()
            return "it ended"
        finally:
            guard.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await guard

    async def _guard(self) -> str:
        """Watch over a running child; returns, with the reason, when it must be replaced."""
        try:
            async with asyncio.timeout(self.spec.ready_seconds):
                await self._become_ready()
            await asyncio.to_thread(self.spec.once_ready)
        except TimeoutError:
            return f"it was not ready after {self.spec.ready_seconds:g} s"
        except StartProblem as problem:
            return str(problem)
        self._was_ready = True
        self.ready.set()
        return await self._watch(self.spec.watch)

    async def _become_ready(self) -> None:
        while True:
            if await asyncio.to_thread(self.spec.ready):
                return
            await asyncio.sleep(self._timing.ready_poll)

    async def _watch(self, watch: Watch | None) -> str:
        if watch is None:
            return await _for_ever()
        clock = asyncio.get_running_loop().time
        heard = clock()
        while clock() - heard < watch.patience:
            await asyncio.sleep(watch.every)
            trim_log(self._home, self.spec.name)
            if await asyncio.to_thread(watch.check):
                heard = clock()
        return f"no sign of life for {watch.patience:g} s"


async def _for_ever() -> str:
    await asyncio.Event().wait()
    return ""


def _ending(code: int, words: str) -> str:
    if code < 0:
        return f"killed by {signal.Signals(-code).name}"
    return f"exit code {code}: {words}" if words and code else f"exit code {code}"
