"""The real encoder process, and how to start further ones."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.kb.serving.rogue import free_port

ROOT = Path(__file__).resolve().parents[1]
KEY = "a key for tests"


@dataclass
class Running:
    """An encoder process."""

    process: subprocess.Popen[str]
    url: str
    key: str
    ready: str = ""

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}


def start_encoder(*arguments: str, **environ: str) -> Running:
    """Start `manage.py encoder` on a free port. It may still be loading."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "encoder", "--port", str(port), *arguments],
        cwd=ROOT,
        env={**os.environ, "MARU_ENCODER_KEY": KEY, **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    return Running(process, f"http://127.0.0.1:{port}", KEY)


def await_ready(running: Running) -> Running:
    """Wait for its READY line."""
    assert running.process.stdout is not None
    for line in running.process.stdout:
        if line.startswith("READY "):
            running.ready = line.strip()
            return running
    raise AssertionError(f"the encoder ended with {running.process.wait()}")
