"""A small rule, its upload, and a worker's step, for tests of the way from bytes to the index."""

from __future__ import annotations

import time
from datetime import timedelta

from django.utils import timezone

from accounts.access import as_user
from kb.ingestion.intake import Taken, Wishes, take_in
from kb.ingestion.pipeline import Task
from kb.jobs.claim import claim
from kb.jobs.queue import run
from kb.models import Job, Revision
from kb.models.jobs import JobState
from tests.cast import Cast
from tests.database import as_worker

RULES = """# 취업규칙

## 제15조(연차의 이월)

연차 휴가는 10일까지 다음 해로 이월할 수 있다. 다만 이월한 연차는 6월 30일까지 사용한다. 이월을 바라는 직원은 12월 10일까지
전자결재로 신청하고 부서장이 승인한다. 승인한 날수는 인사 시스템에서 직원마다 볼 수 있으며 인사팀이 다음 해 1월에 알린다. 이월하지
아니한 연차는 수당으로 지급하고 그 계산은 급여 규정에 따른다. 퇴직하는 직원의 남은 연차는 퇴직하는 달의 급여와 함께 지급한다.

## 제16조(병가)

병가는 연간 30일까지 쓸 수 있다. 나흘을 넘는 병가에는 의사의 진단서를 낸다. 진단서는 쉬기 시작한 날부터 이레 안에 인사팀으로 보낸다.
병가 가운데 처음 열흘은 급여를 그대로 지급하고 나머지는 절반을 지급한다. 업무로 다친 때에는 산업재해 절차를 따르며 병가로 세지 아니한다.
경조사로 쉬는 날은 아래 표에 따르고 사유가 생긴 날부터 한 달 안에 쓴다. 나누어 쓰지 못한다.

| 구분 | 일수 |
|---|---|
| 본인 결혼 | 5일 |
| 자녀 결혼 | 1일 |
"""


def upload(cast: Cast, content: str | bytes = RULES, name: str = "취업규칙.md", **wishes) -> Taken:
    data = content.encode() if isinstance(content, str) else content
    with as_user(cast.hana):
        return take_in(cast.hana, cast.rules, name, [data], Wishes(**wishes))


def do(job: Job) -> Job:
    with as_worker():
        run(job.pk)
        job.refresh_from_db()
    return job


def expire(job: Job) -> None:
    Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(lease_until=timezone.now() - timedelta(1))


def task_of(taken: Taken, seconds: float = 60.0) -> Task:
    """The job claimed, as its stages get it; `seconds` is how long the task may still take. Only in `as_worker`."""
    held = claim(taken.job.pk)
    assert held is not None
    revision = Revision.objects.select_related("document__collection").get(pk=taken.revision.pk)
    return Task(held, revision, time.monotonic() + seconds)
