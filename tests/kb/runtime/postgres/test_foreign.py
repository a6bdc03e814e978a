"""A server that somebody else runs is looked at before the start, and what is wrong is said with what to do."""

from __future__ import annotations

from dataclasses import replace

import psycopg
import pytest

from kb.runtime.addresses import embedded_url
from kb.runtime.postgres.foreign import Facts, check_server, judge
from kb.runtime.problems import StartProblem
from tests.kb.runtime.conftest import free_port

OWNER = Facts(
    name="o",
    database="d",
    server="s",
    version=160004,
    encoding="UTF8",
    vector="0.8.0",
    leakproof=True,
    super=False,
    bypasses=True,
    creates=True,
    database_owner="o",
    may_create=True,
    owns_tables=True,
)
APP = replace(OWNER, name="a", bypasses=False, creates=False, may_create=False, owns_tables=False)
WORKER = replace(APP, name="w", bypasses=True)


@pytest.fixture
def urls(running):
    return {role: embedded_url(running, role) for role in ("owner", "app", "worker")}


def say(running, statement: str, database: str = "maru") -> None:
    with psycopg.connect(embedded_url(running, "superuser", database), autocommit=True) as held:
        held.execute(statement)


def test_a_server_as_ours_is_passes_without_a_hint(urls):
    report = check_server(urls)
    assert report.problems == ()
    assert report.hints == ()


def test_a_web_role_that_passes_row_level_security_is_refused(running, urls):
    say(running, "alter role maru_app bypassrls")
    with pytest.raises(StartProblem, match="ALTER ROLE maru_app NOSUPERUSER NOBYPASSRLS"):
        check_server(urls)


def test_a_web_role_that_may_become_the_owner_is_refused(running, urls):
    say(running, "grant maru_owner to maru_app")
    with pytest.raises(StartProblem, match="maru_app owns what it must be kept from"):
        check_server(urls)


def test_one_role_for_everything_is_refused(urls):
    with pytest.raises(StartProblem) as refused:
        check_server(dict.fromkeys(urls, urls["owner"]))
    assert "passes row-level security" in str(refused.value)
    assert "DATABASE_WORKER_URL names the web's role" in str(refused.value)


def test_a_missing_extension_is_named(running, urls):
    say(running, "drop extension vector")
    with pytest.raises(StartProblem, match="CREATE EXTENSION vector in maru as a superuser"):
        check_server(urls)


def test_two_databases_instead_of_one_are_noticed(running, urls):
    say(running, "create database scratch")
    with pytest.raises(StartProblem, match="lead to different databases"):
        check_server({**urls, "app": embedded_url(running, "app", "scratch")})


def test_without_the_leakproof_match_the_start_goes_on_with_a_hint(running, urls):
    say(running, "alter function ts_match_vq(tsvector, tsquery) not leakproof")
    assert "LEAKPROOF in maru" in check_server(urls).hints[0]


def test_a_wrong_password_is_said_at_once(urls):
    with pytest.raises(StartProblem, match=r"does not let the app's role in: .*password authentication failed"):
        check_server({**urls, "app": urls["app"].replace("maru_app:", "maru_app:x")}, patience=60)


def test_a_server_that_is_not_there_is_waited_for_and_then_named():
    url = f"postgresql://a:b@127.0.0.1:{free_port()}/maru"
    with pytest.raises(StartProblem, match="does not let the owner's role in"):
        check_server({"owner": url, "app": url, "worker": url}, patience=0.2)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"owner": replace(OWNER, version=150009)}, "PostgreSQL 15 is too old: 16 or later"),
        ({"owner": replace(OWNER, vector="0.6.2")}, "pgvector 0.6.2 is too old"),
        ({"owner": replace(OWNER, encoding="SQL_ASCII")}, "encoded in SQL_ASCII"),
        ({"owner": replace(OWNER, may_create=False)}, "GRANT CREATE, USAGE ON SCHEMA public TO o"),
        ({"owner": replace(OWNER, bypasses=False)}, "ALTER ROLE o BYPASSRLS"),
        ({"app": replace(APP, super=True)}, "ALTER ROLE a NOSUPERUSER"),
        ({"app": replace(APP, owns_tables=True)}, "a owns what it must be kept from"),
        ({"app": replace(APP, database_owner="a")}, "a owns what it must be kept from"),
        ({"worker": replace(WORKER, super=True)}, "ALTER ROLE w NOSUPERUSER"),
        ({"worker": replace(WORKER, bypasses=False)}, "ALTER ROLE w BYPASSRLS"),
    ],
)
def test_each_fault_is_said_with_what_to_do(changed, words):
    (problem,) = judge({"owner": OWNER, "app": APP, "worker": WORKER, **changed}).problems
    assert words in problem


def test_what_is_right_is_not_complained_about():
    report = judge({"owner": OWNER, "app": APP, "worker": WORKER})
    assert report.problems == report.hints == ()
