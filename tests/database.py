"""The tests' database: a real PostgreSQL + pgvector, with tests running as the web's role.

Rows that the web's role may not write are made in `as_worker()`. The test cluster alone lets the web's role step into the
workers' role, without inheriting anything of it; what a test does outside `as_worker` has the web's rights and no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections, transaction
from psycopg import sql

from kb.rights import grant_rights
from kb.runtime import addresses
from kb.runtime.addresses import USERS

NAME = "test_maru"


def superuser(database: str = "postgres") -> psycopg.Connection[Any]:
    """A connection of the cluster's superuser."""
    return psycopg.connect(addresses.embedded_url(settings.MARU, "superuser", database), autocommit=True)


def create() -> None:
    """Make the test database anew, with all migrations and rights."""
    with superuser() as held:
        held.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(NAME)))
        held.execute(sql.SQL("create database {} owner maru_owner").format(sql.Identifier(NAME)))
        held.execute("grant maru_worker, maru_owner to maru_app with inherit false, set true")
    _connect_as("owner")
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    grant_rights(USERS["app"], USERS["worker"])
    _connect_as("app")


def _connect_as(role: str) -> None:
    connections["default"].close()
    values = connections["default"].settings_dict
    values["NAME"] = NAME
    values["USER"] = USERS[role]
    values["PASSWORD"] = str(getattr(settings.SECRETS, f"{role}_password"))
    settings.DATABASES["default"].update(NAME=NAME, USER=values["USER"], PASSWORD=values["PASSWORD"])


def empty() -> None:
    """Remove every row of our tables, the audit trail's too, as the superuser."""
    with superuser(NAME) as held:
        tables = [
            row[0]
            for row in held.execute(
                "select tablename from pg_tables where schemaname = 'public' and tablename not in"
                " ('django_migrations', 'django_content_type', 'auth_permission')"
            )
        ]
        held.execute("set session_replication_role = replica")  # past the audit trail's trigger
        names = sql.SQL(", ").join(sql.Identifier(table) for table in tables)
        held.execute(sql.SQL("truncate {} restart identity cascade").format(names))


@contextmanager
def as_worker() -> Iterator[None]:
    """Do what a worker does, with the workers' role."""
    with _role("maru_worker"):
        yield


@contextmanager
def as_owner() -> Iterator[None]:
    """Do what migrations do, with the role that owns the tables; the test's transaction takes it back."""
    with _role("maru_owner"):
        yield


@contextmanager
def _role(name: str) -> Iterator[None]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.SQL("set local role {}").format(sql.Identifier(name)))
        yield  # an error rolls back to before the block, and the role with it
        cursor.execute("set local role none")


def urls() -> dict[str, str]:
    """The test database as the environment names it, for a process that a test starts."""
    names = {"DATABASE_URL": "app", "DATABASE_OWNER_URL": "owner", "DATABASE_WORKER_URL": "worker"}
    return {name: addresses.embedded_url(settings.MARU, role, NAME) for name, role in names.items()}
