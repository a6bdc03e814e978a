"""Which function does which kind of job."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.module_loading import import_string

from kb.jobs.claim import Held
from kb.models import Job
from kb.models.jobs import JobKind

_WORKERS = {
    JobKind.INGEST: "kb.ingestion.pipeline.ingest",
    JobKind.REFRESH_TERMS: "kb.retrieval.refresh.refresh",
}


def worker_for(job: Job) -> Callable[[Held], None]:
    """The function that does this job."""
    return import_string(_WORKERS[JobKind(job.kind)])
