"""The console's first page: how the parts are, what waits and what failed, each with the way to where it is mended."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import OuterRef, Subquery, Sum
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from accounts.access import as_user
from kb.admin.site import person_of
from kb.health import Part, PartState, look_now
from kb.jobs.figures import queue_figures
from kb.models import Document, IndexVersion, Revision
from kb.models.documents import RevisionState
from kb.models.index import IndexState

if TYPE_CHECKING:
    from kb.admin.site import ConsoleSite

LONG_WAIT = 600  # seconds that the first waiting job may have waited
DRIFT = 0.1  # share of passages by which the counted index may lag behind


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the overview. `state` is ok, look or bad; `href` leads to where it is mended."""

    name: str
    text: str
    state: str
    href: str = ""


def overview(site: ConsoleSite, request: HttpRequest) -> TemplateResponse:
    """The page. Other processes are asked before company rows are read."""
    house = look_now()
    with as_user(person_of(request)):
        context = {
            **site.each_context(request),
            "title": _("Overview"),
            "house": [_of_part(part) for part in house.parts],
            "work": [*_queue(), *_documents()],
            "index": list(_index()),
        }
        request.current_app = site.name
        response = TemplateResponse(request, "console/overview.html", context)
        response.render()
    return response


def parts(request: HttpRequest) -> HttpResponse:
    """Each part, how it is, and what to do when it is missing."""
    from django.contrib import admin

    house = look_now()
    with as_user(person_of(request)):
        context = {
            **admin.site.each_context(request),
            "title": _("Parts of Maru"),
            "parts": [(part, _of_part(part), remedy(part.name)) for part in house.parts],
            "ready": house.ready,
        }
        response = TemplateResponse(request, "console/parts.html", context)
        response.render()
    return response


def _of_part(part: Part) -> Item:
    states = {PartState.OK: "ok", PartState.OFF: "ok", PartState.DEGRADED: "look"}
    missing = "bad" if part.needed else "look"
    text = part.text
    if part.name == "disk":
        text = f"{text} {_('%(free)s are free.') % {'free': _free()}}"
    return Item(part_name(part.name), text, states.get(part.state, missing), f"{reverse('admin:parts')}#{part.name}")


def _free() -> str:
    return filesizeformat(shutil.disk_usage(settings.MARU.root).free)


def _queue() -> Iterator[Item]:
    figures = queue_figures()
    jobs = reverse("admin:kb_job_changelist")
    waiting = _("%(count)s jobs wait.") % {"count": figures.waiting}
    if figures.waiting:
        begun = timezone.now() - timedelta(seconds=figures.oldest_seconds)
        waiting += " " + _("The first has waited for %(time)s.") % {"time": timesince(begun, depth=1)}
    state = "bad" if figures.oldest_seconds > LONG_WAIT else "ok"
    yield Item(_("Queue"), waiting, state, f"{jobs}?state__exact=queued")
    working = _("%(count)s jobs are at work.") % {"count": figures.running}
    if figures.silent:
        working += " " + _("%(count)s have a silent worker and will be taken over.") % {"count": figures.silent}
    yield Item(_("At work"), working, "look" if figures.silent else "ok", f"{jobs}?state__exact=running")
    failed = _("%(count)s jobs failed in the last 24 hours.") % {"count": figures.failed}
    yield Item(_("Failed jobs"), failed, "bad" if figures.failed else "ok", f"{jobs}?state__exact=failed")


def _documents() -> Iterator[Item]:
    documents = reverse("admin:kb_document_changelist")
    newest = Revision.objects.filter(document=OuterRef("pk")).order_by("-number").values("state")[:1]
    unread = Document.objects.kept().alias(newest=Subquery(newest)).filter(newest=RevisionState.FAILED).count()
    text = _("%(count)s documents have a newest revision that could not be read.") % {"count": unread}
    yield Item(_("Unread files"), text, "look" if unread else "ok", f"{documents}?state=failed")
    due = Document.objects.kept().filter(review_on__lte=timezone.localdate()).count()
    text = _("%(count)s documents are due for review.") % {"count": due}
    yield Item(_("Reviews"), text, "look" if due else "ok", f"{documents}?review=due")


def _index() -> Iterator[Item]:
    live = IndexVersion.objects.filter(state=IndexState.LIVE).first()
    if live is None:
        yield Item(
            _("Index"),
            _("There is no index yet: nothing can be searched."),
            "bad",
            reverse("admin:kb_indexversion_changelist"),
        )
        return
    href = reverse("admin:kb_indexversion_change", args=[live.pk])
    held = Revision.objects.filter(valid__contains=timezone.localdate(), document__deleted_at=None)
    passages = held.aggregate(total=Sum("chunk_count"))["total"] or 0
    told = {"passages": f"{passages:,}", "counted": f"{live.chunk_count:,}", "embedder": live.embedder}
    text = _("%(passages)s passages are in force; terms were counted over %(counted)s. Embedder: %(embedder)s.") % told
    behind = abs(passages - live.chunk_count) > DRIFT * max(live.chunk_count, 1)
    yield Item(_("Index"), text, "look" if behind else "ok", href)


def part_name(name: str) -> str:
    """A part, for people."""
    names = {
        "database": _("Database"),
        "workers": _("Workers"),
        "encoder": _("Encoder"),
        "model_server": _("Model server"),
        "disk": _("Disk"),
    }
    return names[name]


def remedy(name: str) -> str:
    """What an admin does when a part is missing."""
    remedies = {
        "database": _("Maru starts it again by itself. If it stays away, logs/database.log in MARU_HOME says why."),
        "workers": _(
            "Maru replaces workers that fall silent. If none come, logs/workers.log in MARU_HOME says why. Jobs wait meanwhile"
            " and nothing is lost."
        ),
        "encoder": _(
            "Maru starts it again by itself; loading takes up to a minute. If it stays away, logs/encoder.log in MARU_HOME says"
            " why, and `manage.py doctor` what to do."
        ),
        "model_server": _(
            "The embedded one is started again by itself; logs/model-server.log in MARU_HOME says why it ends. One of your own"
            " is looked for where MARU_MODEL_SERVER points."
        ),
        "disk": _(
            "Free space on the disk of MARU_HOME. Uploads are taken again by themselves; questions were answered meanwhile."
        ),
    }
    return remedies[name]
