"""A database of its own for a measurement: made, filled, measured, dropped. The company's rows are not touched."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.core.management import call_command
from django.db import connections
from django.utils.translation import gettext as _
from psycopg import sql

from accounts.errors import Unavailable
from kb.retrieval import population


class NoScratch(Unavailable):
    """The database role may not make a database."""

    code = "no_scratch_database"
    retryable = False


@contextmanager
def scratch_database() -> Iterator[None]:
    """Work in a new, migrated database inside the block; it is gone after it, whatever happens.

    The process must have the owner's role (MARU_ROLE=owner), which may make databases.
    """
    name = f"maru_scratch_{uuid.uuid4().hex[:8]}"
    settings = connections["default"].settings_dict
    home = settings["NAME"]
    _run(f"create database {name}")
    try:
        _switch(name)
        call_command("migrate", verbosity=0, interactive=False)
        population.forget()
        yield
    finally:
        _switch(home)
        population.forget()
        _run(f"drop database if exists {name} with (force)")


def _switch(name: str) -> None:
    connections["default"].close()
    connections["default"].settings_dict["NAME"] = name


def _run(statement: str) -> None:
    settings = connections["default"].settings_dict
    held: psycopg.Connection[Any] = psycopg.connect(
        host=settings["HOST"],
        port=settings["PORT"],
        user=settings["USER"],
        password=settings["PASSWORD"],
        dbname="postgres",
        autocommit=True,
    )
    with held:
        try:
            held.execute(sql.SQL(statement))
        except psycopg.errors.InsufficientPrivilege as error:
            raise NoScratch(
                _("The role %(role)s may not make a database. Let it: ALTER ROLE %(role)s CREATEDB.")
                % {"role": settings["USER"]}
            ) from error
