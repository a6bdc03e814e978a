"""Every kind of job has somebody who does it."""

from __future__ import annotations

import pytest

from kb.jobs.kinds import worker_for
from kb.models import Job
from kb.models.jobs import JobKind


@pytest.mark.parametrize("kind", JobKind)
def test_every_kind_has_a_function(kind: JobKind):
    assert callable(worker_for(Job(kind=kind)))


def test_kinds_have_functions_of_their_own():
    assert len({worker_for(Job(kind=kind)) for kind in JobKind}) == len(JobKind)


def test_a_kind_that_there_is_not_is_an_error():
    with pytest.raises(ValueError, match="dance"):
        worker_for(Job(kind="dance"))
