"""What a person is told when they are not looking: the bell in the portal, and mail where SMTP is set."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User


class Kind(models.TextChoices):
    """What happened. The sentence is made from it in the reader's language (accounts/notices.py)."""

    DOCUMENT_READY = "document_ready", _("A document can be asked about")
    DOCUMENT_FAILED = "document_failed", _("A document could not be read")
    DOCUMENT_REVIEW = "document_review", _("A document is due for review")
    FEEDBACK_ANSWERED = "feedback_answered", _("Your feedback was answered")
    SIGNED_OUT = "signed_out", _("A session was ended")


class Notification(models.Model):
    """One notice to one person. `params` fills the sentence of its kind."""

    user = models.ForeignKey(User, models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=24, choices=Kind.choices)
    params = models.JSONField(default=dict)
    url = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-id"]
        indexes = [models.Index(fields=["user", "read_at"], name="notification_unread")]

    def __str__(self) -> str:
        return f"{self.user}: {self.kind}"
