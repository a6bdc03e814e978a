"""How often somebody tried to sign in in vain: what the lock-out counts."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User


class SignInAttempts(models.Model):
    """Failed sign-ins of one name or one address since `since`. Changed by accounts/signin.py alone, in single statements.

    `key` is `person:ID`, `name:DIGEST` for a name that nobody has (so that unknown names lock like known ones, and what
    was typed is kept nowhere), or `address:IP`.
    """

    key = models.CharField(max_length=80, unique=True)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+", verbose_name=_("person"))
    failures = models.PositiveIntegerField(_("failed sign-ins"), default=0)
    since = models.DateTimeField(_("since"))
    locked_until = models.DateTimeField(_("locked until"), null=True)

    class Meta:
        verbose_name = _("failed sign-ins")
        verbose_name_plural = _("failed sign-ins")
        ordering = ["-locked_until"]

    def __str__(self) -> str:
        return str(self.user) if self.user else self.key
