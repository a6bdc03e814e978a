"""Index versions: what answers, how many passages were counted, and counting again."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from kb.admin.base import Button, ConsoleAdmin, worded
from kb.admin.site import person_of
from kb.jobs.again import count_terms
from kb.models import IndexVersion


@admin.register(IndexVersion)
class IndexVersionAdmin(ConsoleAdmin):
    """Index versions. A further one is built beside the live one, never in its place."""

    read_only = True
    list_display = ["number", "embedder", "standing", "chunk_count", "refreshed_at", "words_each"]
    fields = [
        "number", "embedder", "dimensions", "profile", "standing_now", "chunk_count", "words_each", "refreshed_at",
        "calibration", "made_at",
    ]  # fmt: skip
    readonly_fields = fields
    made_at = worded("created_at", gettext_lazy("made on"))

    @display(description=gettext_lazy("state"), label={"live": "success", "building": "info", "retired": "warning"})
    def standing(self, row: IndexVersion) -> tuple[str, str]:
        """Which one answers."""
        return str(row.state), str(row.get_state_display())

    @admin.display(description=gettext_lazy("mean terms of a chunk"))
    def words_each(self, row: IndexVersion) -> str:
        """One decimal place says enough."""
        return f"{row.average_length:.1f}"

    @admin.display(description=gettext_lazy("state"))
    def standing_now(self, row: Any) -> str:
        """On the row's own page, where no labels are drawn."""
        return self.standing(row)[1]

    def buttons(self, request: HttpRequest, row: IndexVersion) -> list[Button]:
        """Counting again."""
        return [Button("refresh", _("Count terms again"))]

    def do_refresh(self, request: HttpRequest, row: IndexVersion) -> str:
        """By a job: it would be in the way of writing otherwise."""
        job = count_terms(actor=person_of(request))
        return _("Job %(job)s counts the terms of every index version again.") % {"job": job.pk}
