"""Matrix row 13: no room on the disk, in the middle of an upload and in the middle of reading."""

from __future__ import annotations

from contextlib import ExitStack

from kb.runtime.processes import children_of
from tests.faults.house import House, rules
from tests.kb.runtime.conftest import until
from tests.limits import no_room


def test_an_upload_that_finds_no_room_is_told_and_leaves_no_half_file(house: House):
    large = rules("용량", 1) + "글" * 1_000_000
    before, rows = house.stored(), house.rows("select count(*) from kb_revision")
    with no_room(process=house.web().pid):
        for language, words in (("ko", "디스크가 가득 찼어요"), ("en", "The disk of the server is full")):
            answer = house.hana.upload("용량.md", large, language=language)
            assert (answer.status_code, answer.headers["content-type"]) == (507, "application/problem+json")
            assert (answer.json()["code"], answer.json()["retryable"]) == ("disk_full", True)
            assert words in answer.json()["detail"]
        page = house.hana.send_by_portal("용량.md", large, "rules")
        assert page.status_code == 507
        assert "디스크" in page.text and "Errno" not in page.text
        small = house.minsu.api.get("/collections/")
        assert small.status_code == 200, "who needs no room is served"
    assert house.stored() == before
    assert house.rows("select count(*) from kb_revision") == rows
    house.assert_whole(house.hana.job("용량.md", rules("용량")))


def test_a_worker_that_finds_no_room_waits_and_goes_on_by_itself(house: House):
    with ExitStack() as limits:
        for process in children_of(house.parts()["sentinel"].pid):
            limits.enter_context(no_room(1024, process.pid))
        job = house.hana.job("꽉참.md", rules("꽉참"))
        until(lambda: house.rows("select reason from kb_job where id = %s", job) == [("disk_full",)], 20, "it waits")
        assert house.hana.api.get(f"/jobs/{job}/").json()["state"] in ("queued", "running")
        assert "서버 디스크가 가득" in house.hana.portal.get("/library/rules/").text
        assert house.rows("select attempts from kb_job where id = %s", job)[0][0] <= 1
    house.assert_whole(job)
