"""Matrix rows 12 and 24: a database that is killed, away, or full of connections; and one connection for many people."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest

from kb.runtime.postgres.cluster import find_postmaster
from kb.runtime.processes import Running
from tests.faults.house import House, rules
from tests.kb.runtime.conftest import until


@contextmanager
def away(house: House) -> Iterator[None]:
    """The database is killed, and not started again before the block ends: `up` is halted meanwhile."""
    supervisor = Running.of(house.process.pid)
    postmaster = find_postmaster(house.home)
    assert supervisor is not None and postmaster is not None
    supervisor.send(signal.SIGSTOP)
    try:
        postmaster.send(signal.SIGKILL)
        assert postmaster.wait(5)
        yield
    finally:
        supervisor.send(signal.SIGCONT)


def are_told(house: House) -> None:
    """Pages and API say that the database is away, in the reader's language and with a time to come back."""
    with ThreadPoolExecutor(5) as pool:
        ready = pool.submit(httpx.get, f"{house.url}/readyz", headers={"Accept-Language": "en"}, timeout=30)
        page = pool.submit(house.minsu.portal.get, "/library/", headers={"Accept-Language": "ko"})
        korean, english = (
            pool.submit(house.minsu.api.get, "/collections/", headers={"Accept-Language": language})
            for language in ("ko", "en")
        )
        upload = pool.submit(house.hana.upload, "밤.md", rules("밤"))
        answers = [page.result(), korean.result(), english.result(), upload.result()]
    assert [answer.status_code for answer in (*answers, ready.result())] == [503] * 5
    parts = {part["name"]: part["state"] for part in ready.result().json()["parts"]}
    assert (parts["database"], parts["encoder"]) == ("missing", "ok")
    assert all(answer.headers["retry-after"] == "10" for answer in answers)
    assert "데이터베이스가 지금 대답하지 않아요" in answers[0].text and 'class="brand"' in answers[0].text
    assert {answer.headers["content-type"] for answer in answers[1:]} == {"application/problem+json"}
    assert {(answer.json()["code"], answer.json()["retryable"]) for answer in answers[1:]} == {("database_down", True)}
    assert "데이터베이스" in answers[1].json()["detail"]
    assert "The database does not answer now" in answers[2].json()["detail"]


@pytest.mark.nemesis
def test_a_database_killed_while_a_file_is_read_costs_nothing(house: House):
    with house.words.hold("/embed", "정전") as hold:
        job = house.hana.job("정전.md", rules("정전"))
        assert hold.reached.wait(20)
        postmaster = find_postmaster(house.home)
        postmaster.send(signal.SIGKILL)
        assert postmaster.wait(5)
        hold.open.set()
        until(lambda: (found := find_postmaster(house.home)) and found != postmaster, 30, "another database")
    until(house.answers, 30, "pages answer")
    house.assert_whole(job)
    assert any("한도는 20만" in text for text in house.minsu.finds("정전"))


def test_while_the_database_is_away_people_are_told_and_afterwards_all_goes_on(house: House):
    _away_for(house, 6.0, "부재")


@pytest.mark.nemesis
def test_a_database_that_is_away_for_a_minute_is_waited_for(house: House):
    _away_for(house, 60.0, "긴부재")


def _away_for(house: House, seconds: float, word: str) -> None:
    with house.words.hold("/embed", word) as hold:
        job = house.hana.job(f"{word}.md", rules(word))
        assert hold.reached.wait(20)
        with away(house):
            began = time.monotonic()
            hold.open.set()
            are_told(house)
            assert httpx.get(f"{house.url}/healthz").status_code == 200
            time.sleep(max(0.0, seconds - (time.monotonic() - began)))
    until(house.answers, 20, "pages answer again")
    house.assert_whole(job)
    assert house.rows("select count(*) from kb_revision where filename = '밤.md'") == [(0,)]
    house.works()


def test_a_house_without_a_free_connection_says_503_and_heals(house: House):
    with house.words.hold("/embed", "만원") as hold:
        job = house.hana.job("만원.md", rules("만원"))
        assert hold.reached.wait(20)
        with no_connections(house):
            hold.open.set()
            with ThreadPoolExecutor(2) as pool:
                page = pool.submit(house.minsu.portal.get, "/library/")
                call = pool.submit(house.minsu.api.get, "/collections/")
                told = [page.result(), call.result()]
    assert [answer.status_code for answer in told] == [503, 503]
    assert not any("too many" in answer.text for answer in told)
    until(house.answers, 20, "pages answer again")
    house.assert_whole(job)


@contextmanager
def no_connections(house: House) -> Iterator[None]:
    """The database lets nobody in: too many connections, says it to web and workers."""
    roles = ("maru_app", "maru_worker")
    for role in roles:
        house.rows(f"alter role {role} connection limit 0")
    house.rows("select pg_terminate_backend(pid) from pg_stat_activity where usename = any (%s)", list(roles))
    try:
        yield
    finally:
        for role in roles:
            house.rows(f"alter role {role} connection limit -1")


def test_two_connections_for_three_people_mix_nothing_up(house: House):
    secret = house.hana.upload("봉급.md", rules("봉급", 1), "hr-private")
    house.finish(secret.json()["job"]["id"])

    def sees(name: str) -> tuple[str, frozenset[str], bool]:
        person = house.people[name]
        titles = frozenset(row["slug"] for row in person.api.get("/collections/").json()["results"])
        return name, titles, any("봉급" in text for text in person.finds("봉급 한도"))

    with ThreadPoolExecutor(12) as pool:
        seen = set(pool.map(sees, ["hana", "minsu", "suji"] * 4))
    assert seen == {
        ("hana", frozenset({"rules", "hr-private"}), True),
        ("minsu", frozenset({"rules", "finance-private"}), False),
        ("suji", frozenset({"rules"}), False),
    }
