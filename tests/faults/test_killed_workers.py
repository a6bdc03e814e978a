"""Matrix rows 1-7 and 9 with the real cluster: whatever happens to a worker, nothing is lost and nothing is doubled."""

from __future__ import annotations

import contextlib
import os
import signal

import psycopg
import pytest

from kb.runtime.addresses import embedded_url
from tests.faults.house import House, rules
from tests.kb.runtime.conftest import until

# stage -> the encoder's request that comes first in it
FIRST_REQUEST = {"split": "/analyse", "embed": "/embed", "store": "/analyse"}


@pytest.mark.parametrize("stage", [pytest.param("split", marks=pytest.mark.nemesis), "embed"])
def test_a_worker_killed_inside_a_stage_loses_and_doubles_nothing(house: House, stage: str):
    word = f"살해{stage}"
    with house.words.hold(FIRST_REQUEST[stage], word) as hold:
        job = house.hana.job(f"{word}.md", rules(word))
        assert hold.reached.wait(20)
        worker = house.worker_of(job)
        worker.send(signal.SIGKILL)
        assert worker.wait(5)
    house.assert_whole(job)
    assert house.rows("select token, attempts from kb_job where id = %s", job) == [(2, 2)]
    assert any("한도는 20만" in text for text in house.minsu.finds(word))


def test_a_worker_killed_before_it_commits_what_is_found_does_it_again(house: House):
    with psycopg.connect(embedded_url(house.home, "superuser")) as other, house.words.hold("/embed", "커밋") as hold:
        job = house.hana.job("커밋.md", rules("커밋"))
        assert hold.reached.wait(20)
        other.execute(
            "select 1 from kb_document d join kb_revision r on r.document_id = d.id join kb_job j on j.revision_id = r.id"
            " where j.id = %s for update of d",
            (job,),
        )
        hold.open.set()
        waits = (
            "select count(*) from pg_stat_activity where application_name = 'maru worker' and wait_event_type = 'Lock'"
        )
        until(lambda: house.rows(waits) == [(1,)], 20, "the worker waits for the document")
        worker = house.worker_of(job)
        worker.send(signal.SIGKILL)
        assert worker.wait(5)
        other.rollback()
    house.assert_whole(job)


def test_a_worker_halted_past_its_lease_writes_nothing_when_it_goes_on(house: House):
    with house.words.hold("/embed", "정지") as hold:
        job = house.hana.job("정지.md", rules("정지"))
        assert hold.reached.wait(20)
        sleeper = house.worker_of(job)
        sleeper.send(signal.SIGSTOP)
        try:
            hold.open.set()
            house.assert_whole(job)
            ended = house.rows("select token, finished_at, detail from kb_job where id = %s", job)
        finally:
            sleeper.send(signal.SIGCONT)
    house.works()
    assert house.rows("select token, finished_at, detail from kb_job where id = %s", job) == ended
    house.assert_whole(job)


@pytest.mark.nemesis
def test_a_file_that_kills_its_workers_is_given_up_and_the_others_go_on(house: House):
    killed = []

    def poison(texts: str) -> None:
        if "독약" in texts:
            with contextlib.suppress(StopIteration):
                victim = next(iter(house.rows("select worker from kb_job where id = %s and state = 'running'", job)))
                killed.append(int(victim[0].rpartition(":")[2]))
                os.kill(killed[-1], signal.SIGKILL)

    with house.words.hold("/count", "독약") as hold:
        job = house.hana.job("독약.md", rules("독약"))
        others = [house.hana.job(f"이웃{n}.md", rules(f"이웃{n}")) for n in range(3)]
        assert hold.reached.wait(20)
        house.words.poison = poison
    assert house.finish(job) == "failed"
    house.words.poison = None
    for each in others:
        house.assert_whole(each)
    assert len(set(killed)) == 3
    assert house.passages(job) == []
    told = house.hana.api.get(f"/jobs/{job}/").json()
    assert (told["state"], told["reason"]["code"]) == ("failed", "worker_lost")
    assert "3번" in told["reason"]["text"]


@pytest.mark.nemesis
@pytest.mark.parametrize("name", ["sentinel", "main"])
def test_a_job_at_work_outlives_the_head_of_the_queue(house: House, name: str):
    word = f"머리{name}"
    with house.words.hold("/embed", word) as hold:
        job = house.hana.job(f"{word}.md", rules(word))
        assert hold.reached.wait(20)
        worker = house.worker_of(job)
        house.parts()[name].send(signal.SIGKILL)
        assert worker.wait(5), "an orphan would keep its lease"
    house.assert_whole(job)


def test_a_kick_that_was_done_and_never_recorded_changes_nothing_when_it_comes_again(house: House):
    with (
        psycopg.connect(embedded_url(house.home, "superuser")) as other,
        house.words.hold("/embed", "재배달") as hold,
    ):
        job = house.hana.job("재배달.md", rules("재배달"))
        assert hold.reached.wait(20)
        other.execute("lock table django_q_task in share mode")  # nothing can be recorded
        hold.open.set()
        house.assert_whole(job)
        before = _traces(house, job)
        taken = house.rows("select id from django_q_ormq where lock > now()")
        assert taken, "the kick is done, and nobody said so"
        house.parts()["main"].send(signal.SIGKILL)
    house.rows("update django_q_ormq set lock = now() - interval '1 second'")
    until(lambda: not {*house.rows("select id from django_q_ormq")} & {*taken}, 60, "it was given out and recorded")
    assert _traces(house, job) == before


@pytest.mark.nemesis
def test_kicks_signed_with_a_key_of_before_are_dropped_and_their_jobs_found(house: House):
    with house.words.hold("/embed", "열쇠") as hold:
        jobs = [house.hana.job(f"열쇠{n}.md", rules(f"열쇠{n}", 1)) for n in range(8)]
        assert hold.reached.wait(20)
        changed = house.rows("update django_q_ormq set payload = 'x' || payload where lock <= now() returning id")
        assert changed, "kicks wait behind the workers"
    for job in jobs:
        house.assert_whole(job, 1)


def _traces(house: House, job: int) -> list[tuple]:
    return house.rows(
        "select j.token, j.finished_at, c.id, e.id from kb_job j join kb_chunk c on c.revision_id = j.revision_id"
        " join kb_indexentry e on e.chunk_id = c.id where j.id = %s order by c.id",
        job,
    )
