"""Running a piece of Python as an ordinary user, also when the tests run as root."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from kb.runtime.identity import database_identity

REPOSITORY = Path(__file__).resolve().parents[3]

# root's interpreter and clone may lie in closed folders: this right lets the account read there, and write nothing.
_MAY_READ = ("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search")


def run_as_ordinary_user(place: Path, code: str, seconds: float = 60.0) -> str:
    """Standard output of this code, run with a MARU_HOME that its user owns below `place`. Fails when the code fails."""
    folder = their_folder(place)
    done = subprocess.run(
        [*becoming(), sys.executable, "-c", code],
        cwd="/",
        env={
            "PATH": os.defpath,
            "MARU_HOME": str(folder / "home"),
            "PYTHONPATH": str(REPOSITORY),
            "MARU_MODEL_SERVER": "none",
        },
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def becoming() -> list[str]:
    """What to put in front of a command so that an ordinary user runs it; empty when one runs the tests."""
    account = database_identity()
    if account is None:
        return []
    return ["setpriv", f"--reuid={account.uid}", f"--regid={account.gid}", "--clear-groups", *_MAY_READ]


def their_folder(place: Path) -> Path:
    """A folder below `place` that this user owns."""
    folder = place / "theirs"
    folder.mkdir(exist_ok=True)
    account = database_identity()
    if account is not None:
        os.chown(folder, *account.owner)
    return folder
