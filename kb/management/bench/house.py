"""A Maru of its own for a measurement: a new MARU_HOME, a free port, `manage.py up` as a person starts it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from accounts.errors import Unavailable
from kb.runtime import addresses
from kb.runtime.home import DEFAULT_HOME, Home

MANAGE = DEFAULT_HOME.parent / "manage.py"
_OWN = (
    "MARU_HOME",
    "MARU_ROLE",
    "MARU_DEMO",
    "HOST",
    "PORT",
    *("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_WORKER_URL"),
)
_POLL = 0.05
_LOOK_SECONDS = 5.0
_STOP_SECONDS = 60.0
_OPEN_JOBS = "select count(*) from kb_job where kind = 'ingest' and state in ('queued', 'running')"
_CHUNKS = "select count(*) from kb_indexentry where not isempty(valid)"


class HouseTrouble(Unavailable):
    """The Maru that was started for a measurement did not do what was waited for."""

    code = "bench_house"
    retryable = False


@dataclass
class House:
    """`folder` holds the home and the log; the process runs between `start` and `stop`."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = field(default=None)

    @classmethod
    def made(cls, below: Path) -> House:
        """In a new folder that the database's account may pass."""
        folder = Path(tempfile.mkdtemp(prefix="bench-", dir=below))
        folder.chmod(0o711)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return cls(folder, int(probe.getsockname()[1]))

    @property
    def home(self) -> Home:
        """Its MARU_HOME."""
        return Home(self.folder / "home")

    @property
    def url(self) -> str:
        """Where its pages are."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def runs(self) -> bool:
        """Whether it is started."""
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start it; returns at once."""
        with (self.folder / "up.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(MANAGE), "up"], env=self._environment(), stdout=log, stderr=log, cwd=MANAGE.parent
            )

    def stop(self) -> float:
        """Stop it as Ctrl-C does; returns how many seconds that took. Raises HouseTrouble when it does not stop."""
        if self.process is None:
            return 0.0
        begun = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired as error:
            raise HouseTrouble(f"Maru did not stop within {_STOP_SECONDS:.0f} s.") from error
        self.process = None
        return time.monotonic() - begun

    def remove(self) -> None:
        """Stop it, and remove all that it wrote."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def wait(self, seen: Callable[[], bool], what: str, seconds: float) -> None:
        """Wait until `seen`. Raises HouseTrouble with the log's last words when Maru ends or time is over."""
        until = time.monotonic() + seconds
        while not seen():
            if not self.runs or time.monotonic() > until:
                raise HouseTrouble(f"Maru did not get as far as {what}: {self._last_words()}")
            time.sleep(_POLL)

    def page(self, path: str = "/") -> bool:
        """Whether a page is served, the sign-in page where one is sent there."""
        try:
            with _direct.open(self.url + path, timeout=_LOOK_SECONDS) as answer:
                return int(answer.status) == 200
        except OSError:
            return False

    def chunks(self) -> int:
        """Chunks that can be found now; 0 while there is no database."""
        return self._count(_CHUNKS, 0)

    def loaded(self) -> bool:
        """Whether every file of the sample company is in."""
        return self.chunks() > 0 and self._count(_OPEN_JOBS, 1) == 0

    def command(self, *arguments: str) -> dict[str, Any]:
        """One of its commands with --json; returns what it printed. Raises HouseTrouble when it fails."""
        done = subprocess.run(
            [sys.executable, str(MANAGE), *arguments, "--json"],
            env=self._environment(),
            cwd=MANAGE.parent,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise HouseTrouble(f"{arguments[0]}: {done.stderr.decode(errors='replace').strip()[-500:]}")
        return dict(json.loads(done.stdout))

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in _OWN}
        return {**kept, "MARU_HOME": str(self.home.root), "PORT": str(self.port)}

    def _count(self, statement: str, without: int) -> int:
        try:
            with psycopg.connect(addresses.embedded_url(self.home, "worker"), connect_timeout=5) as held:
                row = held.execute(statement).fetchone()
                return int(row[0]) if row else without
        except (psycopg.Error, OSError):
            return without

    def _last_words(self) -> str:
        try:
            lines = (self.folder / "up.log").read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return ""
        return " / ".join(lines[-5:])


_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
