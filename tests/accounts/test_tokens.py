"""API tokens: their owner's, in time, and never to be read again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import tokens
from accounts.models import ApiToken, AuditEvent
from tests.cast import Cast


def test_a_token_is_its_owners_until_it_is_revoked(cast: Cast):
    token, secret = tokens.make(cast.hana, "  보고서 스크립트  ", timedelta(days=30))
    assert token.name == "보고서 스크립트"
    assert ApiToken.owner_of(secret) == cast.hana
    assert ApiToken.objects.get().last_used_at is not None
    assert tokens.revoke(cast.hana, token.pk, actor=cast.hana)
    assert ApiToken.owner_of(secret) is None
    assert list(AuditEvent.objects.values_list("action", flat=True).order_by("id")) == ["token.make", "token.revoke"]


def test_a_token_ends_in_time(cast: Cast):
    _token, secret = tokens.make(cast.hana, "x", timedelta(days=30))
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert ApiToken.owner_of(secret) is None


def test_nobody_revokes_another_persons_token(cast: Cast):
    token, secret = tokens.make(cast.hana, "x", timedelta(days=30))
    assert tokens.revoke(cast.minsu, token.pk, actor=cast.minsu) is None
    assert ApiToken.owner_of(secret) == cast.hana


def test_the_secret_is_in_no_row(cast: Cast):
    token, secret = tokens.make(cast.hana, "x", timedelta(days=30))
    assert secret.startswith(token.start) and len(token.start) < 12
    assert secret not in str(ApiToken.objects.values().get())


def test_one_person_cannot_make_tokens_without_end(cast: Cast):
    for _each in range(tokens.MOST):
        tokens.make(cast.hana, "x", timedelta(days=30))
    with pytest.raises(tokens.TooMany):
        tokens.make(cast.hana, "x", timedelta(days=30))
