"""What every search reads of a row lies in the row; its terms, which the index on them answers for, may lie beside it.

A row of the index is a little longer than PostgreSQL keeps in one piece, and it moved whichever part was longest: a fifth
of the vectors lay in a second table, and a search that looks at each row went there for them.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kb", "0008_jobs_have_a_priority")]
    operations = [
        migrations.RunSQL(
            "alter table kb_indexentry alter column dense set storage main, alter column sparse set storage main;",
            "alter table kb_indexentry alter column dense set storage external, alter column sparse set storage external;",
        ),
    ]
