"""Starting one child on its leash, with a log of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from kb.runtime.children import ChildSpec
from kb.runtime.home import Home

_LEASH = Path(__file__).with_name("leash.py")
LARGEST_LOG = 20 * 1024 * 1024


def launch(spec: ChildSpec, home: Home, *, while_used: Path | None = None) -> subprocess.Popen[bytes]:
    """Start the child in a session of its own; its output goes to its log.

    It dies with this process, or, with `while_used`, runs on until nobody holds that lock file any more.
    """
    output = open_log(home, spec.name)
    try:
        return subprocess.Popen(
            _command(spec, while_used),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=spec.folder,
            env=dict(spec.env),
            start_new_session=True,
        )
    finally:
        os.close(output)


def _command(spec: ChildSpec, while_used: Path | None) -> list[str]:
    words = [sys.executable, "-I", "-S", str(_LEASH), "--death-signal", str(int(spec.death_signal))]
    if spec.identity is not None:
        words += ["--uid", str(spec.identity.uid), "--gid", str(spec.identity.gid)]
    if while_used is None:
        words += ["--parent", str(os.getpid())]
    else:
        words += ["--while-used", str(while_used), "--stop-signal", str(int(spec.stop_signal))]
    return [*words, "--", *spec.command]


def log_path(home: Home, name: str) -> Path:
    """The log of the child of that name."""
    return home.logs / f"{name}.log"


def open_log(home: Home, name: str) -> int:
    """A file handle that appends to the child's log."""
    trim_log(home, name)
    return os.open(log_path(home, name), os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)


def trim_log(home: Home, name: str) -> None:
    """Move a log that has grown too large to `.1`, in place of the one before.

    The child keeps its handle, so the file is copied and emptied; a line written between the two is lost.
    """
    path = log_path(home, name)
    if not path.exists() or path.stat().st_size < LARGEST_LOG:
        return
    older = path.with_suffix(".log.1")
    older.unlink(missing_ok=True)
    handle = os.open(older, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with path.open("rb") as source, os.fdopen(handle, "wb") as target:
        while block := source.read(1024 * 1024):
            target.write(block)
    os.truncate(path, 0)


def last_words(home: Home, name: str, since: int = 0) -> str:
    """The last line that the child wrote after byte `since` of its log, shortened; empty when there is none."""
    lines = log_tail(home, name, since, 1)
    return lines[-1][:300] if lines else ""


def log_tail(home: Home, name: str, since: int = 0, count: int = 20) -> list[str]:
    """The last lines that are not empty."""
    try:
        with log_path(home, name).open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(since if since <= size else 0, size - 20_000))
            text = file.read().decode(errors="replace")
    except OSError:
        return []
    return [line.rstrip() for line in text.splitlines() if line.strip()][-count:]


def log_size(home: Home, name: str) -> int:
    """Bytes in the child's log now."""
    try:
        return log_path(home, name).stat().st_size
    except OSError:
        return 0
