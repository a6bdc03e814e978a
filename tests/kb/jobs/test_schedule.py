"""The sweep's schedule, where no `up` runs."""

from __future__ import annotations

from django.utils.module_loading import import_string
from django_q.models import Schedule

from kb.jobs import queue
from kb.jobs.schedule import SWEEP, ensure_schedule
from tests.cast import Cast


def test_it_is_there_once_however_often_one_starts(cast: Cast):
    for _ in range(3):
        ensure_schedule()
    row = Schedule.objects.get()
    assert (row.func, row.minutes, row.schedule_type) == (SWEEP, 1, Schedule.MINUTES)
    assert import_string(SWEEP) is queue.sweep


def test_an_admins_own_pace_is_kept(cast: Cast):
    ensure_schedule()
    Schedule.objects.update(minutes=5)
    ensure_schedule()
    assert Schedule.objects.get().minutes == 5
