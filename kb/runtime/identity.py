"""Who runs the embedded database: PostgreSQL refuses root, so root hands it to `nobody`."""

from __future__ import annotations

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from kb.runtime.problems import StartProblem


@dataclass(frozen=True, slots=True)
class Identity:
    """An account of this machine."""

    name: str
    uid: int
    gid: int

    @property
    def owner(self) -> tuple[int, int]:
        """(uid, gid), as files are given away."""
        return self.uid, self.gid


def database_identity() -> Identity | None:
    """The account that the embedded database runs as; None when it runs as ourselves."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        raise StartProblem(
            "PostgreSQL does not run as root, and there is no account named nobody. Start Maru as an ordinary user."
        ) from None
    return Identity(entry.pw_name, entry.pw_uid, entry.pw_gid)


def can_enter(identity: Identity, folder: Path) -> bool:
    """Whether `identity` may pass through `folder` and all above it. Folders that do not exist yet count as open."""
    return all(_may_pass(identity, place) for place in (folder, *folder.parents) if place.is_dir())


def _may_pass(identity: Identity, folder: Path) -> bool:
    status = folder.stat()
    if status.st_uid == identity.uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid == identity.gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)
