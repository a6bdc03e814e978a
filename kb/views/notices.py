"""The bell: what happened while one was not looking."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts.errors import NotThere
from accounts.models import Notification
from accounts.models.notifications import Kind
from accounts.notices import mark_read, sentence
from kb.ingestion.reasons import reason_sentence
from kb.views.pages import page, person_of, reading, verbs

EACH_PAGE = 30


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as it is shown."""

    row: Notification
    text: str
    detail: str
    tone: str


@verbs("GET")
@reading
def notices(request: HttpRequest) -> HttpResponse:
    """All of them, the latest first."""
    rows = Notification.objects.filter(user=person_of(request))
    shown = Paginator(rows, EACH_PAGE).get_page(request.GET.get("page"))
    unread = rows.filter(read_at=None).count()
    return page(
        request, "notifications", "me/notices.html", shown=shown, notices=[_shown(r) for r in shown], unread=unread
    )


def _shown(row: Notification) -> Notice:
    reason = str(row.params.get("reason", ""))
    failed = row.kind == Kind.DOCUMENT_FAILED
    detail = reason_sentence(reason, row.params.get("reason_params")) if failed and reason else ""
    return Notice(row, sentence(row), detail, "failed" if failed else "ready")


@verbs("GET")
@reading
def notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """What a notice leads to; opening it marks it as read."""
    row = Notification.objects.filter(user=person_of(request), pk=notice_id).first()
    if row is None:
        raise NotThere(_("There is no such notice."))
    mark_read(person_of(request), [row.pk])
    inside = bool(row.url) and url_has_allowed_host_and_scheme(row.url, allowed_hosts=None)
    return HttpResponseRedirect(row.url if inside else reverse("notifications"))


@verbs("POST")
@reading
def read(request: HttpRequest) -> HttpResponse:
    """Mark all as read, or those of `id`."""
    ids = [int(each) for each in request.POST.getlist("id") if each.isascii() and each.isdigit() and len(each) < 18]
    mark_read(person_of(request), ids or None)
    return redirect("notifications")
