"""The tests' own MARU_HOME and settings, set before Django reads them (a pytest plugin, so that it comes first)."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def _home() -> str:
    """Each of pytest's workers has a home, and so a database and an encoder, of its own.

    MARU_TEST_HOME: another home for a second test run beside a first one, which would empty its database.
    """
    home = os.environ.get("MARU_TEST_HOME") or str(ROOT / ".test-home")
    return f"{home}-{worker}" if (worker := os.environ.get("PYTEST_XDIST_WORKER")) else home


_SETTINGS = {
    "MARU_HOME": _home(),
    "MARU_ROLE": "app",
    "MARU_DEMO": "0",
    "MARU_LEASE_SECONDS": "5",
    "MARU_HEARTBEAT_SECONDS": "1",
    "MARU_SWEEP_SECONDS": "1",
    "MARU_TOKEN_REQUESTS": "0",
    "MARU_READERLESS_SECONDS": "3",
}

for _name in list(os.environ):
    if (_name.startswith("MARU_") and _name not in ("MARU_SHARED_DATA", "MARU_TEST_HOME")) or _name in (
        "DATABASE_URL",
        "DATABASE_OWNER_URL",
        "DATABASE_WORKER_URL",
        "HOST",
        "PORT",
    ):
        del os.environ[_name]
os.environ.update(_SETTINGS)
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("GOMP_SPINCOUNT", "0")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "0")
