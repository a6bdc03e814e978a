"""Jobs: how the reading of a file goes, cancelling it, trying it again."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from kb.api import finding
from kb.api.base import MaruView
from kb.api.bodies import JobBody
from kb.api.fields import PageQuery
from kb.api.paging import listed, page_of
from kb.api.schema import listing, problems
from kb.jobs import again
from kb.jobs.figures import places
from kb.models.jobs import JobState

TAG = ["jobs"]


class JobQuery(PageQuery):
    """Which jobs."""

    state = serializers.ChoiceField(JobState.choices, required=False)
    document = serializers.IntegerField(min_value=1, required=False, help_text="About this document.")


class Jobs(MaruView):
    """The jobs that you started, and those of the collections that you manage."""

    @extend_schema(
        operation_id="list_jobs",
        tags=TAG,
        summary="List jobs",
        parameters=[JobQuery],
        responses=listing("JobList", JobBody),
    )
    def get(self, request: Request) -> Response:
        """The latest first."""
        asked = JobQuery.of(request)
        rows = finding.jobs(self.person)
        if "state" in asked:
            rows = rows.filter(state=asked["state"])
        if "document" in asked:
            rows = rows.filter(revision__document=finding.document(self.person, asked["document"]))
        page = page_of(request, rows, "-id", asked["limit"], asked["cursor"])
        known = places([job.pk for job in page.rows if job.state == JobState.QUEUED])
        return Response(listed(page, lambda row: JobBody(row, context={"places": known}).data))


class OneJob(MaruView):
    """One job."""

    def find(self, user: User, **ids: Any) -> None:
        """By its id."""
        self.job = finding.job(user, ids["pk"])

    @extend_schema(operation_id="get_job", tags=TAG, summary="How a job goes", responses=JobBody)
    def get(self, request: Request, pk: int) -> Response:
        """Ask again every second or so until `state` is done, failed or cancelled."""
        return Response(JobBody(self.job).data)


class CancelJob(MaruView):
    """Stopping a job."""

    def find(self, user: User, **ids: Any) -> None:
        """One of a collection that one manages."""
        self.job = finding.job(user, ids["pk"], to_change=True)

    @extend_schema(
        operation_id="cancel_job",
        tags=TAG,
        summary="Cancel a job",
        request=None,
        responses={200: JobBody, **problems(status_409="It is at its end already: `job_ended`.")},
    )
    def post(self, request: Request, pk: int) -> Response:
        """One that waits stops at once, one at work within seconds."""
        again.cancel(self.job, actor=self.person)
        return Response(JobBody(finding.job(self.person, pk)).data)


class RetryJob(MaruView):
    """Trying a job again."""

    def find(self, user: User, **ids: Any) -> None:
        """One of a collection that one manages."""
        self.job = finding.job(user, ids["pk"], to_change=True)

    @extend_schema(
        operation_id="retry_job",
        tags=TAG,
        summary="Try a job again",
        request=None,
        responses={
            202: JobBody,
            **problems(status_409="It has neither failed nor been cancelled: `job_not_ended`."),
        },
    )
    def post(self, request: Request, pk: int) -> Response:
        """It goes on from its last good stage."""
        again.begin_again(self.job, actor=self.person)
        body = JobBody(finding.job(self.person, pk)).data
        return Response(body, 202, headers={"Location": body["url"]})
