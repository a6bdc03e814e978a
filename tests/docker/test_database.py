"""The database that docker/db/roles.sh makes is one that Maru's own check finds nothing wrong with; so is the page's."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import dedent
from urllib.parse import quote

import psycopg
import pytest

from kb.runtime.addresses import embedded_url
from kb.runtime.borrow import borrowed
from kb.runtime.home import Home, resolve_home
from kb.runtime.postgres.foreign import check_server
from kb.runtime.postgres.installation import programs
from tests.docker.parts import FOLDER, REPOSITORY
from tests.kb.runtime.conftest import open_place

WORDS = {"OWNER_PASSWORD": "o'wn\"er $HOME", "APP_PASSWORD": "app", "WORKER_PASSWORD": "work\\er"}
ROLES = {"owner": "OWNER_PASSWORD", "app": "APP_PASSWORD", "worker": "WORKER_PASSWORD"}


@dataclass(frozen=True)
class Server:
    """A PostgreSQL without Maru's roles, and how psql reaches it as its superuser."""

    home: Home
    env: dict[str, str]

    def urls(self, words: dict[str, str]) -> dict[str, str]:
        port = self.env["PGPORT"]
        return {
            role: f"postgresql://maru_{role}:{quote(words[name], safe='')}@127.0.0.1:{port}/maru"
            for role, name in ROLES.items()
        }

    def run(self, *command: str, env: dict[str, str], text: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, env={**self.env, **env}, input=text, capture_output=True, text=True, check=False, timeout=60
        )

    def superuser(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(embedded_url(self.home, "superuser", database), autocommit=True)


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with open_place() as place:
        env = {"PATH": os.environ["PATH"], "MARU_HOME": str(place / "home"), "MARU_MODEL_SERVER": "none"}
        with borrowed(home=resolve_home(env), env=env) as home:
            url = psycopg.conninfo.conninfo_to_dict(embedded_url(home, "superuser", "postgres"))
            yield Server(
                home,
                {
                    "PATH": f"{programs(home, None)}:{os.environ['PATH']}",
                    "PGHOST": "127.0.0.1",
                    "PGPORT": str(url["port"]),
                    "PGPASSWORD": str(url["password"]),
                    "POSTGRES_USER": "maru",
                },
            )


@pytest.fixture
def server(running: Server) -> Server:
    """As the image is when it runs the script: no database, no role, no extension of ours."""
    with running.superuser() as held:
        held.execute("drop database if exists maru with (force)")
        for role in ROLES:
            held.execute(f"drop role if exists maru_{role}")
    with running.superuser("template1") as held:
        held.execute("drop extension if exists vector")
        held.execute("alter function pg_catalog.ts_match_vq(tsvector, tsquery) not leakproof")
    return running


def roles(server: Server, **changed: str) -> subprocess.CompletedProcess[str]:
    return server.run("sh", str(FOLDER / "db/roles.sh"), env={**WORDS, **changed})


def test_nothing_is_wrong_with_it_and_nothing_could_be_better(server):
    done = roles(server)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    report = check_server(server.urls(WORDS), patience=1)
    assert report == type(report)((), ())


def test_a_password_that_is_missing_ends_the_script(server):
    done = roles(server, WORKER_PASSWORD="")
    assert done.returncode != 0
    assert "WORKER_PASSWORD" in done.stderr
    with server.superuser() as held:
        assert held.execute("select count(*) from pg_roles where rolname like 'maru_%'").fetchone() == (0,)


def test_no_password_reaches_the_servers_log(server):
    with server.superuser() as held:
        held.execute("create role maru_worker")  # so that the statement with the last password fails
    assert roles(server, WORKER_PASSWORD="wordfortheworkers").returncode != 0
    log = (server.home.logs / "database.log").read_text()
    assert 'role "maru_worker" already exists' in log
    assert "wordfortheworkers" not in log


def test_the_statements_of_the_deployment_page_make_such_a_database_too(server):
    page = (REPOSITORY / "docs/deployment.md").read_text(encoding="utf-8")
    section = page.partition("## Your own PostgreSQL")[2].partition("\n## ")[0]
    block = re.search(r"(?:^    .*\n|^\n)*^    CREATE ROLE(?:.*\n)(?:^    .*\n)*", section, re.MULTILINE)
    assert block is not None
    words = dict.fromkeys(WORDS, "…")
    psql = ("psql", "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--username", "maru", "--dbname", "postgres")
    done = server.run(*psql, env={}, text=dedent(block.group()))
    assert done.returncode == 0, done.stderr
    report = check_server(server.urls(words), patience=1)
    assert report.problems == ()
    assert report.hints == ()
