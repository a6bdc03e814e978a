"""What a command needs of the services while `up` does not run: started for it, shared, stopped by the last one out."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from kb.runtime import addresses, health
from kb.runtime.children import ChildSpec, Services, settle_ports
from kb.runtime.home import Home, resolve_home
from kb.runtime.launch import last_words, launch, log_path, log_size
from kb.runtime.occupancy import SERVICES, Occupancy, keeper_of, note_keeper
from kb.runtime.postgres.cluster import find_postmaster, stop_postmaster
from kb.runtime.problems import StartProblem
from kb.runtime.processes import Running
from kb.runtime.secrets import load_secrets

_UP_SECONDS = 60.0
_GATE_SECONDS = 5.0


@contextmanager
def borrowed(
    *,
    database: bool = True,
    encoder: bool = False,
    model_server: bool = False,
    home: Home | None = None,
    env: Mapping[str, str] | None = None,
) -> Iterator[Home]:
    """Have these services for the length of a `with` block.

    With `up` running they are `up`'s. Otherwise those that are missing are started, in processes that outlive this one as
    long as another command uses them. Services that the environment places elsewhere are left to it. Ports may have been
    chosen again: read addresses inside the block. Raises StartProblem when one does not start.
    """
    env = os.environ if env is None else env
    home = resolve_home(env) if home is None else home
    wanted = Services.of(env).only(database=database, encoder=encoder, model_server=model_server)
    occupancy = Occupancy(home)
    with occupancy_gate(occupancy):
        occupancy.use()
        with _left_on_failure(home, occupancy):
            others = wanted if occupancy.up_runs() else _run_alone(home, wanted)
            _provide(home, env, wanted.without(others.names()), occupancy)
    try:
        _await_others(home, others)
        yield home
    finally:
        _leave(home, occupancy)


@contextmanager
def occupancy_gate(occupancy: Occupancy) -> Iterator[None]:
    """Hold the gate."""
    occupancy.gate.acquire()
    try:
        yield
    finally:
        occupancy.gate.release()


@contextmanager
def _left_on_failure(home: Home, occupancy: Occupancy) -> Iterator[None]:
    try:
        yield
    except BaseException:
        if occupancy.last_out():
            stop_borrowed(home)
        occupancy.leave()
        raise


@dataclass(frozen=True, slots=True)
class _Start:
    spec: ChildSpec
    keeper: Running | None
    log_begins: int


def _provide(home: Home, env: Mapping[str, str], wanted: Services, occupancy: Occupancy) -> None:
    """Start what is missing, all at once, then wait for all of it. The gate is held."""
    starts = [_begin(home, spec, occupancy) for spec in _specs(home, env, wanted)]
    for start in reversed(starts):  # the database first: it is the quickest
        _await(home, start)


def _specs(home: Home, env: Mapping[str, str], wanted: Services) -> list[ChildSpec]:
    idle = Services(
        database=False,
        encoder=wanted.encoder and keeper_of(home, "encoder") is None,
        model_server=wanted.model_server and keeper_of(home, "model-server") is None,
    )
    settle_ports(home, idle)
    return wanted.specs(home, env)


def _begin(home: Home, spec: ChildSpec, occupancy: Occupancy) -> _Start:
    begins = log_size(home, spec.name)
    running = running_service(home, spec.name)
    if running is None:
        handle = launch(spec, home, while_used=occupancy.lifeline)
        note_keeper(home, spec.name, handle.pid)
        running = Running.of(handle.pid)
        handle.returncode = 0  # it is nobody's to wait for: it may outlive us
    return _Start(spec, running, begins)


def running_service(home: Home, name: str) -> Running | None:
    """The process to watch for a service that runs without `up`: its keeper, or a postmaster left over by a crash."""
    return keeper_of(home, name) or (find_postmaster(home) if name == "database" else None)


def _await(home: Home, start: _Start) -> None:
    until = time.monotonic() + start.spec.ready_seconds
    while not start.spec.ready():
        if start.keeper is None or not start.keeper.alive() or time.monotonic() > until:
            words = last_words(home, start.spec.name, start.log_begins)
            raise StartProblem(f"{start.spec.label} does not start{f': {words}' if words else ''}.")
        time.sleep(0.05)
    start.spec.once_ready()


def _run_alone(home: Home, wanted: Services) -> Services:
    """The encoder, when it runs without `up` and without a command's keeper: parts can be started one by one
    (docs/deployment.md). A second one would take another port, and the web server would look for it there."""
    alone = wanted.encoder and keeper_of(home, "encoder") is None
    url, key = addresses.encoder_url(home), load_secrets(home).encoder_key
    return Services(database=False, encoder=alone and health.encoder_lets_in(url, key), model_server=False)


def _await_others(home: Home, others: Services) -> None:
    """Wait for what `up`, or whoever runs the parts, is starting. Touches nothing: the services are theirs."""
    for name, ready in others.ready_checks(home).items():
        until = time.monotonic() + _UP_SECONDS
        while not ready():
            if time.monotonic() > until:
                raise StartProblem(f"Maru runs, but its {name} does not answer. Look into {log_path(home, name)}.")
            time.sleep(0.1)


def _leave(home: Home, occupancy: Occupancy) -> None:
    """Stop the services if nobody else uses them. Without the gate they stop by themselves, only later."""
    if occupancy.gate.acquire_within(_GATE_SECONDS):
        if occupancy.last_out():
            stop_borrowed(home)
        occupancy.leave()
        occupancy.gate.release()
    occupancy.leave()


def stop_borrowed(home: Home) -> None:
    """Stop every service that runs for commands, the database last. The gate is held, and nobody else uses them."""
    for name in SERVICES:
        keeper = keeper_of(home, name)
        if keeper is not None:
            keeper.send(signal.SIGTERM)
            if not keeper.wait(8.0):
                keeper.send(signal.SIGKILL)
            _collect(keeper)
    postmaster = find_postmaster(home)
    if postmaster is not None:
        stop_postmaster(postmaster, 5.0)


def _collect(process: Running) -> None:
    with contextlib.suppress(ChildProcessError):
        os.waitpid(process.pid, os.WNOHANG)
