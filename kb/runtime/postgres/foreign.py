"""A PostgreSQL that somebody else runs: is it one that Maru can live in, and do the three roles have what they need?"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kb.runtime.postgres.roles import LEAKPROOF
from kb.runtime.problems import StartProblem

OLDEST = 16
OLDEST_VECTOR = (0, 8)
_PAGE = "docs/deployment.md shows the statements under “Your own PostgreSQL”."

_FACTS = """
select current_user::text as name, current_database()::text as database, pg_postmaster_start_time()::text as server,
    current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding,
    (select extversion from pg_extension where extname = 'vector') as vector,
    (select proleakproof from pg_proc where oid = 'pg_catalog.ts_match_vq(tsvector, tsquery)'::regprocedure) as leakproof,
    r.rolsuper as super, r.rolbypassrls as bypasses, r.rolcreatedb as creates,
    (select pg_get_userbyid(datdba)::text from pg_database where datname = current_database()) as database_owner,
    has_schema_privilege('public', 'create') as may_create,
    exists (select 1 from pg_class c where c.relowner = r.oid and c.relkind in ('r', 'p')) as owns_tables
from pg_roles r where r.rolname = current_user
"""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the server says of itself and of the role that asked."""

    name: str
    database: str
    server: str
    version: int
    encoding: str
    vector: str | None
    leakproof: bool
    super: bool
    bypasses: bool
    creates: bool
    database_owner: str
    may_create: bool
    owns_tables: bool


@dataclass(frozen=True, slots=True)
class Report:
    """`problems` stop the start; `hints` cost speed or a command."""

    problems: tuple[str, ...]
    hints: tuple[str, ...]


def check_server(urls: Mapping[str, str], *, patience: float = 30.0) -> Report:
    """Ask the server as each role (`urls` by owner, app, worker).

    A server that does not answer yet is asked again for `patience` seconds. Raises StartProblem that names everything
    that is wrong and what to do about it.
    """
    facts = {role: _ask(role, url, time.monotonic() + patience) for role, url in urls.items()}
    report = judge(facts, becomes_owner=_becomes(urls["app"], facts["owner"].name))
    if report.problems:
        raise StartProblem("The database cannot be used:\n- " + "\n- ".join([*report.problems, _PAGE]))
    return report


def judge(facts: Mapping[str, Facts], *, becomes_owner: bool = False) -> Report:
    """What is wrong with these facts, by role, and what could be better."""
    problems = [*_server_problems(facts), *_owner_problems(facts["owner"])]
    problems += _web_problems(facts["app"], facts["owner"], becomes_owner)
    problems += _worker_problems(facts["worker"], facts["app"])
    return Report(tuple(problems), tuple(_hints(facts["owner"])))


def _server_problems(facts: Mapping[str, Facts]) -> list[str]:
    owner = facts["owner"]
    found = []
    if len({(one.server, one.database) for one in facts.values()}) > 1:
        found.append("DATABASE_URL, DATABASE_OWNER_URL and DATABASE_WORKER_URL lead to different databases.")
    if owner.version < OLDEST * 10_000:
        found.append(f"PostgreSQL {owner.version // 10_000} is too old: {OLDEST} or later is needed.")
    if owner.encoding != "UTF8":
        found.append(f"The database is encoded in {owner.encoding}: make it with ENCODING 'UTF8'.")
    if owner.vector is None:
        found.append(f"pgvector is missing: run CREATE EXTENSION vector in {owner.database} as a superuser.")
    elif _numbers(owner.vector) < OLDEST_VECTOR:
        found.append(f"pgvector {owner.vector} is too old: install 0.8 or later, then ALTER EXTENSION vector UPDATE.")
    return found


def _owner_problems(owner: Facts) -> list[str]:
    found = []
    if not owner.may_create:
        found.append(f"{owner.name} may not make tables: GRANT CREATE, USAGE ON SCHEMA public TO {owner.name}.")
    if not (owner.bypasses or owner.super):
        found.append(f"Migrations would see no rows: ALTER ROLE {owner.name} BYPASSRLS.")
    return found


def _web_problems(app: Facts, owner: Facts, becomes_owner: bool) -> list[str]:
    """The web's role must be held by row-level security."""
    found = []
    if app.super or app.bypasses:
        found.append(f"The web's role passes row-level security: ALTER ROLE {app.name} NOSUPERUSER NOBYPASSRLS.")
    if app.owns_tables or app.name in (app.database_owner, owner.name) or becomes_owner:
        found.append(f"The web's role {app.name} owns what it must be kept from: give DATABASE_URL a role of its own.")
    return found


def _worker_problems(worker: Facts, app: Facts) -> list[str]:
    found = []
    if worker.super:
        found.append(f"The workers' role needs no superuser: ALTER ROLE {worker.name} NOSUPERUSER.")
    if not (worker.bypasses or worker.super):
        found.append(f"The workers' role sees no documents: ALTER ROLE {worker.name} BYPASSRLS.")
    if worker.name == app.name:
        found.append("DATABASE_WORKER_URL names the web's role: give it a role of its own.")
    return found


def _hints(owner: Facts) -> list[str]:
    found = []
    if not owner.leakproof:
        found.append(
            f"Word search is slow under row-level security: run {LEAKPROOF} in {owner.database} as a superuser."
        )
    if not (owner.creates or owner.super):
        found.append(f"evaluate_retrieval needs a scratch database: ALTER ROLE {owner.name} CREATEDB.")
    return found


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def _ask(role: str, url: str, until: float) -> Facts:
    import psycopg
    from psycopg.rows import class_row

    while True:
        try:
            with _connect(url) as held, held.cursor(row_factory=class_row(Facts)) as cursor:
                row = cursor.execute(_FACTS).fetchone()
                assert row is not None  # noqa: S101 - a role that is connected exists
                return row
        except psycopg.OperationalError as error:
            if _refused_for_good(error) or time.monotonic() > until:
                raise StartProblem(f"The database does not let the {role}'s role in: {str(error).strip()}") from error
            time.sleep(0.5)


def _refused_for_good(error: Exception) -> bool:
    """Whether waiting is of no use: a wrong password, role or database name."""
    words = str(error)
    return any(
        sign in words for sign in ("authentication failed", "does not exist", "no pg_hba.conf entry", "no password")
    )


def _becomes(url: str, owner: str) -> bool:
    with _connect(url) as held:
        row = held.execute("select pg_has_role(current_user, %s, 'member')", [owner]).fetchone()
        return bool(row and row[0])


def _connect(url: str) -> Any:
    import psycopg

    return psycopg.connect(url, connect_timeout=5, autocommit=True, application_name="maru check")
