"""The audit trail: rows that can be added and never changed, by nobody."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User


class AuditEvent(models.Model):
    """Who did what to which thing, when, and from where.

    The database refuses UPDATE, DELETE and TRUNCATE to every role (migration `audit_is_append_only`). The actor's name
    is kept as it was, without a foreign key, so that a removed person leaves the trail whole.
    """

    at = models.DateTimeField(_("when"), auto_now_add=True, db_index=True)
    actor_id = models.BigIntegerField(null=True)
    actor = models.CharField(_("who"), max_length=150)
    action = models.CharField(_("did"), max_length=60, db_index=True)
    thing = models.CharField(_("to what"), max_length=60, blank=True)
    thing_id = models.CharField(max_length=64, blank=True)
    detail = models.JSONField(_("detail"), default=dict)
    address = models.GenericIPAddressField(_("from"), null=True)

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        ordering = ["-id"]
        default_permissions = ["view"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.action}"

    @classmethod
    def record(
        cls,
        actor: User | None,
        action: str,
        thing: models.Model | None = None,
        *,
        address: str | None = None,
        **detail: object,
    ) -> AuditEvent:
        """Add an event. `detail` holds ids and counts, never company text or secrets."""
        return cls.objects.create(
            actor_id=actor.pk if actor else None,
            actor=actor.username if actor else "maru",
            action=action,
            thing=thing._meta.label_lower if thing is not None else "",
            thing_id=str(thing.pk) if thing is not None else "",
            detail=detail,
            address=address,
        )
