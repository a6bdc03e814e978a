"""Documents: titles, states, days and owners. No text: managing a document lets nobody read it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import TabularInline
from unfold.decorators import display

from kb.admin.base import Button, ConsoleAdmin, worded
from kb.admin.site import person_of
from kb.documents import changes
from kb.documents.revisions import set_dates
from kb.ingestion.reasons import reason_sentence
from kb.models import Document, Revision
from kb.models.documents import RevisionState

STATES = {"ready": "success", "pending": "info", "failed": "danger", "trash": "warning"}


class Revisions(TabularInline):
    """A document's revisions; their days can be changed, and lay the others' anew."""

    model = Revision
    fields = [
        "number",
        "label",
        "filename",
        "format",
        "state_told",
        "effective_from",
        "effective_to",
        "in_force",
        "created_by",
    ]
    readonly_fields = ["number", "label", "filename", "format", "state_told", "in_force", "created_by"]
    ordering = ["-number"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Files are loaded in the library."""
        return False

    @admin.display(description=gettext_lazy("state"))
    def state_told(self, row: Revision) -> str:
        """With the reason in words."""
        told = row.get_state_display()
        return f"{told}: {reason_sentence(row.reason, row.reason_params)}" if row.reason else told

    @admin.display(description=gettext_lazy("in force"))
    def in_force(self, row: Revision) -> str:
        """The days on which it really counts."""
        if row.valid is None or row.valid.isempty:
            return _("never")
        begin = row.valid.lower or _("ever")
        end = row.valid.upper or _("further notice")
        return _("from %(begin)s until %(end)s") % {"begin": begin, "end": end}


class StateFilter(admin.SimpleListFilter):
    """By the newest revision's state; the trash is a state of its own, and not shown unless asked for."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The states of a revision, and the trash."""
        return [*((str(value), str(label)) for value, label in RevisionState.choices), ("trash", _("In the trash"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Those of the state."""
        if self.value() == "trash":
            return queryset.exclude(deleted_at=None)
        if "/change/" in request.path or "/do/" in request.path:
            return queryset
        kept = queryset.filter(deleted_at=None)
        return kept.filter(newest_state=self.value()) if self.value() else kept


class ReviewFilter(admin.SimpleListFilter):
    """Documents whose day of review has come."""

    title = gettext_lazy("review")
    parameter_name = "review"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Due, or without an owner."""
        return [("due", _("Due")), ("nobody", _("Nobody owns it"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Document]) -> QuerySet[Document]:
        """Those."""
        if self.value() == "due":
            return queryset.filter(review_on__lte=timezone.localdate())
        return queryset.filter(owner=None) if self.value() == "nobody" else queryset


@admin.register(Document)
class DocumentAdmin(ConsoleAdmin):
    """Documents of all departments."""

    list_display = ["title", "collection", "state", "current", "owner", "review_on"]
    list_filter = [StateFilter, "collection", ReviewFilter]
    list_select_related = ["collection", "owner"]
    search_fields = ["title", "external_id"]
    ordering = ["-id"]
    fields = ["title", "collection", "external_id", "owner", "review_on", "own_audience", "in_the_trash_since"]
    readonly_fields = ["collection", "external_id", "in_the_trash_since"]
    in_the_trash_since = worded("deleted_at", gettext_lazy("in the trash since"))
    autocomplete_fields = ["owner", "own_audience"]
    inlines = [Revisions]
    actions = ["delete_documents", "restore_documents"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        """With the newest revision's state and the number of the one in force."""
        newest = Revision.objects.filter(document=OuterRef("pk")).order_by("-number")
        today: date = timezone.localdate()
        in_force = Revision.objects.filter(document=OuterRef("pk"), valid__contains=today)
        return (
            super()
            .get_queryset(request)
            .annotate(
                newest_state=Subquery(newest.values("state")[:1]),
                newest_reason=Subquery(newest.values("reason")[:1]),
                current_number=Subquery(in_force.values("number")[:1]),
            )
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Files are loaded in the library, by those who keep the collection."""
        return False

    @display(description=gettext_lazy("state"), label=STATES)
    def state(self, row: Any) -> tuple[str, str]:
        """Of the newest revision."""
        if row.deleted_at is not None:
            return "trash", _("In the trash")
        state = row.newest_state or RevisionState.PENDING
        return str(state), str(RevisionState(state).label)

    @admin.display(description=gettext_lazy("in force"))
    def current(self, row: Any) -> str:
        """The number of the revision that counts today."""
        return str(row.current_number) if row.current_number else _("none")

    def save_model(self, request: HttpRequest, obj: Document, form: forms.ModelForm, change: bool) -> None:
        """Through kb/documents/changes.py, which locks the document and moves its audience along."""
        changes.describe(obj, title=obj.title, owner=obj.owner, review_on=obj.review_on)
        if "own_audience" in form.changed_data:
            changes.set_audience(obj, obj.own_audience, actor=person_of(request))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Days through kb/documents/revisions.py."""
        formset.save(commit=False)
        for revision, _changed in formset.changed_objects:
            set_dates(revision, revision.effective_from, revision.effective_to)

    def buttons(self, request: HttpRequest, row: Document) -> list[Button]:
        """To the library, to the trash and back."""
        if row.deleted_at is not None:
            return [Button("restore", _("Bring back from the trash"))]
        library = Button("library", _("Open in the library"), href=f"/library/documents/{row.pk}/")
        return [library, Button("delete", _("Move to the trash"), danger=True)]

    def do_delete(self, request: HttpRequest, row: Document) -> str:
        """Found and answered from no more."""
        changes.delete(row, actor=person_of(request))
        return _("“%(title)s” lies in the trash.") % {"title": row.title}

    def do_restore(self, request: HttpRequest, row: Document) -> str:
        """Whole, with its revisions and their days."""
        changes.restore(row, actor=person_of(request))
        return _("“%(title)s” is back.") % {"title": row.title}

    @admin.action(description=gettext_lazy("Move the chosen documents to the trash"))
    def delete_documents(self, request: HttpRequest, queryset: QuerySet[Document]) -> None:
        """Many at once."""
        self.each(request, queryset, self.do_delete, _("%(count)s documents lie in the trash."))

    @admin.action(description=gettext_lazy("Bring the chosen documents back"))
    def restore_documents(self, request: HttpRequest, queryset: QuerySet[Document]) -> None:
        """Many at once."""
        self.each(request, queryset, self.do_restore, _("%(count)s documents are back."))
