"""Making and revoking API tokens, with their record."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import BadRequest
from accounts.models import ApiToken, AuditEvent, User

MOST = 50
LIFETIMES = {"30": timedelta(days=30), "90": timedelta(days=90), "365": timedelta(days=365)}


class TooMany(BadRequest):
    """More tokens than one person can look after."""

    code = "too_many_tokens"
    status = 409


@transaction.atomic
def make(owner: User, name: str, lifetime: timedelta, *, address: str | None = None) -> tuple[ApiToken, str]:
    """A token of this person; returns the row and the secret, which cannot be shown again."""
    if ApiToken.objects.usable().filter(owner=owner).count() >= MOST:
        raise TooMany(_("You have %(most)s tokens. Revoke one first.") % {"most": MOST})
    token, secret = ApiToken.issue(owner, name.strip()[:80], lifetime)
    AuditEvent.record(owner, "token.make", token, address=address, days=lifetime.days)
    return token, secret


@transaction.atomic
def revoke(owner: User, token_id: int, *, actor: User, address: str | None = None) -> ApiToken | None:
    """End a token of this person now; None when it is not theirs or at its end already."""
    token = ApiToken.objects.usable().filter(pk=token_id, owner=owner).first()
    if token is not None:
        token.revoke()
        AuditEvent.record(actor, "token.revoke", token, address=address)
    return token
