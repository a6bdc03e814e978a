"""Audiences: who is in one, what it is for, and everyone who can read by it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import TabularInline

from accounts.access import readers_of
from accounts.models import Audience, AudienceDepartment, AudiencePerson
from kb.admin.base import Button, ConsoleAdmin
from kb.models import Collection, Document


class Departments(TabularInline):
    """Departments that it lets read, with or without those below."""

    model = AudienceDepartment
    extra = 0
    autocomplete_fields = ["department"]


class People(TabularInline):
    """People that it lets read by name."""

    model = AudiencePerson
    extra = 0
    autocomplete_fields = ["user"]


@admin.register(Audience)
class AudienceAdmin(ConsoleAdmin):
    """The only thing that grants reading. A changed grant counts from the next question on."""

    list_display = ["name", "who", "collections"]
    search_fields = ["name"]
    list_filter = ["everyone"]
    fields = ["name", "everyone"]
    inlines = [Departments, People]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Audience]:
        """With the numbers of the list, one query for all."""
        counted = Collection.objects.filter(audience=OuterRef("pk")).values("audience").annotate(many=Count("pk"))
        return (
            super()
            .get_queryset(request)
            .annotate(
                department_count=Count("departments", distinct=True),
                person_count=Count("people", distinct=True),
                collection_count=Subquery(counted.values("many")),
            )
        )

    @admin.display(description=gettext_lazy("who"))
    def who(self, row: Any) -> str:
        """In a few words."""
        if row.everyone:
            return _("everyone at the company")
        counts = {"departments": row.department_count, "people": row.person_count}
        return _("%(departments)s departments, %(people)s people by name") % counts

    @admin.display(description=gettext_lazy("collections"))
    def collections(self, row: Any) -> int:
        """How many collections are read by it."""
        return row.collection_count or 0

    def buttons(self, request: HttpRequest, row: Audience) -> list[Button]:
        """Who can read this."""
        return [Button("readers", _("Who can read this"), href=self.address("readers", row.pk))]

    def get_urls(self) -> list[URLPattern]:
        """With the page of readers."""
        readers = path(
            "<int:pk>/readers/", self.admin_site.admin_view(self.readers_view), name="accounts_audience_readers"
        )
        return [readers, *super().get_urls()]

    def readers_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The people whom it lets read now, and what they read by it."""
        audience = Audience.objects.filter(pk=pk).first()
        if audience is None:
            raise Http404
        readers = readers_of(pk).prefetch_related("memberships__department").order_by("name")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Who can read what is for %(audience)s") % {"audience": audience.name},
            "opts": self.opts,
            "audience": audience,
            "readers": readers[:500],
            "count": readers.count(),
            "collections": Collection.objects.filter(audience=audience).select_related("department"),
            "documents": Document.objects.kept().filter(own_audience=audience).select_related("collection")[:200],
        }
        return render(request, "console/readers.html", context)
