"""What Maru is made of while it runs: one description for each process, and which of them a configuration needs."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from kb.runtime import addresses, health
from kb.runtime.home import Home
from kb.runtime.identity import Identity
from kb.runtime.ports import choose_again, is_free, load_ports
from kb.runtime.postgres import cluster, roles
from kb.runtime.secrets import load_secrets

CODE = Path(__file__).resolve().parents[2]
Check = Callable[[], bool]
Act = Callable[[], object]

# OpenMP's threads spin while they wait; with two busy processes on two cores that costs most of the time.
_QUIET_THREADS = {"OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "0"}


def nothing() -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True)
class Watch:
    """A sign of life looked for every `every` seconds; without one for `patience` seconds the child is replaced."""

    check: Check
    every: float = 5.0
    patience: float = 60.0


@dataclass(frozen=True, slots=True)
class ChildSpec:
    """One process: how it is started, known to be ready, watched and stopped.

    `before` runs before each start, `once_ready` after each. `stop_seconds` is the time that it is sure to get between
    `stop_signal` and SIGKILL; `death_signal` is what it receives when its parent is killed. `tries` is how often it may
    end before it was ever ready until the whole start is given up; 0 is for ever.
    """

    name: str
    label: str
    command: tuple[str, ...]
    env: Mapping[str, str]
    ready: Check
    before: Act = nothing
    once_ready: Act = nothing
    watch: Watch | None = None
    identity: Identity | None = None
    folder: Path = CODE
    stop_signal: int = signal.SIGTERM
    stop_seconds: float = 1.0
    death_signal: int = signal.SIGKILL
    ready_seconds: float = 120.0
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Services:
    """Which of the processes that commands need too are run by us."""

    database: bool
    encoder: bool
    model_server: bool

    @classmethod
    def of(cls, env: Mapping[str, str]) -> Services:
        """Those that the environment does not place elsewhere. The encoder always runs: it analyses Korean."""
        return cls(addresses.has_own_database(env), True, addresses.has_own_model_server(env))

    def only(self, *, database: bool, encoder: bool, model_server: bool) -> Services:
        """Those of them that are asked for."""
        return Services(self.database and database, self.encoder and encoder, self.model_server and model_server)

    def names(self) -> tuple[str, ...]:
        """Their names."""
        flags = (("encoder", self.encoder), ("model-server", self.model_server), ("database", self.database))
        return tuple(name for name, wanted in flags if wanted)

    def without(self, names: Container[str]) -> Services:
        """Those that are not among `names`."""
        left = {name for name in self.names() if name not in names}
        return Services("database" in left, "encoder" in left, "model-server" in left)

    def ready_checks(self, home: Home) -> dict[str, Check]:
        """By name, how to see from outside whether each of them can be used."""
        checks: list[tuple[bool, str, Callable[[Home], bool]]] = [
            (self.database, "database", cluster.answers),
            (self.encoder, "encoder", encoder_ready),
            (self.model_server, "model-server", model_server_ready),
        ]
        return {name: partial(check, home) for wanted, name, check in checks if wanted}

    def specs(self, home: Home, env: Mapping[str, str]) -> list[ChildSpec]:
        """Their descriptions, in the order in which they are stopped."""
        makers = [
            (self.encoder, encoder_spec),
            (self.model_server, model_server_spec),
            (self.database, database_spec),
        ]
        return [make(home, env) for wanted, make in makers if wanted]


def encoder_ready(home: Home) -> bool:
    """Whether this home's encoder can be used."""
    return health.encoder_answers(addresses.encoder_url(home), load_secrets(home).encoder_key)


def model_server_ready(home: Home) -> bool:
    """Whether this home's embedded model server can be used."""
    return health.model_server_answers(addresses.model_server_url(home), load_secrets(home).model_server_key)


def database_spec(home: Home, env: Mapping[str, str]) -> ChildSpec:
    """The embedded PostgreSQL: its postmaster, in the foreground."""
    server = cluster.get_ready(home)
    return ChildSpec(
        name="database",
        label="The database",
        command=server.command,
        env={"PATH": env.get("PATH", os.defpath), "LC_ALL": "C"},
        before=partial(cluster.get_ready, home),
        ready=partial(cluster.answers, home),
        once_ready=partial(roles.prepare_database, home),
        identity=server.identity,
        folder=Path("/"),
        stop_signal=signal.SIGINT,  # a fast shutdown; SIGTERM would wait for every client to leave
        death_signal=signal.SIGINT,
        stop_seconds=1.2,
        ready_seconds=300.0,  # recovery after a crash may take a while
        tries=3,
    )


def encoder_spec(home: Home, env: Mapping[str, str]) -> ChildSpec:
    """Embeddings and Korean analysis."""
    check = partial(encoder_ready, home)
    port = str(load_ports(home).encoder)
    return ChildSpec(
        name="encoder",
        label="The encoder",
        command=_manage("encoder", "--port", port, "--models", str(home.models)),
        env={**_inherited(env, "app"), **_QUIET_THREADS, "MARU_ENCODER_KEY": load_secrets(home).encoder_key},
        ready=check,
        watch=Watch(check, patience=120.0),
        stop_seconds=0.4,
        ready_seconds=900.0,  # the first start joins and checks the bundled model
    )


def model_server_spec(home: Home, env: Mapping[str, str]) -> ChildSpec:
    """The embedded model server."""
    key = load_secrets(home).model_server_key
    check = partial(model_server_ready, home)
    port = str(load_ports(home).model_server)
    return ChildSpec(
        name="model-server",
        label="The model server",
        command=(sys.executable, "-m", "kb.serving.embedded.process", "--port", port, "--models", str(home.models)),
        env={**_inherited(env, "app"), **_QUIET_THREADS, "MARU_EMBEDDED_KEY": key},
        ready=check,
        watch=Watch(check, patience=120.0),
        stop_seconds=0.4,
        ready_seconds=900.0,
    )


def step_spec(env: Mapping[str, str], label: str, arguments: Sequence[str], role: str) -> ChildSpec:
    """A command of manage.py that runs once."""
    return ChildSpec(
        name=arguments[0], label=label, command=_manage(*arguments), env=_inherited(env, role), ready=lambda: True
    )


def workers_spec(env: Mapping[str, str], canary: Watch | None) -> ChildSpec:
    """The queue's cluster, replaced as a whole when its canary is not heard."""
    return ChildSpec(
        name="workers",
        label="The workers",
        command=(sys.executable, "-m", "kb.runtime.workers"),
        env=_inherited(env, "worker"),
        ready=lambda: True,
        watch=canary,
        stop_seconds=1.0,
    )


def web_spec(env: Mapping[str, str], site: WebSite) -> ChildSpec:
    """The web server. Open streams get four seconds to end when it stops."""
    check = partial(health.page_answers, f"{site.url}/healthz")
    trusted = (
        ("--forwarded-allow-ips", ",".join(site.trusted_proxies)) if site.trusted_proxies else ("--no-proxy-headers",)
    )
    return ChildSpec(
        name="web",
        label="The web server",
        command=(
            *(
                sys.executable,
                "-m",
                "uvicorn",
                "config.asgi:application",
                "--host",
                site.host,
                "--port",
                str(site.port),
            ),
            *("--timeout-graceful-shutdown", "4", "--no-access-log", "--no-server-header", "--log-level", "warning"),
            *trusted,
        ),
        env=_inherited(env, "web"),
        ready=check,
        watch=Watch(check, patience=60.0),
        stop_seconds=4.3,
        tries=3,
    )


@dataclass(frozen=True, slots=True)
class WebSite:
    """Where the web server listens, and which proxies it believes."""

    host: str
    port: int
    trusted_proxies: tuple[str, ...] = field(default=())

    @property
    def url(self) -> str:
        """Its address, seen from this machine."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104 - read, not bound
        return f"http://{f'[{host}]' if ':' in host and not host.startswith('[') else host}:{self.port}"


def settle_ports(home: Home, services: Services) -> None:
    """Choose another port for each service that is about to start and whose port somebody else took.

    The database looks after its own, since a leftover server may hold it.
    """
    ports = load_ports(home)
    if services.encoder and not is_free(ports.encoder):
        choose_again(home, "encoder")
    if services.model_server and not is_free(ports.model_server):
        choose_again(home, "model_server")


def _manage(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, str(CODE / "manage.py"), *arguments)


def _inherited(env: Mapping[str, str], role: str) -> dict[str, str]:
    return {**env, "MARU_ROLE": role, "PYTHONUNBUFFERED": "1"}
