"""Real servers in threads of the test process, and the web process as `up` starts it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import uvicorn
from django.conf import settings

from kb.runtime.ports import choose_again, is_free, load_ports

ROOT = Path(__file__).resolve().parents[3]


@contextmanager
def live_server() -> Iterator[str]:
    """Maru's ASGI application in this process, so that seams can be doubled; gives its address."""
    from config.asgi import application

    with serving(application, lifespan="on") as address:
        yield address


@contextmanager
def serving(application: Callable, port: int = 0, lifespan: str = "off") -> Iterator[str]:
    """Serve an ASGI application from a thread until the block ends; gives its address without a slash at the end."""
    config = uvicorn.Config(
        application,
        "127.0.0.1",
        port,
        log_level="warning",
        lifespan=lifespan,
        timeout_graceful_shutdown=2,
        access_log=False,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, name="live server", daemon=True)
    thread.start()
    _wait(lambda: server.started, thread.is_alive)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(15)


def encoder_port() -> int:
    """Where this home's web processes look for the encoder: another place when a real one runs there already."""
    home = settings.MARU
    port = load_ports(home).encoder
    return port if is_free(port) else choose_again(home, "encoder")


@contextmanager
def web_process(**environment: str) -> Iterator[str]:
    """The web process with the web's role and its pool, on the tests' database; gives its address."""
    with running_web(**environment) as web:
        yield web.address


@dataclass(frozen=True)
class Web:
    """A running web process."""

    address: str
    process: subprocess.Popen[bytes]


@contextmanager
def running_web(**environment: str) -> Iterator[Web]:
    """The same, with the process itself, for tests that stop it."""
    from tests import database

    port = _free_port()
    env = {**os.environ, "MARU_ROLE": "web", "PORT": str(port), **database.urls(), **environment}
    command = [
        sys.executable,
        "-m",
        "uvicorn",
        "config.asgi:application",
        "--port",
        str(port),
        "--log-level",
        "warning",
    ]
    process = subprocess.Popen([*command, "--timeout-graceful-shutdown", "2", "--no-access-log"], cwd=ROOT, env=env)
    try:
        _wait(lambda: _answers(f"http://127.0.0.1:{port}/healthz"), lambda: process.poll() is None, 60)
        yield Web(f"http://127.0.0.1:{port}", process)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def _wait(ready: Callable[[], bool], alive: Callable[[], bool], seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > until or not alive():
            raise RuntimeError("a server of the tests did not start")
        time.sleep(0.02)


def _free_port() -> int:
    import socket

    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])
