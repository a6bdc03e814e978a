"""The parent of all of Maru's processes: starts them in order, keeps them running, stops them in order."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from kb.runtime.child import Child, Say
from kb.runtime.children import ChildSpec
from kb.runtime.home import Home
from kb.runtime.launch import log_path, log_size, log_tail
from kb.runtime.nursery import Nursery, Process, end_orphans
from kb.runtime.problems import StartProblem
from kb.runtime.processes import Running
from kb.runtime.timing import Timing

_TRAINING = 0.7  # seconds that what the workers left behind is sure to get for its checkpoint


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to run. All are optional, so that a part can be run alone.

    `steps` are programs that must succeed, one after the other, between the database's start and the web server's
    (migrations). `services` start beside the steps, and the workers when these can be used; `later` ones start when the web
    server answers, so that the first page does not wait for a model. `adopted` are processes, by child name, that already
    run. `once_started` is called when the database is up and the services are on their way; `once_ready` when the web
    server answers.
    """

    database: ChildSpec | None = None
    steps: Sequence[ChildSpec] = ()
    web: ChildSpec | None = None
    workers: ChildSpec | None = None
    services: Sequence[ChildSpec] = ()
    later: Sequence[ChildSpec] = ()
    adopted: dict[str, Running] = field(default_factory=dict)
    once_started: Callable[[], None] = lambda: None
    once_ready: Callable[[], None] = lambda: None


class Supervisor:
    """Runs a plan until SIGINT, SIGTERM or SIGHUP, or until the start fails. One for a process, in its main thread."""

    def __init__(self, home: Home, say: Say, timing: Timing | None = None) -> None:
        self._home, self._say, self._timing = home, say, timing or Timing()
        self._nursery = Nursery(home)
        self._children: list[Child] = []
        self._step: Process | None = None

    def run(self, plan: Plan) -> None:
        """Run the plan. Returns when all has stopped after a signal; raises StartProblem when the start failed."""
        asyncio.run(self._run(plan))

    async def _run(self, plan: Plan) -> None:
        loop = asyncio.get_running_loop()
        self._nursery.open(loop)
        wanted, hurried = asyncio.Event(), asyncio.Event()
        self._take_signals(loop, wanted, hurried)
        life = asyncio.create_task(self._live(plan))
        order = asyncio.create_task(wanted.wait())
        try:
            ends: set[asyncio.Future[Any]] = {life, order}
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            order.cancel()
            life.cancel()
            await asyncio.wait({life})
            stopping = asyncio.create_task(self._stop_all())
            await self._stop_or_hurry(stopping, hurried)
        if not life.cancelled() and (problem := life.exception()) is not None:
            raise problem

    def _take_signals(self, loop: asyncio.AbstractEventLoop, wanted: asyncio.Event, hurried: asyncio.Event) -> None:
        asked = 0.0

        def stop(number: int) -> None:
            nonlocal asked
            # make passes SIGTERM on to a group that has it already: only a second Ctrl-C is impatience.
            if number == signal.SIGINT and asked and loop.time() - asked > 0.5:
                hurried.set()
            asked = asked or loop.time()
            wanted.set()

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, stop, number)

    async def _live(self, plan: Plan) -> None:
        if plan.database is not None:
            await self._usable(self._add(plan.database, plan))
        services = [self._add(spec, plan) for spec in plan.services]
        plan.once_started()
        for step in plan.steps:
            await self._do(step)
        if plan.web is not None:
            await self._usable(self._add(plan.web, plan))
            plan.once_ready()
        waiting = [asyncio.create_task(self._begin_workers(plan, services))]
        services += [self._add(spec, plan) for spec in plan.later]
        waiting += [asyncio.create_task(self._tell(child)) for child in services]
        try:
            await self._keep_house()
        finally:
            for task in waiting:
                task.cancel()

    def _add(self, spec: ChildSpec, plan: Plan) -> Child:
        child = Child(spec, self._home, self._nursery, self._say, self._timing, plan.adopted.get(spec.name))
        self._children.append(child)
        child.start()
        return child

    async def _begin_workers(self, plan: Plan, services: Sequence[Child]) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._timing.workers_wait):
                for child in services:
                    await child.ready.wait()
        if plan.workers is not None:
            self._add(plan.workers, plan)

    async def _usable(self, child: Child) -> None:
        """Wait until the child can be used; raises StartProblem when it gave up."""
        ready = asyncio.create_task(child.ready.wait())
        ends: set[asyncio.Future[Any]] = {ready, child.given_up}
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ready.cancel()
        if not child.ready.is_set():
            raise StartProblem(f"{child.spec.label} does not start: {child.given_up.result()}")

    async def _do(self, step: ChildSpec) -> None:
        begins = log_size(self._home, step.name)
        self._step = self._nursery.start(step)
        code = await self._step.exited
        self._step = None
        if code != 0:
            words = "\n".join(log_tail(self._home, step.name, begins)) or f"exit code {code}"
            raise StartProblem(f"{step.label} failed (all of it: {log_path(self._home, step.name)}):\n{words}")

    async def _tell(self, child: Child) -> None:
        await child.ready.wait()
        self._say(f"{child.spec.label} is ready.")

    async def _keep_house(self) -> None:
        while True:
            await asyncio.sleep(self._timing.orphans)
            self._nursery.collect_orphans()

    async def _stop_or_hurry(self, stopping: asyncio.Task[None], hurried: asyncio.Event) -> None:
        hurry = asyncio.create_task(hurried.wait())
        ends: set[asyncio.Future[Any]] = {stopping, hurry}
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        if not stopping.done():
            for child in self._children:
                child.kill()
            await stopping
        hurry.cancel()

    async def _stop_all(self) -> None:
        """Web, workers, what they left behind, then the services, the database last: all within the time to stop."""
        clock = asyncio.get_running_loop().time
        until = clock() + self._timing.stop
        order = self._stop_order()
        reserved = sum(child.spec.stop_seconds for child in order) + _TRAINING
        if self._step is not None:
            await self._step.end(signal.SIGTERM, 1.0)
        for child in order:
            reserved -= child.spec.stop_seconds
            await child.stop(max(child.spec.stop_seconds, until - clock() - reserved))
            if child.spec.name == "workers":
                reserved -= _TRAINING
                await end_orphans(self._nursery.orphans, max(_TRAINING, until - clock() - reserved))
        await end_orphans(self._nursery.orphans, 0.5)
        self._nursery.collect_orphans()

    def _stop_order(self) -> list[Child]:
        ranks = {"web": 0, "workers": 1, "encoder": 2, "model-server": 3, "database": 5}
        return sorted(self._children, key=lambda child: ranks.get(child.spec.name, 4))
