"""Keys and passwords: made once, one file each, for their owner alone."""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path

from kb.runtime.files import write_whole
from kb.runtime.home import Home
from kb.runtime.locks import locked
from kb.runtime.problems import StartProblem


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """Each field is a file of that name in MARU_HOME/secrets. `field_key` is 32 bytes in URL-safe base64."""

    django_key: str
    field_key: str
    encoder_key: str
    model_server_key: str
    superuser_password: str
    owner_password: str
    app_password: str
    worker_password: str


def load_secrets(home: Home) -> Secrets:
    """Read the secrets, making those that are missing. Raises StartProblem when one is empty or unreadable."""
    names = [field.name for field in fields(Secrets)]
    missing = [name for name in names if not (home.secrets / name).exists()]
    if missing:
        with locked(home.run / "secrets.lock"):
            for name in missing:
                _make_once(home.secrets / name)
    return Secrets(**{name: _read(home.secrets / name) for name in names})


def _make_once(path: Path) -> None:
    if not path.exists():
        write_whole(path, base64.urlsafe_b64encode(os.urandom(32)).decode() if path.name == "field_key" else _token())


def _token() -> str:
    return secrets.token_urlsafe(48)


def _read(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise StartProblem(f"{path} cannot be read: {error.strerror}.") from error
    if not text:
        raise StartProblem(f"{path} is empty. Put it back from a backup, or remove it to have a new one made.")
    return text


def write_accounts(home: Home, rows: Iterable[tuple[str, str, str]]) -> None:
    """Keep the sample people's passwords: (user name, password, what they are) each, in columns, file 0600."""
    kept = list(rows)
    names = max((len(name) for name, _, _ in kept), default=0)
    words = max((len(password) for _, password, _ in kept), default=0)
    lines = [f"{name:<{names}}  {password:<{words}}  {role}".rstrip() for name, password, role in kept]
    write_whole(home.accounts, "\n".join(lines) + "\n")


def read_accounts(home: Home) -> list[str]:
    """The lines of accounts.txt, none when there is no sample company."""
    if not home.accounts.is_file():
        return []
    return home.accounts.read_text(encoding="utf-8").splitlines()
