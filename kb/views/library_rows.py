"""What a document's row says: its state in a word, why, how far, how long yet, and the one thing to do. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kb.ingestion.reasons import TO_LOOK_AT, WayOn, explain, warning_sentence
from kb.models import Document, Job, Revision
from kb.models.documents import RevisionState
from kb.models.jobs import JobState
from kb.views.standing import called

STAGES = ("upload", "load", "ocr", "split", "embed", "store")
_MEASURED = ("ocr", "embed")  # stages long enough that their own speed tells how long they take yet
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a document: its newest revision and the last job on it, the one in force, and the queue's word."""

    document: Document
    newest: Revision | None
    current: Revision | None
    job: Job | None
    place: int | None = None
    each_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class State:
    """A state as it is shown. `shape` is the pill's data-state, `planks` those of the stages while it is unfinished."""

    shape: str
    word: str
    says: str = ""
    todo: str = ""
    way_on: str = ""
    planks: tuple[str, ...] = ()
    unfinished: bool = False
    can_cancel: bool = False


def state_of(facts: Facts, today: date, now: datetime) -> State:
    """The state of a document."""
    newest, job = facts.newest, facts.job
    if facts.document.deleted_at is not None:
        return State("past", _("In the trash"), _("Neither found nor answered from."))
    if newest is None:
        return State("waiting", _("Empty"))
    if newest.state == RevisionState.READY:
        return _ready(facts, newest, today)
    if job is not None and job.state in (JobState.QUEUED, JobState.RUNNING):
        return _waiting(facts, job) if job.state == JobState.QUEUED else _working(facts, job, now)
    return _ended(facts, newest, job)


def _ready(facts: Facts, newest: Revision, today: date) -> State:
    begins = newest.valid.lower if newest.valid and not newest.valid.isempty else None
    if facts.current is None and begins is not None and begins > today:
        return State("waiting", _("Not in force yet"), _("It counts from %(day)s on.") % {"day": iso(begins)})
    if facts.current is None:
        return State("past", _("Out of date"), _("Not used for finding and answering."))
    look = [each for each in facts.current.warnings if each.get("code") in TO_LOOK_AT]
    if look:
        return State("caution", _("Something to look at"), warning_sentence(look[0]["code"], look[0].get("params")))
    if facts.document.review_on is not None and facts.document.review_on <= today:
        return State("caution", _("Something to look at"), _("It is time to look at it again."))
    says = ngettext("%(count)s passage", "%(count)s passages", facts.current.chunk_count) % {
        "count": f"{facts.current.chunk_count:,}"
    }
    if facts.current.pk != newest.pk and begins is not None:
        says = capfirst(_("%(revision)s counts from %(day)s on.") % {"revision": called(newest), "day": iso(begins)})
    return State("ready", _("Can be found"), says)


def _waiting(facts: Facts, job: Job) -> State:
    planks = _planks(job, "")
    if job.cancel_requested:
        return State("waiting", _("Stopping"), planks=planks, unfinished=True)
    if job.reason:
        why = explain(job.reason, job.reason_params)
        return State("waiting", _("Waiting"), f"{why.text} {why.todo}", "", WayOn.WAIT, planks, True, True)
    return State("waiting", _("Waiting"), _queue(facts), planks=planks, unfinished=True, can_cancel=True)


def _queue(facts: Facts) -> str:
    """The place in the queue and, where earlier jobs tell, when it begins."""
    if facts.place is None:
        return ""
    ahead = facts.place - 1
    if ahead <= 0:
        return _("It is next.")
    before = ngettext("%(count)s file before it", "%(count)s files before it", ahead) % {"count": ahead}
    if facts.each_seconds is None:
        return before
    return f"{before} · " + _("begins in about %(time)s") % {"time": lasting(ahead * facts.each_seconds)}


def _working(facts: Facts, job: Job, now: datetime) -> State:
    words = {
        "load": _("Being read"),
        "ocr": _("Letters being recognised"),
        "split": _("Being split"),
        "embed": _("Being made findable"),
        "store": _("Being stored"),
    }
    says = (
        _("Stopping") if job.cancel_requested else " · ".join(part for part in (_figures(job), _left(job, now)) if part)
    )
    if job.lease_until is not None and job.lease_until < now:
        says = _("No sign of life from its worker. Maru takes it over by itself.")
    return State(
        "working",
        words.get(job.stage, _("Begun")),
        says,
        planks=_planks(job, "now"),
        unfinished=True,
        can_cancel=not job.cancel_requested,
    )


def _figures(job: Job) -> str:
    """How far the stage is, in what it counts; percent where it says no more."""
    detail = job.detail or {}
    if "page" in detail and detail.get("pages"):
        return _("page %(page)s of %(pages)s") % {"page": detail["page"], "pages": detail["pages"]}
    if "embedded" in detail and detail.get("chunks"):
        return _("%(done)s of %(all)s passages") % {"done": detail["embedded"], "all": detail["chunks"]}
    return f"{round(job.percent)} %" if 0 < job.percent < 100 else ""


def _left(job: Job, now: datetime) -> str:
    """How long the stage takes yet at its own speed up to its last sign of life; nothing while that would be a guess."""
    if job.stage not in _MEASURED or job.stage_at is None or not 5 <= job.percent < 100:
        return ""
    last = min(job.heartbeat_at or now, now)
    gone = (last - job.stage_at).total_seconds()
    if gone < 2:
        return ""
    left = max(0.0, gone * (100 - job.percent) / job.percent - (now - last).total_seconds())
    if left < 600:
        return _("about %(time)s left") % {"time": lasting(left)}
    return _("done at about %(time)s") % {"time": date_format(localtime(now + timedelta(seconds=left)), "TIME_FORMAT")}


def lasting(seconds: float) -> str:
    """A length of time as people say it: 20 seconds, 3 minutes, 2 hours."""
    if seconds < 50:
        count = max(10, math.ceil(seconds / 10) * 10)
        return ngettext("%(count)s second", "%(count)s seconds", count) % {"count": count}
    if seconds < 50 * 60:
        count = max(1, round(seconds / 60))
        return ngettext("%(count)s minute", "%(count)s minutes", count) % {"count": count}
    count = max(1, round(seconds / 3600))
    return ngettext("%(count)s hour", "%(count)s hours", count) % {"count": count}


def _ended(facts: Facts, newest: Revision, job: Job | None) -> State:
    """Neither ready nor at work: it failed, was cancelled, or nothing was ever begun."""
    code, params = newest.reason, newest.reason_params
    if not code and job is not None:
        code, params = job.reason, job.reason_params
    why = explain(code or "unexpected", params)
    stays = ""
    if facts.current is not None and facts.current.pk != newest.pk:
        stays = " " + capfirst(_("%(revision)s stays in force.") % {"revision": called(facts.current)})
    way_on = why.way_on if job is not None or why.way_on != WayOn.RETRY else WayOn.REPLACE
    if way_on == WayOn.WAIT:
        way_on = WayOn.RETRY
    if code == "cancelled":
        return State("past", _("Cancelled"), why.text + stays, why.todo, way_on)
    planks = _planks(job, "failed") if job is not None else ()
    return State("failed", _("Not read"), why.text + stays, why.todo, way_on, planks)


def _planks(job: Job, at: str) -> tuple[str, ...]:
    """A plank a stage: laid, being laid or broken, and still to come."""
    here = STAGES.index(job.stage) if job.stage in STAGES else 0
    if here == 0:
        return ("done", at, "", "", "", "") if at == "failed" else ("done", *[""] * (len(STAGES) - 1))
    return tuple("done" if place < here else at if place == here else "" for place in range(len(STAGES)))


def days_of(revision: Revision | None, today: date) -> str:
    """The days on which a revision counts: 2026-12-01부터, 2026-06-30까지, both, or always."""
    if revision is None:
        return ""
    begin, end = revision.effective_from, revision.effective_to
    if revision.valid and not revision.valid.isempty:
        begin, end = revision.valid.lower, revision.valid.upper
    return days_between(begin, end)


def days_between(begin: date | None, end: date | None) -> str:
    """A range in words; `end` is the first day on which it counts no more."""
    if begin and end:
        return _("%(begin)s to %(end)s") % {"begin": iso(begin), "end": iso(end - ONE_DAY)}
    if begin:
        return _("from %(begin)s") % {"begin": iso(begin)}
    if end:
        return _("until %(end)s") % {"end": iso(end - ONE_DAY)}
    return _("always")


def iso(day: date) -> str:
    """2026-12-01, in every language."""
    return day.isoformat()


def spoken(before: Sequence[int], facts: Sequence[Facts]) -> str:
    """For a screen reader: which of the documents that were unfinished have come to an end."""
    ended = [each.document.title for each in facts if each.document.pk in before and _is_at_end(each)]
    return " ".join(_("%(title)s is done.") % {"title": title} for title in ended[:5])


def _is_at_end(facts: Facts) -> bool:
    return facts.job is None or facts.job.state not in (JobState.QUEUED, JobState.RUNNING)
