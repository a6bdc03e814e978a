"""Counting terms again: by a job, when enough has changed. Never in the write path, where it would deadlock."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from kb.jobs.claim import Held, add
from kb.jobs.queue import kick
from kb.models import IndexEntry, IndexVersion, Job
from kb.models.index import IndexState
from kb.models.jobs import JobKind
from kb.retrieval.calibration import calibrate
from kb.retrieval.encoder.connection import encoder
from kb.retrieval.index import refresh_terms
from kb.retrieval.profiles import profile_named

CHANGED = 0.1  # share of chunks that came or went since the last count
SOON = timedelta(seconds=20)  # at least this long between two counts
DAILY = timedelta(days=1)


def refresh(held: Held) -> None:
    """The job: count the terms of every index version that is filled, and measure anew where "not found" begins."""
    for version in IndexVersion.objects.exclude(state=IndexState.RETIRED):
        held.beat()
        with held.step("counted"):
            refresh_terms(version)
        calibrate(version, encoder())
    held.finish()


def refresh_when_due() -> bool:
    """Add the job when the counts are a day old, or a tenth of the chunks changed; returns whether it did."""
    if Job.objects.open().filter(kind=JobKind.REFRESH_TERMS).exists():
        return False
    if not any(_is_due(version) for version in IndexVersion.objects.exclude(state=IndexState.RETIRED)):
        return False
    with transaction.atomic():
        kick(add(JobKind.REFRESH_TERMS).pk)
    return True


def _is_due(version: IndexVersion) -> bool:
    chunks = IndexEntry.objects.filter(version=version.number, valid__isempty=False).count()
    changed = abs(chunks - version.chunk_count)
    if version.refreshed_at is None:
        return chunks > 0
    if version.calibration and not profile_named(version.profile).calibrated_by(version.calibration):
        return True  # an update of Maru changed the profile
    age = timezone.now() - version.refreshed_at
    return (age > SOON and changed > CHANGED * max(version.chunk_count, 1)) or (age > DAILY and changed > 0)
