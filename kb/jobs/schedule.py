"""The sweep's schedule: a minute apart from the queue itself; `up` sweeps more often (MARU_SWEEP_SECONDS)."""

from __future__ import annotations

from django_q.models import Schedule

SWEEP = "kb.jobs.queue.sweep"


def ensure_schedule() -> None:
    """Make sure that forgotten jobs are looked for also where no `up` runs."""
    Schedule.objects.get_or_create(
        name="sweep", defaults={"func": SWEEP, "schedule_type": Schedule.MINUTES, "minutes": 1}
    )
