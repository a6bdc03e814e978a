"""Jobs: how old they are, whether their worker lives, why they failed, and trying them again."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display
from unfold.views import ChangeList

from kb.admin.base import Button, ConsoleAdmin, worded
from kb.admin.site import person_of
from kb.ingestion.reasons import explain
from kb.jobs import again
from kb.jobs.figures import places
from kb.models import Job
from kb.models.jobs import JobState

LABELS = {"queued": "info", "running": "primary", "done": "success", "failed": "danger", "cancelled": "warning"}


class Queue(ChangeList):
    """The list, with the place of each waiting job, looked up once."""

    result_list: list[Any]

    def get_results(self, request: HttpRequest) -> None:
        """Waiting jobs get their place."""
        super().get_results(request)
        rows: list[Any] = list(self.result_list)
        known = places([row.pk for row in rows if row.state == JobState.QUEUED])
        for row in rows:
            row.place = known.get(row.pk)
        self.result_list = rows


@admin.register(Job)
class JobAdmin(ConsoleAdmin):
    """Jobs of all departments, and the house's own. The row is the truth; the queue only carries kicks to it."""

    read_only = True
    list_display = ["id", "kind", "about", "standing", "progress", "age", "heartbeat", "attempts", "why"]
    list_filter = ["state", "kind", "collection"]
    list_select_related = ["collection", "revision__document"]
    search_fields = ["revision__document__title"]
    ordering = ["-id"]
    actions = ["retry_jobs", "cancel_jobs"]
    fields = [
        "kind", "kept_in", "about", "standing_now", "progress", "place_now", "why", "todo", "attempts", "worker", "asked_by",
        "created_at", "started_at", "heartbeat_at", "leased_until", "finished_at", "safe_stage", "is_to_stop",
    ]  # fmt: skip
    readonly_fields = fields
    kept_in = worded("collection", gettext_lazy("collection"))
    asked_by = worded("created_by", gettext_lazy("asked for by"))
    leased_until = worded("lease_until", gettext_lazy("taken for dead after"))
    safe_stage = worded("checkpoint", gettext_lazy("last good stage"))
    is_to_stop = worded("cancel_requested", gettext_lazy("is to stop"), boolean=True)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """With places."""
        return Queue

    @admin.display(description=gettext_lazy("about"))
    def about(self, row: Job) -> str:
        """The document's title; managing shows it."""
        return row.revision.document.title if row.revision is not None else _("the index")

    @display(description=gettext_lazy("state"), label=LABELS)
    def standing(self, row: Any) -> tuple[str, str]:
        """The state; a waiting job with its place, and one whose worker fell silent as such."""
        if row.state == JobState.QUEUED and getattr(row, "place", None):
            return str(row.state), _("Waiting, place %(place)s") % {"place": row.place}
        if row.state == JobState.RUNNING and row.lease_until and row.lease_until < timezone.now():
            return "failed", _("Its worker is silent")
        return str(row.state), str(row.get_state_display())

    @admin.display(description=gettext_lazy("progress"))
    def progress(self, row: Job) -> str:
        """Stage and percent."""
        return f"{row.stage} {row.percent:.0f} %" if row.state == JobState.RUNNING else ""

    @admin.display(description=gettext_lazy("age"))
    def age(self, row: Job) -> str:
        """Since it was asked for."""
        return timesince(row.created_at, depth=1)

    @admin.display(description=gettext_lazy("last sign of life"))
    def heartbeat(self, row: Job) -> str:
        """While it is at work."""
        if row.state != JobState.RUNNING or row.heartbeat_at is None:
            return ""
        return _("%(seconds)s s ago") % {"seconds": int((timezone.now() - row.heartbeat_at).total_seconds())}

    @admin.display(description=gettext_lazy("reason"))
    def why(self, row: Job) -> str:
        """In words."""
        return explain(row.reason, row.reason_params).text if row.reason else ""

    @admin.display(description=gettext_lazy("what to do"))
    def todo(self, row: Job) -> str:
        """The one thing."""
        return explain(row.reason, row.reason_params).todo if row.reason else ""

    @admin.display(description=gettext_lazy("place in the queue"))
    def place_now(self, row: Job) -> str:
        """1 is next."""
        return str(places([row.pk]).get(row.pk, ""))

    @admin.display(description=gettext_lazy("state"))
    def standing_now(self, row: Any) -> str:
        """On the row's own page, where no labels are drawn."""
        return self.standing(row)[1]

    def buttons(self, request: HttpRequest, row: Job) -> list[Button]:
        """What its state allows."""
        if row.state in (JobState.FAILED, JobState.CANCELLED):
            return [Button("retry", _("Try again"))]
        if row.state in (JobState.QUEUED, JobState.RUNNING):
            return [Button("cancel", _("Cancel"), danger=True)]
        return []

    def do_retry(self, request: HttpRequest, row: Job) -> str:
        """From its last good stage."""
        again.begin_again(row, actor=person_of(request))
        return _("Job %(job)s goes on from its last good stage.") % {"job": row.pk}

    def do_cancel(self, request: HttpRequest, row: Job) -> str:
        """At once, or at its next sign of life."""
        again.cancel(row, actor=person_of(request))
        return _("Job %(job)s stops.") % {"job": row.pk}

    @admin.action(description=gettext_lazy("Try the chosen jobs again"), permissions=["view"])
    def retry_jobs(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        """Many at once."""
        self.each(request, queryset, self.do_retry, _("%(count)s jobs go on."))

    @admin.action(description=gettext_lazy("Cancel the chosen jobs"), permissions=["view"])
    def cancel_jobs(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        """Many at once."""
        self.each(request, queryset, self.do_cancel, _("%(count)s jobs stop."))
