"""What each database role may do. Granted after migrations, by the owner, as often as one likes.

The web's role reads and writes rows under row-level security, never touches the index, the pages or the terms, and can
only add to the audit trail. The workers' role writes them all.
"""

from __future__ import annotations

from django.db import connection
from psycopg import sql

_ONLY_READ = ("kb_page", "kb_chunk", "kb_indexentry")
_NO_CHANGE = ("accounts_auditevent",)
_CLOSED = ("kb_term",)


def grant_rights(app: str, worker: str) -> None:
    """Give the roles `app` (the web's) and `worker` their rights. The connection is the owner's."""
    for statement in _statements(app, worker):
        with connection.cursor() as cursor:
            cursor.execute(statement)


def _statements(app: str, worker: str) -> list[sql.Composed]:
    both = sql.SQL(", ").join([sql.Identifier(app), sql.Identifier(worker)])
    web = sql.Identifier(app)
    audit = _tables(_NO_CHANGE)
    return [
        sql.SQL("grant usage on schema public to {}").format(both),
        sql.SQL("grant select, insert, update, delete on all tables in schema public to {}").format(both),
        sql.SQL("grant usage, select on all sequences in schema public to {}").format(both),
        sql.SQL("revoke insert, update, delete on {} from {}").format(_tables(_ONLY_READ), web),
        sql.SQL("revoke all on {} from {}").format(_tables(_CLOSED), web),
        sql.SQL("revoke update, delete, truncate on {} from {}").format(audit, both),
        sql.SQL("grant truncate on kb_term to {}").format(sql.Identifier(worker)),
        sql.SQL("grant execute on function maru_propagate(bigint) to {}").format(both),
        sql.SQL("grant execute on function maru_frequencies(integer, text[]) to {}").format(both),
        sql.SQL("grant execute on function maru_discover(integer, halfvec, sparsevec, date, bigint[]) to {}").format(
            both
        ),
        sql.SQL("grant execute on function maru_queue(), maru_queue_places(bigint[]) to {}").format(both),
        sql.SQL("grant execute on function maru_library(bigint, date, text[]) to {}").format(both),
    ]


def _tables(names: tuple[str, ...]) -> sql.Composed:
    return sql.SQL(", ").join([sql.Identifier(name) for name in names])
