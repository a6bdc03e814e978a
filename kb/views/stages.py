"""The stage line: what Maru is doing, as laid planks for the eye and as a sentence for the ear."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kb.chat.events import StageName

_STEPS = (StageName.SEARCHING, StageName.READING, StageName.WRITING, StageName.CHECKING)


def stage_line(stage: str, detail: dict[str, Any]) -> str:
    """The line as HTML. An unknown or empty stage is the first one."""
    now = StageName(stage) if stage in set(StageName) else StageName.ROUTING
    place = _STEPS.index(now) if now in _STEPS else 0
    names = (_("Search"), _("Read"), _("Write"), _("Check the sources"))
    steps = [
        {"name": name, "state": "done" if at < place else "now" if at == place else ""} for at, name in enumerate(names)
    ]
    return render_to_string(
        "ask/_stages.html", {"steps": steps, "stage": now, "sentence": sentence(now, detail)}
    ).strip()


def sentence(stage: StageName, detail: dict[str, Any]) -> str:
    """The stage in words."""
    if stage == StageName.READING:
        passages = int(detail.get("passages") or 0)
        return ngettext("Reading one passage", "Reading %(n)s passages", passages) % {"n": passages}
    if stage == StageName.WRITING:
        return _("Writing the answer")
    if stage == StageName.CHECKING:
        return _("Looking for the source of every sentence")
    collections = int(detail.get("collections") or 0)
    if collections:
        return ngettext("Searching one collection", "Searching %(n)s collections", collections) % {"n": collections}
    return _("Searching all that you may read")
