"""The second wall: row-level security on every table that holds company text, and the three functions beside it.

maru_setting(name) fails outside accounts.access.as_user, so that a read without a person is an error, not an empty page.
maru_propagate(document) copies a document's audience and a revision's validity to the rows that carry them; it runs with
its owner's rights, because an editor who keeps a document need not be able to read it. maru_frequencies gives term
counts without opening the table of terms.
"""

from django.db import migrations

FUNCTIONS = """
create function maru_setting(name text) returns text language plpgsql stable parallel safe as $$
declare
    held text := nullif(current_setting(name, true), '');
begin
    if held is null then
        raise exception 'company text is read only inside as_user (%)', name using errcode = 'insufficient_privilege';
    end if;
    return held;
end $$;

create function maru_propagate(wanted bigint) returns void language sql security definer
    set search_path = public, pg_temp as $$
    update kb_revision r set audience_id = d.audience_id from kb_document d
        where d.id = wanted and r.document_id = d.id and r.audience_id <> d.audience_id;
    update kb_page p set audience_id = d.audience_id from kb_document d
        where d.id = wanted and p.document_id = d.id and p.audience_id <> d.audience_id;
    update kb_chunk c set audience_id = d.audience_id from kb_document d
        where d.id = wanted and c.document_id = d.id and c.audience_id <> d.audience_id;
    update kb_citation c set audience_id = d.audience_id from kb_document d
        where d.id = wanted and c.document_id = d.id and c.audience_id <> d.audience_id;
    update kb_indexentry e set audience_id = d.audience_id, collection_id = d.collection_id,
            valid = case when d.deleted_at is null then coalesce(r.valid, 'empty') else 'empty' end
        from kb_document d, kb_chunk c, kb_revision r
        where d.id = wanted and c.document_id = d.id and r.id = c.revision_id and e.chunk_id = c.id
          and (e.audience_id, e.collection_id, e.valid) is distinct from
              (d.audience_id, d.collection_id, case when d.deleted_at is null then coalesce(r.valid, 'empty') else 'empty' end);
$$;

create function maru_frequencies(wanted_version integer, wanted text[]) returns table (term text, df integer)
    language sql stable security definer set search_path = public, pg_temp as $$
    select t.term::text, t.df from kb_term t where t.version = wanted_version and t.term = any (wanted);
$$;

revoke all on function maru_propagate(bigint), maru_frequencies(integer, text[]) from public;
"""

READABLE = "audience_id = any ((select maru_setting('maru.audiences'))::bigint[])"
MANAGED_COLLECTION = """collection_id in (select c.id from kb_collection c
    where c.department_id = any ((select maru_setting('maru.departments'))::bigint[]))"""
MANAGED_DOCUMENT = """document_id in (select d.id from kb_document d join kb_collection c on c.id = d.collection_id
    where c.department_id = any ((select maru_setting('maru.departments'))::bigint[]))"""
VISIBLE_DOCUMENT = "exists (select 1 from kb_document d where d.id = document_id)"
MINE = "owner_id = (select maru_setting('maru.user'))::bigint"
STARTED = "created_by_id = (select maru_setting('maru.user'))::bigint"

# table -> (who sees a row, who may write it)
POLICIES = {
    "kb_document": (f"{READABLE} or {MANAGED_COLLECTION}", MANAGED_COLLECTION),
    "kb_revision": (VISIBLE_DOCUMENT, MANAGED_DOCUMENT),
    "kb_page": (READABLE, "false"),
    "kb_chunk": (READABLE, "false"),
    "kb_indexentry": (READABLE, "false"),
    "kb_citation": (f"{MINE} and {READABLE}", f"{MINE} and {READABLE}"),
    "kb_conversation": (MINE, MINE),
    "kb_question": (MINE, MINE),
    "kb_answer": (MINE, MINE),
    "kb_feedback": (MINE, MINE),
    "kb_job": (f"{STARTED} or {MANAGED_COLLECTION}", MANAGED_COLLECTION),
    "kb_goldenquestion": (READABLE, READABLE),
}


def _policies() -> str:
    lines = []
    for table, (seen, written) in POLICIES.items():
        lines += [
            f"alter table {table} enable row level security;",
            f"alter table {table} force row level security;",
            f"create policy seen on {table} for select using ({seen});",
            f"create policy added on {table} for insert with check ({written});",
            f"create policy changed on {table} for update using ({seen}) with check ({written});",
            f"create policy removed on {table} for delete using ({written});",
        ]
    return "\n".join(lines)


def _without_policies() -> str:
    lines = []
    for table in POLICIES:
        lines += [f"drop policy {name} on {table};" for name in ("seen", "added", "changed", "removed")]
        lines += [f"alter table {table} no force row level security;", f"alter table {table} disable row level security;"]
    return "\n".join(lines)


class Migration(migrations.Migration):
    dependencies = [("kb", "0001_documents_index_and_chat")]
    operations = [
        migrations.RunSQL(
            FUNCTIONS,
            "drop function maru_frequencies(integer, text[]); drop function maru_propagate(bigint);"
            " drop function maru_setting(text);",
        ),
        migrations.RunSQL(_policies(), _without_policies()),
    ]
