"""Homes of their own for tests of the runtime, where the embedded database's account can reach them."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from kb.runtime.home import Home, resolve_home

REPOSITORY = Path(__file__).resolve().parents[3]
HERE = Path(__file__).parent


@contextmanager
def open_place() -> Iterator[Path]:
    """A folder that every account may pass; pytest's own are closed. What still runs about it is killed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="maru-test-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        for process in processes_about(folder):
            os.kill(process, signal.SIGKILL)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def place() -> Iterator[Path]:
    with open_place() as folder:
        yield folder


@pytest.fixture
def home(place: Path) -> Home:
    return resolve_home({"MARU_HOME": str(place / "home")})


@pytest.fixture
def bare_env() -> dict[str, str]:
    """An environment without anything of Maru's, but for the model server, which no test here needs."""
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY), "MARU_MODEL_SERVER": "none"}


def processes_about(folder: Path) -> list[int]:
    """Every living process whose command line or current folder names this folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            words = (entry / "cmdline").read_bytes().decode(errors="replace")
            at = str((entry / "cwd").readlink())
        except OSError:
            continue
        if str(folder) in words or at.startswith(str(folder)):
            found.append(int(entry.name))
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(true, seconds: float = 60.0, what: str = "") -> None:
    """Wait until `true()` is so, or fail."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not within {seconds} s: {what or true}"
        time.sleep(0.05)


class House:
    """One run of small_house.py."""

    def __init__(
        self,
        place: Path,
        env: dict[str, str],
        *options: str,
        home: str = "home",
        port: int = 0,
        become: Sequence[str] = (),
    ) -> None:
        self.place, self.port = place, port or free_port()
        self.root = place / home
        self.folder = place / f"{home}-toys"
        self.folder.mkdir(exist_ok=True)
        for name in ("workers", "forked", "training"):
            (self.folder / name).unlink(missing_ok=True)
        self.output = place / f"{home}.out"
        with self.output.open("wb") as file:
            self.process = subprocess.Popen(
                [*become, sys.executable, str(HERE / "small_house.py"), str(self.port), str(self.folder), *options],
                env={**env, "MARU_HOME": str(self.root)},
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        return self.output.read_text()

    def wait_for(self, words: str, seconds: float = 60.0) -> None:
        until(lambda: words in self.said or self.process.poll() is not None, seconds, f"{words!r} in {self.said!r}")
        assert words in self.said, self.said

    def ready(self) -> House:
        self.wait_for("Maru is ready")
        training = "no-training" if (self.folder / "no-training").exists() else "training"
        until(lambda: all((self.folder / name).exists() for name in ("workers", "forked", training)))
        return self

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(40)
