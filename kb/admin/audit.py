"""The audit trail: rows that nobody changes, neither here nor in the database."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from accounts.models import AuditEvent
from kb.admin.base import ConsoleAdmin

# The actions that occur, by hopping through the index from one to the next: reading all rows would take long.
_ACTIONS = """
with recursive hop as (
    (select action from accounts_auditevent order by action limit 1)
    union all
    select (select e.action from accounts_auditevent e where e.action > hop.action order by e.action limit 1)
    from hop where hop.action is not null
)
select action from hop where action is not null
"""


class ActionFilter(admin.SimpleListFilter):
    """By what was done."""

    title = gettext_lazy("did")
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The actions that occur."""
        with connection.cursor() as cursor:
            cursor.execute(_ACTIONS)
            return [(row[0], row[0]) for row in cursor.fetchall()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
        """Those."""
        return queryset.filter(action=self.value()) if self.value() else queryset


@admin.register(AuditEvent)
class AuditAdmin(ConsoleAdmin):
    """Who did what to which thing, when, and from where."""

    read_only = True
    list_display = ["at", "actor", "action", "thing", "number", "told", "address"]
    list_filter = [ActionFilter]
    search_fields = ["=actor", "=thing_id"]
    search_help_text = gettext_lazy("A user name, or the number of a thing")
    date_hierarchy = "at"
    ordering = ["-id"]
    actions = None
    fields = ["at", "actor", "action", "thing", "number", "told", "address"]
    readonly_fields = fields

    @admin.display(description=gettext_lazy("its number"))
    def number(self, row: AuditEvent) -> str:
        """The thing's id."""
        return str(row.thing_id)

    @admin.display(description=gettext_lazy("detail"))
    def told(self, row: AuditEvent) -> str:
        """Ids and figures."""
        return json.dumps(row.detail, ensure_ascii=False) if row.detail else ""

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Also by one thing, from its own page."""
        return lookup in ("thing", "thing_id") or super().lookup_allowed(lookup, value, request)
