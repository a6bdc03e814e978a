"""Ports of the processes that only Maru itself talks to: chosen once, chosen again when somebody else took one."""

from __future__ import annotations

import json
import secrets
import socket
from dataclasses import asdict, dataclass, fields

from kb.runtime.files import write_whole
from kb.runtime.home import Home
from kb.runtime.locks import locked
from kb.runtime.problems import StartProblem

# Below the range that Linux hands to outgoing connections (from 32768), so that a kept port is seldom taken.
_FIRST, _LAST = 20_000, 32_000


@dataclass(frozen=True, slots=True)
class Ports:
    """TCP ports on 127.0.0.1."""

    database: int
    encoder: int
    model_server: int


NAMES = tuple(field.name for field in fields(Ports))


def load_ports(home: Home) -> Ports:
    """The kept ports, chosen now if there are none."""
    kept = _read(home)
    if kept is not None:
        return kept
    with locked(home.run / "ports.lock"):
        return _read(home) or _choose(home, None, NAMES)


def choose_again(home: Home, name: str) -> int:
    """Another port for `name`, because its own is taken; returns the new one."""
    with locked(home.run / "ports.lock"):
        return int(getattr(_choose(home, _read(home), (name,)), name))


def keep_port(home: Home, name: str, port: int) -> None:
    """Remember that `name` listens on `port`: a server left over from an earlier start was found there."""
    with locked(home.run / "ports.lock"):
        known = _read(home) or _choose(home, None, NAMES)
        _write(home, Ports(**{**asdict(known), name: port}))


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def _choose(home: Home, known: Ports | None, names: tuple[str, ...]) -> Ports:
    values = asdict(known) if known else dict.fromkeys(NAMES, 0)
    for name in names:
        values[name] = _free_port(set(values.values()))
    ports = Ports(**values)
    _write(home, ports)
    return ports


def _free_port(taken: set[int]) -> int:
    for _ in range(1000):
        port = _FIRST + secrets.randbelow(_LAST - _FIRST)
        if port not in taken and is_free(port):
            return port
    raise StartProblem(f"No free port was found between {_FIRST} and {_LAST} on 127.0.0.1.")


def _read(home: Home) -> Ports | None:
    try:
        return Ports(**json.loads((home.run / "ports.json").read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def _write(home: Home, ports: Ports) -> None:
    write_whole(home.run / "ports.json", json.dumps(asdict(ports)) + "\n")
