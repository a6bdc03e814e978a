"""Everything that Maru is, in the foreground: what `manage.py up` does."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kb.runtime import addresses
from kb.runtime.borrow import running_service, stop_borrowed
from kb.runtime.child import Say
from kb.runtime.children import Services, Watch, WebSite, settle_ports, step_spec, web_spec, workers_spec
from kb.runtime.home import Home
from kb.runtime.occupancy import Occupancy
from kb.runtime.postgres.foreign import check_server
from kb.runtime.problems import StartProblem
from kb.runtime.secrets import read_accounts
from kb.runtime.supervisor import Plan, Supervisor
from kb.runtime.timing import Timing


@dataclass(frozen=True, slots=True)
class Step:
    """A command of manage.py that must succeed before the web server starts, run in a database role."""

    label: str
    arguments: tuple[str, ...]
    role: str = "owner"


@dataclass(frozen=True, slots=True)
class Whole:
    """What `up` is asked to run."""

    site: WebSite
    steps: Sequence[Step] = ()
    canary: Watch | None = None
    workers: bool = True


def run_up(home: Home, env: Mapping[str, str], whole: Whole, say: Say, timing: Timing | None = None) -> None:
    """Run everything until SIGINT or SIGTERM. Raises StartProblem when it cannot start."""
    occupancy = Occupancy(home)
    occupancy.claim_up(whole.site.url)
    try:
        _check_address(whole.site)
        if home.notice:
            say(home.notice)
        if not addresses.has_own_database(env):
            for hint in _check_foreign(home, env):
                say(f"Note: {hint}")
        _run(home, env, whole, say, timing, occupancy)
    except OSError as error:  # a full disk, a folder that is no longer ours
        raise StartProblem(f"Maru cannot start: {error}") from error
    finally:
        occupancy.give_up()


def _run(
    home: Home, env: Mapping[str, str], whole: Whole, say: Say, timing: Timing | None, occupancy: Occupancy
) -> None:
    occupancy.gate.acquire()
    try:
        occupancy.use()
        plan = _plan(home, env, whole, say, occupancy)
        Supervisor(home, say, timing).run(plan)
    finally:
        _leave(home, occupancy)


def _leave(home: Home, occupancy: Occupancy) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C has nothing left to hurry
    if not occupancy.gate.held:
        occupancy.gate.acquire()
    if occupancy.last_out():
        stop_borrowed(home)
    occupancy.leave()
    occupancy.gate.release()


def _plan(home: Home, env: Mapping[str, str], whole: Whole, say: Say, occupancy: Occupancy) -> Plan:
    services = Services.of(env)
    adopted = {name: found for name in services.names() if (found := running_service(home, name)) is not None}
    settle_ports(home, services.without(adopted))
    specs = services.specs(home, env)
    return Plan(
        database=next((spec for spec in specs if spec.name == "database"), None),
        steps=[step_spec(env, step.label, step.arguments, step.role) for step in whole.steps],
        web=web_spec(env, whole.site),
        workers=workers_spec(env, whole.canary) if whole.workers else None,
        services=[spec for spec in specs if spec.name == "encoder"],
        later=[spec for spec in specs if spec.name == "model-server"],
        adopted=adopted,
        once_started=occupancy.gate.release,
        once_ready=lambda: _announce(home, whole.site, say),
    )


def _announce(home: Home, site: WebSite, say: Say) -> None:
    say(f"Maru is ready: {site.url}")
    for line in read_accounts(home):
        say(f"  {line}")


def _check_address(site: WebSite) -> None:
    family = socket.AF_INET6 if ":" in site.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((site.host, site.port))
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else str(error)
            raise StartProblem(
                f"The web server cannot listen on {site.host}:{site.port} ({reason}). Set PORT, or HOST, to another."
            ) from error


def _check_foreign(home: Home, env: Mapping[str, str]) -> tuple[str, ...]:
    urls = {role: addresses.database_url(home, role, env) for role in ("owner", "app", "worker")}
    return check_server(urls).hints
