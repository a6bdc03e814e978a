"""The real encoder process, how to start further ones, and a client that asks the same text once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kb.retrieval.analysis import Analysis
from kb.retrieval.encoder.client import EncoderClient
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


class RememberingClient(EncoderClient):
    """The real encoder's answers, each asked for once: tests make the same few documents again and again."""

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self._known: dict[tuple[str, str], Any] = {}

    def analyse(self, texts: Sequence[str]) -> list[Analysis]:
        """As the client's."""
        return self._each("analyse", texts, super().analyse)

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        """As the client's."""
        vectors = self._each("embed", texts, super().embed_passages)
        return np.stack(vectors) if vectors else super().embed_passages([])

    def _each(self, kind: str, texts: Sequence[str], ask: Callable[[Sequence[str]], Any]) -> list[Any]:
        unknown = list(dict.fromkeys(text for text in texts if (kind, text) not in self._known))
        if unknown:
            self._known |= {(kind, text): answer for text, answer in zip(unknown, ask(unknown), strict=True)}
        return [self._known[kind, text] for text in texts]
