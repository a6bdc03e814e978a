"""Answers whose producer died."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from accounts.access import as_user
from kb.chat.orphans import end_orphans
from kb.models import Answer
from tests.cast import Cast
from tests.database import as_worker
from tests.kb.chat.made import begun, row


def test_those_whose_lease_ran_out_are_ended_with_what_they_have_and_no_others(cast: Cast):
    dead, alive, done = (begun(cast.suji, "연차는?") for _ in range(3))
    past = timezone.now() - timedelta(seconds=1)
    with as_user(cast.suji):
        Answer.objects.filter(pk=dead.pk).update(state="working", draft="연차는", lease_until=past, stage="writing")
        Answer.objects.filter(pk=done.pk).update(state="done", text="15일", lease_until=past)
    with as_worker():
        assert end_orphans() == 1
        assert end_orphans() == 0
    ended = row(cast.suji, dead.pk)
    assert (ended.state, ended.error, ended.draft, ended.stage) == ("failed", "interrupted", "연차는", "")
    assert ended.finished_at is not None
    assert (row(cast.suji, alive.pk).state, row(cast.suji, done.pk).text) == ("waiting", "15일")
