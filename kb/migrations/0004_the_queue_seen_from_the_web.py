"""What the web's role may know of the whole queue: figures and places, never what a job is about.

maru_queue() gives the figures that the health page and the console show; maru_queue_places(jobs) says how many waiting
jobs a worker takes first. Both look past row-level security, which hides other departments' jobs from a person, and give
numbers only. Jobs of no collection are the house's own work (counting terms): they hold no company text, so that the
console may see, start and retry them.
"""

from django.db import migrations

FUNCTIONS = """
create function maru_queue() returns table (
    waiting bigint, running bigint, silent bigint, failed bigint, oldest_seconds double precision
) language sql stable security definer set search_path = public, pg_temp as $$
    select count(*) filter (where state = 'queued' and run_after <= statement_timestamp()),
           count(*) filter (where state = 'running' and lease_until >= statement_timestamp()),
           count(*) filter (where state = 'running' and lease_until < statement_timestamp()),
           count(*) filter (where state = 'failed' and finished_at > statement_timestamp() - interval '24 hours'),
           coalesce(extract(epoch from statement_timestamp() - min(run_after)
               filter (where state = 'queued' and run_after <= statement_timestamp())), 0)::double precision
    from kb_job where state in ('queued', 'running', 'failed');
$$;

create function maru_queue_places(wanted bigint[]) returns table (job bigint, place bigint)
    language sql stable security definer set search_path = public, pg_temp as $$
    select waiting.id, waiting.place from (
        select id, row_number() over (order by run_after, id) as place from kb_job where state = 'queued'
    ) waiting where waiting.id = any (wanted);
$$;

revoke all on function maru_queue(), maru_queue_places(bigint[]) from public;
"""

STARTED = "created_by_id = (select maru_setting('maru.user'))::bigint"
MANAGED = """collection_id in (select c.id from kb_collection c
    where c.department_id = any ((select maru_setting('maru.departments'))::bigint[]))"""
HOUSE = "collection_id is null"


def _policies(seen: str, written: str) -> str:
    return f"""
alter policy seen on kb_job using ({seen});
alter policy added on kb_job with check ({written});
alter policy changed on kb_job using ({seen}) with check ({written});
alter policy removed on kb_job using ({written});
"""


class Migration(migrations.Migration):
    dependencies = [("kb", "0003_discover_elsewhere")]
    operations = [
        migrations.RunSQL(FUNCTIONS, "drop function maru_queue_places(bigint[]); drop function maru_queue();"),
        migrations.RunSQL(
            _policies(f"{STARTED} or {MANAGED} or {HOUSE}", f"{MANAGED} or {HOUSE}"),
            _policies(f"{STARTED} or {MANAGED}", MANAGED),
        ),
    ]
