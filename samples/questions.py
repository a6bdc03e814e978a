"""Reads questions.jsonl, the golden questions; standard library only."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "questions.jsonl"


def load(path: Path = FILE) -> list[dict[str, Any]]:
    """The questions, one dict a line (samples/questions.md says what each field means)."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
