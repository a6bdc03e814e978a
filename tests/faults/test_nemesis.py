"""Two minutes in which everything that can be killed is: no file is lost, none is doubled, nothing is left held."""

from __future__ import annotations

import os
import random
import time

import httpx
import pytest

from tests.faults.house import House, rules, whole_house
from tests.faults.nemesis import Nemesis
from tests.kb.runtime.conftest import until

FILES = 30


@pytest.mark.nemesis
def test_thirty_files_survive_two_minutes_of_everything():
    seed = int(os.environ.get("NEMESIS_SEED") or time.time())
    seconds = float(os.environ.get("NEMESIS_SECONDS") or 120)
    print(f"NEMESIS_SEED={seed}")
    with whole_house(MARU_JOB_ATTEMPTS="1000") as house:
        nemesis, dice = Nemesis(house, seed), random.Random(seed)
        waiting = [(f"재난{place:02}", dice.randint(1, 6)) for place in range(FILES)]
        sent: list[tuple[str, int]] = []
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            if waiting and time.monotonic() - began > len(sent) * seconds * 0.8 / FILES and _takes(house, *waiting[0]):
                sent.append(waiting.pop(0))
            nemesis.strike()
            time.sleep(dice.uniform(0.2, 2.0))
        nemesis.rest()
        until(house.answers, 90, "pages answer")
        for name, count in waiting:
            until(lambda name=name, count=count: _takes(house, name, count), 60, f"{name} is taken")
            sent.append((name, count))
        print(dict(nemesis.done))
        until(lambda: _open(house) == 0, 180, "every job ends")
        for name, count in sent:
            _assert_exact(house, name, count)
        _assert_nothing_is_left(house, len(sent))
        assert sum(nemesis.done.values()) > seconds / 4


def _takes(house: House, name: str, count: int) -> bool:
    """Whether the house took the file now; a file that was sent twice because no answer came is there once."""
    try:
        return house.hana.upload(f"{name}.md", rules(name, count)).status_code in (200, 202)
    except httpx.HTTPError:
        return False


def _open(house: House) -> int:
    return house.rows("select count(*) from kb_job where state in ('queued', 'running')")[0][0]


def _assert_exact(house: House, name: str, count: int) -> None:
    jobs = house.rows(
        "select j.id from kb_job j join kb_revision r on r.id = j.revision_id join kb_document d on d.id = r.document_id"
        " where d.external_id = %s",
        f"{name}.md",
    )
    assert len(jobs) == 1, (name, jobs)
    house.assert_whole(jobs[0][0], count)
    assert any(f"{name}의 한도는" in text for text in house.minsu.finds(f"{name} 한도")), name


def _assert_nothing_is_left(house: House, count: int) -> None:
    assert house.rows("select state, count(*) from kb_job where kind = 'ingest' group by state") == [("done", count)]
    assert house.rows("select count(*) from kb_job where lease_until is not null or token = 0") == [(0,)]
    assert house.rows("select count(*) from kb_document") == [(count,)]
    assert house.rows("select count(*), count(distinct revision_id) from kb_page") == [(count, count)]
    originals = [path for path in house.stored() if path.endswith("/original")]
    assert len(originals) == count
    assert [path for path in house.stored() if "/work/" in path] == []
    until(lambda: len(house.parts()) == 6, 60, "the cluster is whole")
    house.works()
