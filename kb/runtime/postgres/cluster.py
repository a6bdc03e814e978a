"""The embedded server's data folder: made once, started from whatever state the last stop left it in."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from kb.runtime.addresses import embedded_url
from kb.runtime.files import write_whole
from kb.runtime.home import Home
from kb.runtime.identity import Identity, database_identity
from kb.runtime.locks import locked
from kb.runtime.ports import choose_again, is_free, keep_port, load_ports
from kb.runtime.postgres.installation import MAJOR, programs
from kb.runtime.postgres.tuning import configuration
from kb.runtime.problems import StartProblem
from kb.runtime.processes import Running, sees_folders, working_in
from kb.runtime.secrets import load_secrets

SUPERUSER = "maru"
_BARE = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}


@dataclass(frozen=True, slots=True)
class Server:
    """How to start the embedded server. `leftover` is a postmaster that already runs on this data, to be adopted."""

    command: tuple[str, ...]
    identity: Identity | None
    leftover: Running | None


def data_folder(home: Home) -> Path:
    """PostgreSQL's data, in a folder named for its major version."""
    return home.db / str(MAJOR)


def get_ready(home: Home) -> Server:
    """Make the database if there is none, clear up after a crash, settle the port, write the settings.

    Safe to call as often as one likes, also while the server runs. Raises StartProblem.
    """
    identity = database_identity()
    with locked(home.run / "cluster.lock"):
        folder = programs(home, identity)
        _make_data(home, identity, folder)
        leftover = find_postmaster(home)
        if leftover is None:
            _clear_up(data_folder(home))
            _settle_port(home)
            _configure(home, identity)
        else:
            _adopt_port(home)
    return Server((str(folder / "postgres"), "-D", str(data_folder(home))), identity, leftover)


def answers(home: Home, *, seconds: int = 2) -> bool:
    """Whether the server lets us in with our password: it is up, and it is ours."""
    import psycopg

    try:
        with psycopg.connect(
            embedded_url(home, "superuser", "postgres"), connect_timeout=seconds, autocommit=True
        ) as held:
            held.execute("select 1")
    except psycopg.OperationalError:
        return False
    return True


def find_postmaster(home: Home) -> Running | None:
    """The postmaster that runs on this data, whoever started it."""
    lines = _pid_file(data_folder(home))
    process = Running.of(int(lines[0])) if lines else None
    if process is not None and sees_folders() and process not in working_in(data_folder(home)):
        return None  # the number belongs to another process by now
    return process


def stop_postmaster(process: Running, seconds: float) -> None:
    """Stop a postmaster that is not our child: fast, then at once, then by force."""
    process.send(signal.SIGINT)
    if not process.wait(seconds):
        process.send(signal.SIGQUIT)
        if not process.wait(1.0):
            process.send(signal.SIGKILL)
            process.wait(1.0)


def _pid_file(data: Path) -> list[str]:
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return []
    return lines if lines and lines[0].strip().isdigit() else []


def _make_data(home: Home, identity: Identity | None, folder: Path) -> None:
    data = data_folder(home)
    if identity is not None:
        os.chown(home.db, identity.uid, identity.gid)
    if data.is_dir():
        return
    half = home.db / f"{MAJOR}.half"
    shutil.rmtree(half, ignore_errors=True)
    password = home.db / "password"
    write_whole(password, load_secrets(home).superuser_password, owner=identity.owner if identity else None)
    try:
        _initdb(folder, half, password, identity)
        _include_ours(half / "postgresql.conf")
        half.rename(data)
    finally:
        password.unlink(missing_ok=True)


def _include_ours(path: Path) -> None:
    # The folder may belong to another account: follow no link that it could have laid.
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW), "a") as file:
        file.write("\ninclude_if_exists = 'maru.conf'\n")


def _initdb(folder: Path, data: Path, password: Path, identity: Identity | None) -> None:
    command = [
        *(str(folder / "initdb"), "-D", str(data), "-U", SUPERUSER, f"--pwfile={password}"),
        *("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
        *("--auth-local=scram-sha-256", "--auth-host=scram-sha-256", "--data-checksums", "--no-instructions"),
    ]
    done = subprocess.run(
        command,
        cwd="/",
        env=_BARE,
        capture_output=True,
        text=True,
        check=False,
        user=identity.uid if identity else None,
        group=identity.gid if identity else None,
        extra_groups=[] if identity else None,
    )
    if done.returncode != 0:
        reason = (done.stderr or done.stdout).strip().splitlines() or ["no reason given"]
        raise StartProblem(f"The database could not be made in {data.parent}: {reason[-1]}")


def _clear_up(data: Path) -> None:
    """Nothing of an earlier server may still write here.

    After a kill -9 of the postmaster its backends end by themselves, but not at once; and the number in a stale
    postmaster.pid may by now belong to another process of ours, which PostgreSQL would take for a postmaster.
    """
    if not sees_folders():
        return  # then PostgreSQL's own judgement must do
    left = working_in(data)
    for process in left:
        process.send(signal.SIGKILL)
    for process in left:
        process.wait(5.0)
    (data / "postmaster.pid").unlink(missing_ok=True)


def _settle_port(home: Home) -> None:
    if not is_free(load_ports(home).database):
        choose_again(home, "database")


def _adopt_port(home: Home) -> None:
    lines = _pid_file(data_folder(home))
    if len(lines) > 3 and lines[3].strip().isdigit() and int(lines[3]) != load_ports(home).database:
        keep_port(home, "database", int(lines[3]))


def _configure(home: Home, identity: Identity | None) -> None:
    text = configuration(load_ports(home).database)
    write_whole(data_folder(home) / "maru.conf", text, owner=identity.owner if identity else None)
