"""Starting, watching and ending the child: clock, output cap, the whole group killed, and why it died."""

from __future__ import annotations

import json
import os
import re
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from kb.ingestion.readers import wire
from kb.ingestion.readers.limits import MIB, Limits
from kb.ingestion.readers.reasons import ReadFailure

ROOT = str(Path(__file__).resolve().parents[3])
BOOT = "import sys; sys.path.insert(0, sys.argv[1]); from kb.ingestion.readers import child; child.main()"
"""What the child runs. Tests put a double in the place of a reader here."""

# Thread pools and malloc arenas reserve address space by the core: on a large machine that alone would break the memory limit.
_ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "MALLOC_ARENA_MAX": "2",
    "RAYON_NUM_THREADS": "2",
    "TOKIO_WORKER_THREADS": "2",
    "OMP_THREAD_LIMIT": "1",
}
_MEMORY = re.compile(
    rb"memory allocation of \d+|MemoryError|bad_alloc|annot allocate memory|out of memory|ENOMEM", re.I
)
_READ = 1 << 16
_STDERR_KEPT = 8192
_GRACE_S = 1.0


@dataclass(slots=True)
class Child:
    """What came of a child: its lines, its last words, how it ended, what it used."""

    lines: list[dict[str, Any]] = field(default_factory=list)
    stderr: bytes = b""
    code: int = 0
    cpu_s: float = 0.0
    peak_bytes: int = 0
    failure: ReadFailure | None = None

    @property
    def format(self) -> str:
        """What the child took the file for, as far as it came."""
        return next((str(line.get("format")) for line in self.lines if line["type"] == "format"), "unknown")

    @property
    def is_complete(self) -> bool:
        """Whether the last line of the contract came: the rest of the child's life does not matter then."""
        return bool(self.lines) and self.lines[-1]["type"] == "end"


def run_child(
    file: IO[bytes], job: dict[str, Any], limits: Limits, progress: Callable[[int, int], None] | None
) -> Child:
    """One child to its end; its `failure` is set when it did not finish its answer. Raises BadLine for what is not of the contract,
    ReadFailure when there can be no child.

    What `progress` raises (a cancelled job) ends the child and passes on.
    """
    process = _spawn(file, command(job, limits))
    child = Child()
    try:
        stopped = _listen(process, child, limits, progress)
    finally:
        _end(process, child)
    if not child.is_complete:
        child.failure = stopped or _cause(child, limits)
    return child


def command(job: dict[str, Any], limits: Limits) -> list[str]:
    """The child's command line: isolated from user site, current folder and PYTHON* variables."""
    arguments = json.dumps({**job, "limits": limits.as_dict(), "parent": os.getpid()})
    return [sys.executable, "-I", "-X", "utf8", "-c", BOOT, ROOT, arguments]


def _spawn(file: IO[bytes], arguments: list[str]) -> subprocess.Popen[bytes]:
    """The process, the file as its standard input. Raises ReadFailure when the system has no room for another one."""
    pipe = subprocess.PIPE
    try:
        return subprocess.Popen(
            arguments, stdin=file, stdout=pipe, stderr=pipe, env=_ENVIRONMENT, cwd="/", start_new_session=True
        )
    except OSError as error:
        raise ReadFailure("crashed", detail=type(error).__name__) from None


def _listen(
    process: subprocess.Popen[bytes], child: Child, limits: Limits, progress: Callable[[int, int], None] | None
) -> ReadFailure | None:
    """Read both pipes until they close, the answer is complete, or a limit is met (then that failure)."""
    deadline = time.monotonic() + limits.wall_s
    pending, total = b"", 0
    with selectors.DefaultSelector() as selector:
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                selector.register(stream, selectors.EVENT_READ)
        while selector.get_map() and not child.is_complete:
            left = deadline - time.monotonic()
            if left <= 0:
                return ReadFailure("wall_time", seconds=round(limits.wall_s, 1))
            for key, _ in selector.select(left):
                data = os.read(key.fd, _READ)
                if not data:
                    selector.unregister(key.fileobj)
                elif key.fileobj is process.stderr:
                    child.stderr = (child.stderr + data)[-_STDERR_KEPT:]
                else:
                    total += len(data)
                    pending = _take_lines(pending + data, child, progress)
            if total > limits.output_bytes:
                return ReadFailure("output", limit_mb=limits.output_bytes // MIB)
    return None


def _take_lines(pending: bytes, child: Child, progress: Callable[[int, int], None] | None) -> bytes:
    *lines, rest = pending.split(b"\n")
    for line in lines:
        value = wire.decode_line(line)
        if value["type"] != "progress":
            child.lines.append(value)
        elif progress is not None:
            progress(int(value["page"]), int(value["pages"]))
    return rest


def _end(process: subprocess.Popen[bytes], child: Child) -> None:
    """Kill the group, so that what the child started goes too, then reap it and note what it used.

    A child that has answered or closed its pipes is leaving by itself: it gets a moment, so that its own end is seen and not ours.
    """
    deadline = time.monotonic() + (_GRACE_S if child.is_complete or _is_silent(process) else 0)
    while time.monotonic() < deadline and _is_alive(process.pid):
        time.sleep(0.005)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = child.code = os.waitstatus_to_exitcode(status)
    child.cpu_s = usage.ru_utime + usage.ru_stime
    child.peak_bytes = usage.ru_maxrss * 1024
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            stream.close()


def _is_silent(process: subprocess.Popen[bytes]) -> bool:
    """Whether the child's output is at its end (closed by the child or by its death)."""
    with selectors.DefaultSelector() as selector:
        if process.stdout is not None:
            selector.register(process.stdout, selectors.EVENT_READ)
        return bool(selector.select(0))


def _is_alive(pid: int) -> bool:
    """Whether it still runs, without reaping it: its number stays ours until the group is gone."""
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None


def _cause(child: Child, limits: Limits) -> ReadFailure:
    """Why a child ended without an answer: time, memory, or a crash with the signal's name."""
    if child.code == -signal.SIGXCPU or child.cpu_s >= limits.cpu_s:
        return ReadFailure("cpu_time", seconds=limits.cpu_s)
    if _MEMORY.search(child.stderr) or child.code == -signal.SIGKILL:
        return ReadFailure("memory", limit_mb=limits.memory_bytes // MIB)
    if child.code < 0:
        return ReadFailure("crashed", detail=signal.Signals(-child.code).name)
    return ReadFailure("crashed", detail=f"exit {child.code}")
