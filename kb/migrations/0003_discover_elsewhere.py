"""maru_discover: which discoverable collections hold something near a question, for people who may not read them.

It gives ids and two numbers, never a title or a text, and only of collections whose keepers switched that on; documents
with an audience of their own are left out.
"""

from django.db import migrations

FORWARD = """
create function maru_discover(
    wanted_version integer, vector halfvec, weights sparsevec, on_day date, readable bigint[]
) returns table (collection bigint, dense double precision, lexical double precision)
    language sql stable security definer set search_path = public, pg_temp as $$
    select e.collection_id, max(-(e.dense <#> vector)), max(-(e.sparse <#> weights))
    from kb_indexentry e join kb_collection k on k.id = e.collection_id
    where k.discoverable and e.version = wanted_version and e.audience_id = k.audience_id
      and not (e.audience_id = any (readable)) and e.valid @> on_day
    group by e.collection_id;
$$;
revoke all on function maru_discover(integer, halfvec, sparsevec, date, bigint[]) from public;
"""
BACKWARD = "drop function maru_discover(integer, halfvec, sparsevec, date, bigint[]);"


class Migration(migrations.Migration):
    dependencies = [("kb", "0002_row_level_security")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
