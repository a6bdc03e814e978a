"""The embedded server's roles, its database, and the one decision only a superuser can take for the index."""

from __future__ import annotations

from typing import Any

from kb.runtime.addresses import DATABASE, USERS, embedded_url
from kb.runtime.home import Home
from kb.runtime.problems import StartProblem
from kb.runtime.secrets import Secrets, load_secrets

ATTRIBUTES = {
    "owner": "LOGIN NOSUPERUSER CREATEDB NOCREATEROLE BYPASSRLS",
    "app": "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS",
    "worker": "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE BYPASSRLS",
}

# Without it row-level security keeps the planner from the GIN index on terms: the operator could show a hidden row's
# words in an error, and PostgreSQL cannot know that this one does not.
LEAKPROOF = "ALTER FUNCTION pg_catalog.ts_match_vq(tsvector, tsquery) LEAKPROOF"


def prepare_database(home: Home) -> None:
    """Roles with their passwords, the database `maru` with pgvector; template1 too, so that scratch databases have it.

    Changes nothing that is already so. The server must run. Raises StartProblem.
    """
    import psycopg

    try:
        with _superuser(home, "template1") as held:
            _make_roles(held, load_secrets(home))
            _make_extension(held)
        with _superuser(home, "postgres") as held:
            _make_database(held)
        with _superuser(home, DATABASE) as held:
            _make_extension(held)
    except psycopg.Error as error:
        raise StartProblem(f"The embedded database could not be prepared: {str(error).strip()}") from error


def _superuser(home: Home, database: str) -> Any:
    import psycopg

    return psycopg.connect(
        embedded_url(home, "superuser", database), autocommit=True, connect_timeout=5, application_name="maru up"
    )


def _make_roles(held: Any, secrets: Secrets) -> None:
    from psycopg import sql

    known = {row[0] for row in held.execute("select rolname from pg_roles")}
    for role, attributes in ATTRIBUTES.items():
        user = sql.Identifier(USERS[role])
        if USERS[role] not in known:
            held.execute(sql.SQL("CREATE ROLE {}").format(user))
        # Hashed here: the password itself never reaches the server, so no log can hold it.
        word = str(getattr(secrets, f"{role}_password")).encode()
        verifier = held.pgconn.encrypt_password(word, USERS[role].encode(), b"scram-sha-256").decode()
        held.execute(sql.SQL("ALTER ROLE {} " + attributes + " PASSWORD {}").format(user, sql.Literal(verifier)))


def _make_database(held: Any) -> None:
    known = {row[0] for row in held.execute("select datname from pg_database")}
    if DATABASE not in known:
        held.execute(f"CREATE DATABASE {DATABASE} OWNER {USERS['owner']}")


def _make_extension(held: Any) -> None:
    held.execute("SET client_min_messages = warning")
    held.execute("CREATE EXTENSION IF NOT EXISTS vector")
    held.execute("ALTER EXTENSION vector UPDATE")
    held.execute(LEAKPROOF)
