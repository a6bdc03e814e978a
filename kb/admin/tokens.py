"""API tokens: whose they are, when they were used last, and revoking them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from accounts import tokens
from accounts.models import ApiToken
from accounts.requests import address_of
from kb.admin.base import Button, ConsoleAdmin
from kb.admin.site import person_of


class UsableFilter(admin.SimpleListFilter):
    """Whether it counts."""

    title = gettext_lazy("counts")
    parameter_name = "counts"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Yes or no."""
        return [("yes", _("Counts")), ("no", _("At its end"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> QuerySet[ApiToken]:
        """Those."""
        usable = ApiToken.objects.usable().values("pk")
        if self.value() == "yes":
            return queryset.filter(pk__in=usable)
        return queryset.exclude(pk__in=usable) if self.value() == "no" else queryset


@admin.register(ApiToken)
class TokenAdmin(ConsoleAdmin):
    """Tokens of everybody. Their secrets are kept nowhere; people make them on their own page."""

    read_only = True
    list_display = ["name", "owner", "start", "standing", "last_used_at", "expires_at", "created_at"]
    list_filter = [UsableFilter]
    list_select_related = ["owner"]
    search_fields = ["name", "owner__name", "owner__username", "start"]
    ordering = ["-id"]
    actions = ["revoke_tokens"]
    fields = ["name", "owner", "start", "standing_now", "created_at", "last_used_at", "expires_at", "revoked_at"]
    readonly_fields = fields

    @display(description=gettext_lazy("state"), label={"ok": "success", "over": "warning"})
    def standing(self, row: ApiToken) -> tuple[str, str]:
        """Whether it counts, and if not, why."""
        if row.revoked_at is not None:
            return "over", _("Revoked")
        if row.expires_at is not None and row.expires_at <= timezone.now():
            return "over", _("Expired")
        return ("ok", _("Counts")) if row.owner.is_active else ("over", _("Its owner is suspended"))

    @admin.display(description=gettext_lazy("standing"))
    def standing_now(self, row: Any) -> str:
        """On the row's own page, where no labels are drawn."""
        return self.standing(row)[1]

    def buttons(self, request: HttpRequest, row: ApiToken) -> list[Button]:
        """Revoking."""
        return [Button("revoke", _("Revoke"), danger=True)] if row.revoked_at is None else []

    def do_revoke(self, request: HttpRequest, row: ApiToken) -> str:
        """At once."""
        tokens.revoke(row.owner, row.pk, actor=person_of(request), address=address_of(request))
        return _("The token “%(name)s” of %(owner)s counts no more.") % {"name": row.name, "owner": row.owner}

    @admin.action(description=gettext_lazy("Revoke the chosen tokens"), permissions=["view"])
    def revoke_tokens(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        """Many at once."""
        self.each(request, queryset.select_related("owner"), self.do_revoke, _("%(count)s tokens count no more."))
