"""Departments, as the tree that they are."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.views import ChangeList

from accounts.models import Department
from kb.admin.base import Button, ConsoleAdmin


class Tree(ChangeList):
    """All departments on one page, each below the one that it belongs to."""

    result_list: list[Department]

    def get_results(self, request: HttpRequest) -> None:
        """In the order of the tree; what a search found keeps its place in it."""
        super().get_results(request)
        self.result_list = in_tree(list(self.result_list))


def in_tree(found: list[Department]) -> list[Department]:
    """Departments below their parents, by name, each with its `depth`; those whose parent is not among them come first."""
    below: dict[int | None, list[Department]] = {}
    known = {each.pk for each in found}
    for each in sorted(found, key=lambda row: row.name):
        below.setdefault(each.parent_id if each.parent_id in known else None, []).append(each)
    ordered: list[Department] = []

    def lay(parent: int | None, depth: int) -> None:
        for each in below.get(parent, []):
            each.depth = depth  # type: ignore[attr-defined]
            ordered.append(each)
            lay(each.pk, depth + 1)

    lay(None, 0)
    return ordered


@admin.register(Department)
class DepartmentAdmin(ConsoleAdmin):
    """Departments: names, and what lies below what."""

    list_display = ["place", "name_en", "slug", "people", "collections_kept"]
    list_per_page = 1000
    list_display_links = ["place"]
    search_fields = ["name", "name_en", "slug"]
    ordering = ["name"]
    fields = ["name", "name_en", "slug", "parent"]
    autocomplete_fields = ["parent"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Department]:
        """With the numbers of the list."""
        return (
            super()
            .get_queryset(request)
            .annotate(
                people_count=Count("memberships", filter=Q(memberships__ended_at=None), distinct=True),
                collection_count=Count("collections", distinct=True),
            )
        )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """The tree."""
        return Tree

    @admin.display(description=_("name"), ordering="name")
    def place(self, row: Department) -> SafeString:
        """The name, moved in by its depth."""
        return format_html('<span class="console-depth-{}">{}</span>', min(getattr(row, "depth", 0), 6), row.name)

    @admin.display(description=_("people"))
    def people(self, row: Any) -> int:
        """Members now, without those below."""
        return row.people_count

    @admin.display(description=_("collections"))
    def collections_kept(self, row: Any) -> int:
        """Collections that it keeps."""
        return row.collection_count

    def buttons(self, request: HttpRequest, row: Department) -> list[Button]:
        """Where its people and collections are."""
        people = f"{reverse('admin:accounts_user_changelist')}?department={row.pk}"
        collections = f"{reverse('admin:kb_collection_changelist')}?department__id__exact={row.pk}"
        return [
            Button("people", str(_("Its people")), href=people),
            Button("collections", str(_("Its collections")), href=collections),
        ]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """One that was made by mistake: nobody was ever in it, it keeps nothing and has nothing below it."""
        if obj is None:
            return False
        used = obj.memberships.exists() or obj.collections.exists() or obj.children.exists()
        return not used

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """None in the list."""
        return {}
