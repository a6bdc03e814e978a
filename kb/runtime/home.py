"""MARU_HOME: the one folder that everything is written to."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kb.runtime.identity import Identity, can_enter, database_identity
from kb.runtime.problems import StartProblem

DEFAULT_HOME = Path(__file__).resolve().parents[2] / "var"
FOLDERS = ("db", "files", "uploads", "models", "adapters", "runs", "logs", "secrets", "run")
_ELSEWHERE = Path("/var/lib")


@dataclass(frozen=True, slots=True)
class Home:
    """Where things lie. `moved_from` is the folder that was asked for, when another had to be taken."""

    root: Path
    moved_from: Path | None = None

    @property
    def db(self) -> Path:
        """The embedded database's folder, owned by the account that runs it."""
        return self.root / "db"

    @property
    def files(self) -> Path:
        """Originals and page images, under UUIDs."""
        return self.root / "files"

    @property
    def uploads(self) -> Path:
        """Uploads on their way in."""
        return self.root / "uploads"

    @property
    def models(self) -> Path:
        """Model files, joined and checked once."""
        return self.root / "models"

    @property
    def adapters(self) -> Path:
        """Adapters of departments."""
        return self.root / "adapters"

    @property
    def runs(self) -> Path:
        """Tuning runs with their checkpoints."""
        return self.root / "runs"

    @property
    def logs(self) -> Path:
        """What the child processes print, one file each."""
        return self.root / "logs"

    @property
    def secrets(self) -> Path:
        """Keys and passwords, one file each."""
        return self.root / "secrets"

    @property
    def run(self) -> Path:
        """Locks, ports and process numbers."""
        return self.root / "run"

    @property
    def locale(self) -> Path:
        """Translations, compiled from those of the source tree."""
        return self.root / "locale"

    @property
    def accounts(self) -> Path:
        """Passwords of the sample company's people."""
        return self.root / "accounts.txt"

    @property
    def notice(self) -> str:
        """One line for whoever started Maru, when its files are not where they were asked for; otherwise empty."""
        if self.moved_from is None:
            return ""
        return (
            f"Files are kept in {self.root}, not in {self.moved_from}: started as root, the database runs as nobody, "
            "who cannot reach that folder."
        )


def resolve_home(env: Mapping[str, str]) -> Home:
    """The home that the environment asks for, made if it is not there.

    Its folders are 0700. Started as root with the embedded database, the home itself lets the database's account pass
    (0710), and when that account could not pass a folder above it, another home is taken: the same one each time.
    Raises StartProblem when it cannot be made or belongs to somebody else.
    """
    wanted = Path(env.get("MARU_HOME", "").strip() or DEFAULT_HOME).expanduser().resolve()
    identity = None if env.get("DATABASE_URL", "").strip() else database_identity()
    home = _place(wanted, identity)
    try:
        _make(home, identity)
    except OSError as error:
        raise StartProblem(
            f"{home.root} cannot be used: {error.strerror}. Set MARU_HOME to a folder of yours."
        ) from error
    return home


def _place(wanted: Path, identity: Identity | None) -> Home:
    if identity is None or can_enter(identity, wanted.parent):
        return Home(wanted)
    digest = hashlib.sha256(os.fsencode(wanted)).hexdigest()[:8]
    return Home(_ELSEWHERE / f"maru-{digest}", moved_from=wanted)


def _make(home: Home, identity: Identity | None) -> None:
    if not home.root.is_dir():
        _make_parents(home.root.parent)
        home.root.mkdir(mode=0o700, exist_ok=True)
    owner = home.root.stat().st_uid
    if owner != os.geteuid():
        raise StartProblem(
            f"{home.root} belongs to user {owner}, and this is user {os.geteuid()}. "
            "Start Maru as its owner, or set MARU_HOME to another folder."
        )
    if identity is not None and not can_enter(identity, home.root):
        os.chown(home.root, -1, identity.gid)
        home.root.chmod(home.root.stat().st_mode & 0o777 | 0o010)
    for name in FOLDERS:
        (home.root / name).mkdir(mode=0o700, exist_ok=True)


def _make_parents(folder: Path) -> None:
    """Make missing folders above the home; the umask must not close them to the database's account."""
    for place in reversed([folder, *folder.parents]):
        if not place.exists():
            place.mkdir(exist_ok=True)
            place.chmod(0o755)
