"""API tokens: hashed, named, expiring, with their owner's access and no more."""

from __future__ import annotations

import hashlib
import math
import secrets
from datetime import datetime, timedelta

from django.db import connection, models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User

PREFIX = "maru_"


def digest(secret: str) -> str:
    """SHA-256 of a token's secret. The secret has 256 random bits, so that a fast hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


MINUTE = timedelta(minutes=1)
_COUNT = """
update accounts_apitoken set
    requests = case when minute > %(ago)s then requests + 1 else 1 end,
    minute = case when minute > %(ago)s then minute else %(now)s end
where digest = %(digest)s returning requests, minute
"""


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    """Which tokens count."""

    def usable(self, now: datetime | None = None) -> ApiTokenQuerySet:
        """Tokens that are neither revoked nor expired, of people who may sign in."""
        now = now or timezone.now()
        return self.filter(revoked_at=None, owner__is_active=True).filter(Q(expires_at=None) | Q(expires_at__gt=now))


class ApiToken(models.Model):
    """A token of a person. The secret is shown once, at `issue`."""

    owner = models.ForeignKey(User, models.CASCADE, related_name="api_tokens", verbose_name=_("owner"))
    name = models.CharField(_("name"), max_length=80)
    start = models.CharField(_("begins with"), max_length=12)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    minute = models.DateTimeField(null=True, editable=False)
    requests = models.PositiveIntegerField(default=0, editable=False)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} ({self.start}…)"

    @classmethod
    def issue(cls, owner: User, name: str, lifetime: timedelta | None) -> tuple[ApiToken, str]:
        """Make a token; returns the row and the secret, which is kept nowhere."""
        secret = PREFIX + secrets.token_urlsafe(32)
        expires = timezone.now() + lifetime if lifetime else None
        token = cls.objects.create(owner=owner, name=name, start=secret[:11], digest=digest(secret), expires_at=expires)
        return token, secret

    @classmethod
    def seconds_to_wait(cls, secret: str, most: int) -> int:
        """Count a request; 0 while the token has made at most `most` in its minute, else the seconds until the next one.

        One statement counts and begins the next minute, so that requests at once cannot share a place.
        """
        now = timezone.now()
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, {"digest": digest(secret), "now": now, "ago": now - MINUTE})
            row = cursor.fetchone()
        if row is None or row[0] <= most:
            return 0
        return max(1, math.ceil((row[1] + MINUTE - now).total_seconds()))

    @classmethod
    def owner_of(cls, secret: str) -> User | None:
        """The person whose usable token this is, noting its use once a minute at most."""
        token = cls.objects.usable().select_related("owner").filter(digest=digest(secret)).first()
        if token is None:
            return None
        now = timezone.now()
        stale = Q(last_used_at=None) | Q(last_used_at__lt=now - timedelta(minutes=1))
        cls.objects.filter(stale, pk=token.pk).update(last_used_at=now)
        return token.owner

    def revoke(self) -> None:
        """End the token now. Revoking twice changes nothing."""
        ApiToken.objects.filter(pk=self.pk, revoked_at=None).update(revoked_at=timezone.now())
        self.refresh_from_db(fields=["revoked_at"])
