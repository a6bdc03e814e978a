"""Jobs: the truth about work in the background. django-q2 only carries kicks to it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import access_of
from accounts.models import User
from kb.models.collections import Collection
from kb.models.documents import Revision


class JobKind(models.TextChoices):
    """What is to be done."""

    INGEST = "ingest", _("Read a file")
    REFRESH_TERMS = "refresh_terms", _("Count terms again")


class JobState(models.TextChoices):
    """Where a job stands."""

    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("At work")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class JobQuerySet(models.QuerySet["Job"]):
    """Which jobs."""

    def visible_to(self, user: User) -> JobQuerySet:
        """Jobs of collections that this person manages, and those that they started; an admin sees the house's own too."""
        access = access_of(user)
        house = Q(collection=None) if access.admin else Q(pk=None)
        return self.filter(Q(collection__department_id__in=access.departments) | Q(created_by=user) | house)

    def managed_by(self, user: User) -> JobQuerySet:
        """Jobs that this person may cancel and retry: of collections that they manage; an admin the house's own too."""
        access = access_of(user)
        house = Q(collection=None) if access.admin else Q(pk=None)
        return self.filter(Q(collection__department_id__in=access.departments) | house)

    def open(self) -> JobQuerySet:
        """Jobs that are not at an end."""
        return self.filter(state__in=[JobState.QUEUED, JobState.RUNNING])

    def claimable(self) -> JobQuerySet:
        """Waiting jobs whose time has come, and running ones whose worker let the lease run out."""
        now = timezone.now()
        return self.filter(
            Q(state=JobState.QUEUED, run_after__lte=now) | Q(state=JobState.RUNNING, lease_until__lt=now)
        )


class Job(models.Model):
    """A piece of work. Its state changes in kb/ingestion/jobs.py alone, by conditional updates.

    `token` is the fencing token: it rises at each claim, and every write of a worker is conditional on it, so that a
    worker that slept past its lease writes nothing. Jobs with more `priority` come first: what a person waits for, before
    what was loaded in the background. `checkpoint` names the last stage that is safe.
    """

    kind = models.CharField(_("kind"), max_length=16, choices=JobKind.choices)
    state = models.CharField(_("state"), max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    collection = models.ForeignKey(Collection, models.CASCADE, null=True, related_name="jobs")
    revision = models.ForeignKey(Revision, models.CASCADE, null=True, related_name="jobs")
    stage = models.CharField(_("stage"), max_length=16, blank=True)
    stage_at = models.DateTimeField(null=True)
    percent = models.FloatField(_("percent"), default=0)
    detail = models.JSONField(default=dict)
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    reason_params = models.JSONField(default=dict)
    checkpoint = models.CharField(max_length=16, blank=True)
    token = models.PositiveBigIntegerField(default=0)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    lease_until = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(_("last sign of life"), null=True)
    run_after = models.DateTimeField(default=timezone.now)
    priority = models.SmallIntegerField(default=0)
    cancel_requested = models.BooleanField(default=False)
    worker = models.CharField(_("worker"), max_length=80, blank=True)
    created_at = models.DateTimeField(_("asked for"), auto_now_add=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    started_at = models.DateTimeField(_("started"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["state", "run_after"], name="job_by_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["revision"],
                condition=Q(state__in=["queued", "running"]),
                name="one_open_job_a_revision",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"
