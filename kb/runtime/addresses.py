"""Where the parts of Maru find each other: the database for each role, the encoder, the model server."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Literal
from urllib.parse import quote

from kb.runtime.home import Home
from kb.runtime.ports import load_ports
from kb.runtime.secrets import Secrets, load_secrets

Role = Literal["owner", "app", "worker", "superuser"]
DATABASE = "maru"
USERS: dict[str, str] = {"owner": "maru_owner", "app": "maru_app", "worker": "maru_worker", "superuser": "maru"}
_VARIABLES = {"owner": "DATABASE_OWNER_URL", "app": "DATABASE_URL", "worker": "DATABASE_WORKER_URL"}


def has_own_database(env: Mapping[str, str]) -> bool:
    """Whether the embedded database is used."""
    return not env.get("DATABASE_URL", "").strip()


def has_own_model_server(env: Mapping[str, str]) -> bool:
    """Whether the embedded model server is used."""
    return not env.get("MARU_MODEL_SERVER", "").strip()


def database_url(home: Home, role: str, env: Mapping[str, str] | None = None) -> str:
    """The database as `role` (owner, app, worker; superuser only for the embedded server) sees it.

    DATABASE_URL, DATABASE_OWNER_URL and DATABASE_WORKER_URL are taken as they are; without them the embedded server is
    meant, whose port and passwords are in MARU_HOME. Raises KeyError for a role that there is not.
    """
    env = os.environ if env is None else env
    if not has_own_database(env):
        return env.get(_VARIABLES[role], "").strip() or env["DATABASE_URL"].strip()
    return embedded_url(home, role)


def embedded_url(home: Home, role: str, database: str = DATABASE) -> str:
    """The embedded server as `role` sees it."""
    password = quote(_password(load_secrets(home), role), safe="")
    return f"postgresql://{USERS[role]}:{password}@127.0.0.1:{load_ports(home).database}/{database}"


def _password(secrets: Secrets, role: str) -> str:
    return str(getattr(secrets, f"{role}_password"))


def encoder_url(home: Home) -> str:
    """The encoder process of this home; its key is `load_secrets(home).encoder_key`."""
    return f"http://127.0.0.1:{load_ports(home).encoder}"


def model_server_url(home: Home) -> str:
    """The embedded model server of this home; its key is `load_secrets(home).model_server_key`."""
    return f"http://127.0.0.1:{load_ports(home).model_server}"
