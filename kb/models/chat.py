"""Conversations: questions, the answers with everything they stood on, their citations, and feedback."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Audience, User
from kb.models.documents import Chunk, Document, Revision


class Owned(models.QuerySet):
    """Rows that belong to the person who asked."""

    def visible_to(self, user: User) -> Owned:
        """This person's own rows; nobody else's, also for an admin."""
        return self.filter(owner_id=user.pk)


class Channel(models.TextChoices):
    """Through which door a question came. Only the portal's conversations are listed there."""

    PORTAL = "portal", _("Portal")
    API = "api", _("API")
    COMMAND = "command", _("Command line")


class Conversation(models.Model):
    """A thread of questions of one person."""

    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.PORTAL)
    owner = models.ForeignKey(User, models.CASCADE, related_name="conversations")
    title = models.CharField(_("title"), max_length=200, blank=True)
    pinned = models.BooleanField(_("pinned"), default=False)
    scope = models.JSONField(_("collections asked in"), default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True)

    objects = Owned.as_manager()

    class Meta:
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        ordering = ["-updated_at"]
        indexes = [models.Index(fields=["owner", "-updated_at"], name="conversation_by_owner")]

    def __str__(self) -> str:
        return self.title


class Question(models.Model):
    """What was asked. Editing asks again beside the old one: both have the same `previous`."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="questions")
    owner = models.ForeignKey(User, models.CASCADE, related_name="+")
    previous = models.ForeignKey("self", models.CASCADE, null=True, related_name="next")
    text = models.TextField()
    language = models.CharField(max_length=2, default="ko")
    scope = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = Owned.as_manager()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text[:80]


class AnswerState(models.TextChoices):
    """How far an answer is."""

    WAITING = "waiting", _("Waiting")
    WORKING = "working", _("At work")
    DONE = "done", _("Done")
    STOPPED = "stopped", _("Stopped")
    FAILED = "failed", _("Failed")


class Basis(models.TextChoices):
    """What an answer stands on."""

    SOURCED = "sourced", _("Sourced")
    MIXED = "mixed", _("Partly sourced")
    MODEL = "model", _("Model's own words")
    NOT_FOUND = "not_found", _("Not found")


class Answer(models.Model):
    """One version of an answer to a question, and everything that explains it a year later.

    `draft` is what has streamed so far, `event` counts its writes, `lease_until` says whether its producer lives.
    `trace` holds ids and figures: what was searched, the hits with their score parts, what fitted the prompt and what
    was dropped, token counts and times. `sentences` are dicts {start, end, verdict, citations, differences} over `text`.
    """

    question = models.ForeignKey(Question, models.CASCADE, related_name="answers")
    owner = models.ForeignKey(User, models.CASCADE, related_name="+")
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=8, choices=AnswerState.choices, default=AnswerState.WAITING)
    stage = models.CharField(max_length=16, blank=True)
    stage_detail = models.JSONField(default=dict)
    event = models.PositiveIntegerField(default=0)
    draft = models.TextField(blank=True)
    text = models.TextField(blank=True)
    sentences = models.JSONField(default=list)
    basis = models.CharField(max_length=10, choices=Basis.choices, blank=True)
    extractive = models.BooleanField(default=False)
    replaced = models.BooleanField(default=False)
    language = models.CharField(max_length=2, default="ko")
    model = models.CharField(max_length=200, blank=True)
    adapter = models.CharField(max_length=80, blank=True)
    prompt_version = models.CharField(max_length=40, blank=True)
    index_version = models.PositiveIntegerField(null=True)
    trace = models.JSONField(default=dict)
    citation_count = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=40, blank=True)
    error_params = models.JSONField(default=dict)
    ms_first_token = models.PositiveIntegerField(null=True)
    ms_total = models.PositiveIntegerField(null=True)
    lease_until = models.DateTimeField(null=True)
    reader_seen_at = models.DateTimeField(null=True)
    stop_requested = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    objects = Owned.as_manager()

    class Meta:
        ordering = ["question_id", "version"]
        constraints = [models.UniqueConstraint(fields=["question", "version"], name="answer_versions_differ")]
        indexes = [
            models.Index(fields=["lease_until"], condition=Q(state__in=["waiting", "working"]), name="answer_at_work")
        ]

    def __str__(self) -> str:
        return f"{self.question_id}.{self.version} {self.state}"

    @property
    def finished(self) -> bool:
        """Whether nothing more will come."""
        return self.state in (AnswerState.DONE, AnswerState.STOPPED, AnswerState.FAILED)


class Citation(models.Model):
    """A passage that an answer cites: `quote` is revision text[start:end] on `page`.

    `spans` are the marked ranges inside, as [start, end] of the revision's text.
    """

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="citations")
    owner = models.ForeignKey(User, models.CASCADE, related_name="+")
    audience = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    document = models.ForeignKey(Document, models.CASCADE, related_name="+")
    revision = models.ForeignKey(Revision, models.CASCADE, related_name="+")
    chunk = models.ForeignKey(Chunk, models.SET_NULL, null=True, related_name="+")
    page = models.PositiveIntegerField()
    path = models.CharField(max_length=500, blank=True)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    spans = models.JSONField(default=list)
    quote = models.TextField()

    objects = Owned.as_manager()

    class Meta:
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        ordering = ["answer_id", "number"]
        constraints = [models.UniqueConstraint(fields=["answer", "number"], name="citation_numbers_differ")]

    def __str__(self) -> str:
        return f"[{self.number}] {self.document_id}"


class FeedbackReason(models.TextChoices):
    """What is wrong with an answer."""

    WRONG = "wrong", _("Wrong")
    OUTDATED = "outdated", _("Outdated")
    MISSING = "missing", _("Something is missing")
    WRONG_SOURCE = "wrong_source", _("Wrong source")
    UNSAFE = "unsafe", _("Should not be said")


class Feedback(models.Model):
    """What the person who asked thinks of an answer."""

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="feedback")
    owner = models.ForeignKey(User, models.CASCADE, related_name="+")
    helpful = models.BooleanField(_("helpful"))
    reason = models.CharField(_("reason"), max_length=12, choices=FeedbackReason.choices, blank=True)
    comment = models.CharField(_("comment"), max_length=1000, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = Owned.as_manager()

    class Meta:
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        constraints = [models.UniqueConstraint(fields=["answer", "owner"], name="one_feedback_an_answer")]

    def __str__(self) -> str:
        return f"{self.answer_id} {'+' if self.helpful else '-'}"
