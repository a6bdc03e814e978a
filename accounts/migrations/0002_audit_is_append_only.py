"""The audit trail can be added to and never changed, by any role."""

from django.db import migrations

FORWARD = """
create function maru_refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'the audit trail is append-only' using errcode = 'insufficient_privilege';
end $$;
create trigger audit_is_append_only before update or delete on accounts_auditevent
    for each row execute function maru_refuse_change();
create trigger audit_is_never_emptied before truncate on accounts_auditevent
    for each statement execute function maru_refuse_change();
"""
BACKWARD = """
drop trigger audit_is_never_emptied on accounts_auditevent;
drop trigger audit_is_append_only on accounts_auditevent;
drop function maru_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_people_and_audiences")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
