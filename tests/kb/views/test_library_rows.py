"""What a row says: the state, why, how far, how long yet, and the one thing to do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import translation

from kb.models import Document, Job, Revision
from kb.models.documents import RevisionState
from kb.models.jobs import JobState
from kb.views.library_rows import Facts, State, days_between, days_of, lasting, spoken, state_of

TODAY = date(2026, 12, 1)
NOW = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def revision(number: int = 1, state: str = RevisionState.READY, begin=None, end=None, **values) -> Revision:
    valid = DateRange(begin, end) if state == RevisionState.READY else None
    return Revision(pk=number, number=number, state=state, valid=valid, chunk_count=214, **values)


def job(state: str, **values) -> Job:
    return Job(pk=9, state=state, **values)


def said(newest: Revision | None, current: Revision | None = None, last: Job | None = None, **values) -> State:
    document = values.pop("document", Document(pk=5, title="출장여비 규정"))
    return state_of(Facts(document, newest, current, last, **values), TODAY, NOW)


PENDING = revision(2, RevisionState.PENDING)


def test_a_ready_document_can_be_found():
    ready = revision()
    state = said(ready, ready)
    assert (state.shape, state.word, state.says, state.unfinished) == ("ready", "Can be found", "214 passages", False)
    assert not state.planks


def test_a_page_without_text_is_something_to_look_at():
    ready = revision(warnings=[{"code": "approximate_pages"}, {"code": "pages_without_text", "params": {"pages": "7"}}])
    state = said(ready, ready)
    assert (state.shape, state.says) == ("caution", "Page 7 has no text, only pictures.")


def test_what_a_reader_remarks_by_the_way_is_nothing_to_look_at():
    ready = revision(warnings=[{"code": "approximate_pages"}, {"code": "encoding", "params": {"encoding": "CP949"}}])
    assert said(ready, ready).shape == "ready"


def test_a_document_that_is_due_is_something_to_look_at():
    ready = revision()
    assert said(ready, ready, document=Document(title="x", review_on=TODAY)).shape == "caution"
    assert said(ready, ready, document=Document(title="x", review_on=TODAY + timedelta(days=1))).shape == "ready"


def test_expired_future_and_deleted_ones_are_told_apart():
    assert said(revision(end=TODAY)).word == "Out of date"
    future = said(revision(begin=date(2027, 1, 1)))
    assert (future.word, future.says) == ("Not in force yet", "It counts from 2027-01-01 on.")
    assert said(revision(), document=Document(title="x", deleted_at=NOW)).word == "In the trash"


def test_a_further_revision_that_begins_later_is_said():
    state = said(revision(2, begin=date(2027, 1, 1)), revision(1, end=date(2027, 1, 1)))
    assert (state.shape, state.says) == ("ready", "Revision 2 counts from 2027-01-01 on.")


def test_a_waiting_one_says_its_place_and_when_it_begins():
    waiting = job(JobState.QUEUED)
    assert said(PENDING, None, waiting, place=1).says == "It is next."
    assert said(PENDING, None, waiting, place=4).says == "3 files before it"
    state = said(PENDING, None, waiting, place=4, each_seconds=20)
    assert state.says == "3 files before it · begins in about 1 minute"
    assert state.unfinished and state.can_cancel and state.planks == ("done", "", "", "", "", "")


def test_one_that_waits_for_a_part_of_maru_says_which():
    state = said(PENDING, None, job(JobState.QUEUED, reason="encoder_down"))
    assert state.says == "The encoder does not answer. Maru goes on by itself as soon as that is over. Nothing is lost."
    assert state.can_cancel and state.way_on == "wait"


@pytest.mark.parametrize(
    ("stage", "planks"),
    [
        ("", ("done", "", "", "", "", "")),
        ("load", ("done", "now", "", "", "", "")),
        ("embed", ("done", "done", "done", "done", "now", "")),
        ("store", ("done", "done", "done", "done", "done", "now")),
    ],
)
def test_planks_are_laid_stage_by_stage(stage: str, planks: tuple[str, ...]):
    assert said(PENDING, None, job(JobState.RUNNING, stage=stage)).planks == planks


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"stage": "ocr", "percent": 30, "detail": {"page": 12, "pages": 40}, "gone": 1}, "page 12 of 40"),
        ({"stage": "ocr", "percent": 30, "detail": {"page": 12, "pages": 40}, "gone": 60}, "page 12 of 40 · about 2 minutes left"),
        ({"stage": "embed", "percent": 50, "detail": {"embedded": 128, "chunks": 256}, "gone": 15}, "128 of 256 passages · about 20 seconds left"),
        ({"stage": "embed", "percent": 2, "detail": {"embedded": 1, "chunks": 50}, "gone": 90}, "1 of 50 passages"),
        ({"stage": "embed", "percent": 10, "detail": {}, "gone": 600}, "10 % · done at about 13:30"),
        ({"stage": "split", "percent": 0, "detail": {}, "gone": 60}, ""),
    ],
)  # fmt: skip
def test_how_far_and_how_long_yet_comes_from_the_stages_own_speed(values: dict, says: str):
    since = NOW - timedelta(seconds=values.pop("gone"))
    assert said(PENDING, None, job(JobState.RUNNING, stage_at=since, **values)).says == says


def test_the_time_left_falls_while_nothing_new_is_heard():
    since, heard = NOW - timedelta(seconds=60), NOW - timedelta(seconds=30)
    at_work = job(JobState.RUNNING, stage="embed", percent=25, stage_at=since, heartbeat_at=heard, detail={})
    assert said(PENDING, None, at_work).says == "25 % · about 1 minute left", "90 s at the last word, 30 s ago"


def test_a_worker_without_a_sign_of_life_is_said():
    dead = job(JobState.RUNNING, stage="load", lease_until=NOW - timedelta(seconds=1))
    assert "No sign of life" in said(PENDING, None, dead).says


def test_a_failed_one_says_why_and_what_to_do_and_what_stays_in_force():
    failed = revision(2, RevisionState.FAILED, reason="password")
    state = said(failed, revision(1), job(JobState.FAILED, stage="load", reason="password"))
    assert state.says == "The file is protected by a password. Revision 1 stays in force."
    assert (state.shape, state.todo, state.way_on) == (
        "failed",
        "Save it without the password and upload that.",
        "replace",
    )
    assert state.planks == ("done", "failed", "", "", "", "") and not state.unfinished


def test_a_job_that_never_ended_can_be_tried_again():
    state = said(
        PENDING, None, job(JobState.FAILED, stage="embed", reason="worker_lost", reason_params={"attempts": 3})
    )
    assert state.says == "Reading was begun 3 times and never came to an end."
    assert state.way_on == "retry"


def test_a_cancelled_one_is_no_failure_and_can_go_on():
    state = said(PENDING, None, job(JobState.CANCELLED, stage="embed", reason="cancelled"))
    assert (state.shape, state.word, state.way_on) == ("past", "Cancelled", "retry")


def test_stopping_cannot_be_cancelled_again():
    state = said(PENDING, None, job(JobState.RUNNING, stage="embed", cancel_requested=True))
    assert state.says == "Stopping" and not state.can_cancel


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "10 seconds"), (11, "20 seconds"), (49, "50 seconds"), (50, "1 minute"), (89, "1 minute"), (100, "2 minutes"), (2900, "48 minutes"), (3600, "1 hour"), (9000, "2 hours")],
)  # fmt: skip
def test_lengths_of_time_are_said_as_people_say_them(seconds: float, words: str):
    assert lasting(seconds) == words


def test_days_are_said_with_the_last_day_that_counts():
    assert days_between(None, None) == "always"
    assert days_between(TODAY, None) == "from 2026-12-01"
    assert days_between(None, TODAY) == "until 2026-11-30"
    assert days_between(date(2026, 1, 1), TODAY) == "2026-01-01 to 2026-11-30"
    assert days_of(None, TODAY) == ""
    assert days_of(revision(2, RevisionState.PENDING, effective_from=TODAY), TODAY) == "from 2026-12-01"


def test_only_what_came_to_an_end_is_spoken():
    document, other = Document(pk=5, title="가"), Document(pk=6, title="나")
    facts = [Facts(document, None, None, job(JobState.DONE)), Facts(other, None, None, job(JobState.RUNNING))]
    assert spoken([5, 6], facts) == "가 is done."
    assert spoken([6], facts) == ""
