"""What the library needs to know of many documents at once, in one pass.

maru_library(collection, today, codes) gives ids and states of the documents of a collection that the person of as_user
reads or keeps, and never a word of them. It looks past row-level security, which asks for every revision whether its
document may be seen (seconds for 100,000 documents), and asks the same question itself, once a document. The rows that
are shown are read through row-level security as ever.
"""

from django.db import migrations

FORWARD = """
create function maru_library(wanted bigint, today date, codes text[]) returns table (
    document bigint, trashed boolean, published boolean, reading boolean, failed boolean, look boolean, past boolean
) language sql stable security definer set search_path = public, pg_temp as $$
    with seen as (
        select d.id, d.deleted_at, d.review_on
        from kb_document d join kb_collection c on c.id = d.collection_id
        where d.collection_id = wanted
          and (d.audience_id = any ((select maru_setting('maru.audiences'))::bigint[])
               or c.department_id = any ((select maru_setting('maru.departments'))::bigint[]))
    ), told as (
        select r.document_id,
               (array_agg(r.id order by r.number desc))[1] as newest,
               (array_agg(r.state order by r.number desc))[1] as state,
               bool_or(r.state = 'ready') as published,
               bool_or(r.state = 'ready' and not isempty(r.valid)
                       and (upper_inf(r.valid) or upper(r.valid) > today)) as lives,
               bool_or(r.valid @> today and r.warnings <> '[]'
                       and exists (select from jsonb_array_elements(r.warnings) w where w ->> 'code' = any (codes))) as warned
        from kb_revision r join seen on seen.id = r.document_id
        group by r.document_id
    ), work as (
        select j.revision_id,
               bool_or(j.state in ('queued', 'running')) as open,
               bool_or(j.state in ('failed', 'cancelled')) as ended
        from kb_job j where j.collection_id = wanted and j.state <> 'done' and j.revision_id is not null
        group by j.revision_id
    )
    select seen.id,
           seen.deleted_at is not null,
           coalesce(told.published, false),
           coalesce(work.open, false),
           coalesce(not coalesce(work.open, false)
                    and (told.state = 'failed' or (told.state <> 'ready' and work.ended)), false),
           coalesce(told.warned, false) or coalesce(seen.review_on <= today, false),
           coalesce(told.published and not coalesce(told.lives, false), false)
    from seen left join told on told.document_id = seen.id left join work on work.revision_id = told.newest;
$$;

revoke all on function maru_library(bigint, date, text[]) from public;
"""


class Migration(migrations.Migration):
    dependencies = [("kb", "0005_since_when_a_stage")]
    operations = [migrations.RunSQL(FORWARD, "drop function maru_library(bigint, date, text[]);")]
