"""Links to choose a password: for people who were invited, and for those who forgot theirs."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User
from accounts.models.tokens import digest


class Purpose(models.TextChoices):
    """Why the link was made."""

    INVITE = "invite", _("Invitation")
    RESET = "reset", _("New password")


LIFETIMES = {Purpose.INVITE: timedelta(days=7), Purpose.RESET: timedelta(hours=24)}


class PasswordLinkQuerySet(models.QuerySet["PasswordLink"]):
    """Which links count."""

    def usable(self, now: datetime | None = None) -> PasswordLinkQuerySet:
        """Links that are unused and in time, of people who may sign in."""
        return self.filter(used_at=None, expires_at__gt=now or timezone.now(), user__is_active=True)

    def by_secret(self, secret: str) -> PasswordLinkQuerySet:
        """The link with this secret."""
        return self.filter(digest=digest(secret))


class PasswordLink(models.Model):
    """A link that lets one person choose a password once. The secret is shown once, at `issue`.

    A newer link of a person replaces the older ones.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="password_links", verbose_name=_("person"))
    purpose = models.CharField(_("purpose"), max_length=6, choices=Purpose.choices)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("made by"))
    expires_at = models.DateTimeField(_("expires"))
    used_at = models.DateTimeField(_("used"), null=True)

    objects = PasswordLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("password link")
        verbose_name_plural = _("password links")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(used_at=None), name="one_open_password_link_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_purpose_display()}"

    @classmethod
    def issue(cls, user: User, purpose: Purpose, *, actor: User | None) -> tuple[PasswordLink, str]:
        """Make a link; returns the row and the secret, which is kept nowhere. Older open links of the person end."""
        secret = secrets.token_urlsafe(32)
        with transaction.atomic():
            User.objects.select_for_update().get(pk=user.pk)
            cls.objects.filter(user=user, used_at=None).delete()
            link = cls.objects.create(
                user=user,
                purpose=purpose,
                digest=digest(secret),
                created_by=actor,
                expires_at=timezone.now() + LIFETIMES[purpose],
            )
        return link, secret
