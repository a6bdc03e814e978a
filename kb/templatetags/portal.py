"""What templates of the portal need: icons, dates as people write them, the language of a text, page numbers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.core.paginator import Paginator
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kb.retrieval.question import language_of

register = template.Library()


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """An icon of static/icons.svg, hidden from screen readers: the word beside it or its button's label speaks."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        " icon-s" if size == "s" else "",
        static("icons.svg"),
        name,
    )


@register.simple_tag
def lang_of(text: str) -> SafeString:
    """` lang="en"` for a text in another language than the page's, nothing for one in the same."""
    language = language_of(str(text)) if str(text).strip() else get_language()
    return format_html(' lang="{}"', language) if language != get_language() else mark_safe("")


@register.filter
def day(value: date | datetime | None) -> str:
    """A day in a table: 2026-12-01."""
    return date_format(_local(value), "SHORT_DATE_FORMAT") if value else ""


@register.filter
def day_in_words(value: date | datetime | None) -> str:
    """A day in a sentence: 12월 1일 in this year, with its year in another one."""
    if not value:
        return ""
    local = _local(value)
    return date_format(local, "MONTH_DAY_FORMAT" if local.year == timezone.localdate().year else "DATE_FORMAT")


@register.filter
def moment(value: datetime | None) -> str:
    """When something happened, near days by name: 오늘 09:12, 어제 18:40, 11월 3일 09:12."""
    if not value:
        return ""
    local = timezone.localtime(value)
    clock = date_format(local, "TIME_FORMAT")
    away = timezone.localdate() - local.date()
    if away == timedelta(0):
        return _("today %(time)s") % {"time": clock}
    if away == timedelta(days=1):
        return _("yesterday %(time)s") % {"time": clock}
    return f"{day_in_words(local.date())} {clock}"


@register.filter
def iso(value: date | datetime | None) -> str:
    """For the datetime attribute of <time>."""
    return _local(value).isoformat() if value else ""


@register.filter
def elided(paginator: Paginator, number: int) -> Iterable[int | str]:
    """The page numbers to show around `number`."""
    return paginator.get_elided_page_range(number, on_each_side=1, on_ends=1)


@register.filter
def of_dict(mapping: dict[Any, Any], key: Any) -> Any:
    """mapping[key], or None."""
    return mapping.get(key)


def _local(value: date | datetime) -> date | datetime:
    return timezone.localtime(value) if isinstance(value, datetime) else value


@register.simple_tag
def stage_line(answer: Any) -> SafeString:
    """How far an answer is, as planks and as a sentence."""
    from kb.views.stages import stage_line as line

    return mark_safe(line(answer.stage, answer.stage_detail))  # noqa: S308 - rendered by a template
