"""The files of docker/, read for the tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDER = REPOSITORY / "docker"
COMPOSE: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "maru:local"}
# The Compose specification's own schema, from github.com/compose-spec/compose-spec at 170098b (Apache-2.0), as it is.
SCHEMA: dict[str, Any] = json.loads((Path(__file__).parent / "compose-spec.json").read_text(encoding="utf-8"))


def env_of(text: str) -> dict[str, str]:
    """The names and values of an env file."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def example(name: str) -> dict[str, str]:
    """The names and values of docker/NAME.example."""
    return env_of((FOLDER / f"{name}.example").read_text(encoding="utf-8"))
