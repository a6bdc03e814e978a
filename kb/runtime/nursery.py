"""The supervisor's child processes: started here, and collected here when they end, orphans included."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from kb.runtime.children import ChildSpec
from kb.runtime.home import Home
from kb.runtime.launch import launch
from kb.runtime.processes import Running, become_subreaper, children_of, end_group, zombies_of


@dataclass(frozen=True, slots=True)
class Process:
    """A child that was started. `exited` gets its exit code, negative for a signal."""

    pid: int
    exited: asyncio.Future[int]
    handle: subprocess.Popen[bytes]

    def send(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if not self.exited.done():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    async def wait(self, seconds: float) -> bool:
        """Whether it ended within that time."""
        done, _ = await asyncio.wait({self.exited}, timeout=max(0.0, seconds))
        return bool(done)

    async def end(self, number: int, seconds: float) -> None:
        """Ask it to stop, wait, and kill what is left of its group."""
        if self.exited.done():
            return
        self.send(number)
        if not await self.wait(seconds):
            end_group(self.pid)
            await self.wait(5.0)


class Nursery:
    """All child processes of this one. Lives in the main thread: Linux binds a child's life to the thread that began it."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._known: dict[int, Process] = {}
        self._strays: set[int] = set()

    def open(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to collect children that end."""
        become_subreaper()
        loop.add_signal_handler(signal.SIGCHLD, self.collect)

    def start(self, spec: ChildSpec) -> Process:
        """Start a child."""
        handle = launch(spec, self._home)
        process = Process(handle.pid, asyncio.get_running_loop().create_future(), handle)
        self._known[process.pid] = process
        return process

    def collect(self) -> None:
        """Note which children ended. Asks for each by number: a plain wait would take other code's children too."""
        for process in list(self._known.values()):
            with contextlib.suppress(ChildProcessError):
                pid, status = os.waitpid(process.pid, os.WNOHANG)
                if pid:
                    self._bury(process, os.waitstatus_to_exitcode(status))

    def _bury(self, process: Process, code: int) -> None:
        del self._known[process.pid]
        process.handle.returncode = code
        if not process.exited.done():
            process.exited.set_result(code)
        end_group(process.pid)  # what it started must not outlive it

    def collect_orphans(self) -> None:
        """Collect dead orphans that came to us; those seen dead twice, so that nobody else is waiting for them."""
        self.collect()
        dead = {pid for pid in zombies_of(os.getpid()) if pid not in self._known}
        for pid in dead & self._strays:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
        self._strays = dead

    def orphans(self) -> list[Running]:
        """Living processes that became our children because their parents died."""
        return [process for process in children_of(os.getpid()) if process.pid not in self._known]


async def end_orphans(find: Callable[[], list[Running]], seconds: float) -> None:
    """Ask them to stop, wait, then kill; again for those that come up when these are gone."""
    for process in find():
        process.send(signal.SIGTERM)
    clock = asyncio.get_running_loop().time
    until = clock() + seconds
    while left := find():
        if clock() > until + 2.0:
            return
        if clock() > until:
            for process in left:
                process.send(signal.SIGKILL)
        await asyncio.sleep(0.05)
