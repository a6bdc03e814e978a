"""Collections: who keeps them, who reads them, and whether others learn that they exist."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kb.admin.base import Button, ConsoleAdmin
from kb.admin.site import person_of
from kb.documents.collections import set_audience
from kb.models import Collection


@admin.register(Collection)
class CollectionAdmin(ConsoleAdmin):
    """Collections. Changing who reads one moves its documents along at once."""

    list_display = ["name", "slug", "department", "audience", "discoverable", "documents"]
    list_filter = ["department", "discoverable"]
    list_select_related = ["department", "audience"]
    search_fields = ["name", "name_en", "slug"]
    fields = ["name", "name_en", "slug", "description", "department", "audience", "discoverable", "contact"]
    autocomplete_fields = ["department", "audience", "contact"]
    prepopulated_fields = {"slug": ["name_en"]}

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        """Only while it is new: programs know a collection by its short name."""
        return {} if obj else self.prepopulated_fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Collection]:
        """With the number of documents."""
        kept = Count("documents", filter=Q(documents__deleted_at=None))
        return super().get_queryset(request).annotate(document_count=kept)

    @admin.display(description=gettext_lazy("documents"))
    def documents(self, row: Any) -> int:
        """Without those in the trash."""
        return row.document_count

    def save_model(self, request: HttpRequest, obj: Collection, form: Any, change: bool) -> None:
        """The audience goes through kb/documents/collections.py, so that the documents follow."""
        wanted = obj.audience
        if change and "audience" in form.changed_data:
            obj.audience_id = form.initial["audience"]
        super().save_model(request, obj, form, change)
        set_audience(obj, wanted, actor=person_of(request))

    def buttons(self, request: HttpRequest, row: Collection) -> list[Button]:
        """Its documents and its readers."""
        documents = f"{reverse('admin:kb_document_changelist')}?collection__id__exact={row.pk}"
        readers = reverse("admin:accounts_audience_readers", args=[row.audience_id])
        return [
            Button("documents", _("Its documents"), href=documents),
            Button("readers", _("Who reads it"), href=readers),
        ]
