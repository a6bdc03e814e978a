"""Question sets: what Maru is measured with. A question shows only to who may read what it is about."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from unfold.admin import TabularInline

from kb.admin.base import ConsoleAdmin
from kb.models import GoldenQuestion, QuestionSet


class Questions(TabularInline):
    """The questions that this admin may read."""

    model = GoldenQuestion
    fields = ["key", "kind", "language", "text", "asked_as", "sources"]
    readonly_fields = fields
    extra = 0
    can_delete = False
    ordering = ["key"]
    per_page = 50
    verbose_name_plural = gettext_lazy("golden questions")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """They come from files."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """They come from files."""
        return False


@admin.register(QuestionSet)
class QuestionSetAdmin(ConsoleAdmin):
    """Sets of golden questions."""

    read_only = True
    list_display = ["name", "slug"]
    search_fields = ["name", "slug"]
    fields = ["name", "slug"]
    readonly_fields = fields
    inlines = [Questions]
