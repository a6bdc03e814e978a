"""The three roles: what each may, and what must never be."""

from __future__ import annotations

import psycopg
import pytest

from kb.runtime.addresses import embedded_url
from kb.runtime.postgres.roles import prepare_database
from kb.runtime.secrets import load_secrets

_LEAKPROOF = "select proleakproof from pg_proc where oid = 'pg_catalog.ts_match_vq(tsvector, tsquery)'::regprocedure"


def one(home, role: str, statement: str, database: str = "maru"):
    with psycopg.connect(embedded_url(home, role, database), autocommit=True) as held:
        return held.execute(statement).fetchone()


def test_only_owner_and_workers_pass_row_level_security_and_none_is_superuser(running):
    with psycopg.connect(embedded_url(running, "superuser")) as held:
        rows = held.execute(
            "select rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole from pg_roles where rolname like 'maru_%'"
        ).fetchall()
    assert sorted(rows) == [
        ("maru_app", False, False, False, False),
        ("maru_owner", False, True, True, False),
        ("maru_worker", False, True, False, False),
    ]


def test_the_owner_owns_the_database_and_the_web_may_make_nothing_in_it(running):
    owner = "select pg_get_userbyid(datdba)::text from pg_database where datname = 'maru'"
    assert one(running, "app", owner) == ("maru_owner",)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        one(running, "app", "create table mine (n int)")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        one(running, "worker", "create table mine (n int)")


@pytest.mark.parametrize("role", ["app", "worker"])
def test_nobody_becomes_another_role(running, role):
    for other in ("maru_owner", "maru_worker" if role == "app" else "maru_app", "maru"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            one(running, role, f"set role {other}")


def test_a_scratch_database_of_the_owner_has_vectors_and_the_leakproof_match(running):
    with psycopg.connect(embedded_url(running, "owner"), autocommit=True) as held:
        held.execute("create database scratch")
    assert one(running, "owner", "select '[1,2]'::vector(2)::text", "scratch") == ("[1,2]",)
    assert one(running, "owner", _LEAKPROOF, "scratch") == (True,)
    assert one(running, "app", _LEAKPROOF) == (True,)


def test_doing_it_again_changes_nothing_and_heals_a_changed_role(running):
    with psycopg.connect(embedded_url(running, "superuser"), autocommit=True) as held:
        held.execute("alter role maru_app bypassrls password 'guessed'")
    prepare_database(running)
    prepare_database(running)
    bypasses = "select rolbypassrls from pg_roles where rolname = current_user"
    assert one(running, "app", bypasses) == (False,)


def test_no_password_reaches_the_log_or_a_command_line(running):
    secrets = load_secrets(running)
    with psycopg.connect(embedded_url(running, "superuser"), autocommit=True) as held:
        held.execute("alter system set log_statement = 'all'")
        held.execute("select pg_reload_conf()")
        prepare_database(running)
    log = (running.logs / "database.log").read_text()
    assert "ALTER ROLE" in log
    for word in (secrets.superuser_password, secrets.owner_password, secrets.app_password, secrets.worker_password):
        assert word not in log
