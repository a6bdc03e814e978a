"""Makes .venv and installs a requirements file into it, when that file changed since the last time.

Usage: python3 tools/install.py requirements.txt. Runs before anything is installed: the standard library alone.
"""

from __future__ import annotations

import fcntl
import hashlib
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin/python"
OLDEST = (3, 11)


def main() -> int:
    """Install; returns the exit code."""
    if sys.version_info < OLDEST:
        return _complain(f"Maru needs Python {OLDEST[0]}.{OLDEST[1]} or later; python3 is {sys.version.split()[0]}.")
    wanted = [ROOT / name for name in sys.argv[1:]]
    VENV.mkdir(exist_ok=True)
    with (VENV / ".install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _works() and not _make():
            return 1
        return max((_install(path) for path in wanted), default=0)


def _works() -> bool:
    """Whether the environment's own interpreter runs: it may be gone, or the folder may have been moved."""
    try:
        done = subprocess.run(
            [PYTHON, "-c", "import pip, sys; print(sys.prefix)"], capture_output=True, text=True, check=False
        )
    except OSError:
        return False
    return done.returncode == 0 and Path(done.stdout.strip()).resolve() == VENV.resolve()


def _make() -> bool:
    print("Making the virtual environment .venv …", flush=True)
    for stamp in VENV.glob("*.installed"):
        stamp.unlink()
    done = subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=False)
    if done.returncode != 0:
        _complain("python3 -m venv failed. On Debian and Ubuntu, install the package python3-venv.")
    return done.returncode == 0


def _install(path: Path) -> int:
    files = _with_included(path)
    digest = _digest(files)
    if _stamp(path).exists() and _stamp(path).read_text() == digest:
        return 0
    print(f"Installing {path.name} into .venv (once; it takes some minutes) …", flush=True)
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "-r", path]
    code = subprocess.run(pip, cwd=ROOT, check=False).returncode
    if code == 0:
        for file in files:
            _stamp(file).write_text(_digest(_with_included(file)))
    return code


def _with_included(path: Path) -> list[Path]:
    """The file, and those that it includes with `-r`."""
    found = [path]
    for name in re.findall(r"^-r\s+(\S+)", path.read_text(), re.MULTILINE):
        found += _with_included(path.parent / name)
    return found


def _digest(files: list[Path]) -> str:
    total = hashlib.sha256(sys.version.encode())
    for file in files:
        total.update(file.read_bytes())
    return total.hexdigest()


def _stamp(path: Path) -> Path:
    return VENV / f"{path.stem}.installed"


def _complain(message: str) -> int:
    print(message, file=sys.stderr)
    return 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
