"""One running server for the tests of a module; each test leaves it as `prepare_database` makes it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import psycopg
import pytest

from kb.runtime.addresses import embedded_url
from kb.runtime.borrow import borrowed
from kb.runtime.home import Home, resolve_home
from kb.runtime.postgres.roles import prepare_database
from tests.kb.runtime.conftest import open_place


@pytest.fixture(scope="module")
def server() -> Iterator[Home]:
    with open_place() as place:
        env = {"PATH": os.environ["PATH"], "MARU_HOME": str(place / "home"), "MARU_MODEL_SERVER": "none"}
        with borrowed(home=resolve_home(env), env=env) as home:
            yield home


@pytest.fixture
def running(server: Home) -> Iterator[Home]:
    yield server
    with psycopg.connect(embedded_url(server, "superuser", "postgres"), autocommit=True) as held:
        held.execute("alter system reset all")
        held.execute("select pg_reload_conf()")
        held.execute("revoke maru_owner from maru_app")
        held.execute("drop database if exists scratch with (force)")
    prepare_database(server)
