"""Signed-in admins, and something for them to look at."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.test import Client

from accounts.models import User
from kb import health
from kb.models import Document, Job, Revision
from tests.cast import Cast
from tests.database import as_worker
from tests.made import add_document


@dataclass(frozen=True)
class House:
    """A common document, one of 인사팀 whose text no admin may read, and a failed job."""

    common: Document
    secret: Document
    failed: Job


@pytest.fixture
def house(cast: Cast) -> House:
    common = add_document(cast.rules, "취업규칙", ["연차는 이월됩니다."], owner=cast.hana)
    secret = add_document(cast.hr_private, "급여 표", ["과장의 기본급은 4,200,000원입니다."])
    with as_worker():
        revision = Revision.objects.get(document=secret)
        failed = Job.objects.create(
            kind="ingest", collection=cast.hr_private, revision=revision, state="failed", reason="password", attempts=1
        )
    return House(common, secret, failed)


def signed_in(person: User) -> Client:
    User.objects.filter(pk=person.pk).update(language="en")
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def admin(cast: Cast) -> Client:
    """The console's admin, speaking English."""
    return signed_in(cast.admin)


@pytest.fixture(autouse=True)
def _quick_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """The parts are looked at in threads, which see no rows of a test's transaction; they have tests of their own."""
    parts = tuple(
        health.Part(name, health.PartState.OK if name != "encoder" else health.PartState.MISSING, needed)
        for name, needed, _ in health._LOOKS
    )
    monkeypatch.setattr("kb.admin.overview.look_now", lambda: health.House(parts))
