"""An encoder that is away, slow, or answers garbage, while a file is read and while somebody asks."""

from __future__ import annotations

import json

import pytest

from tests.faults.house import House, rules
from tests.kb.runtime.conftest import until

LIES = {
    "broken": (500, b"Traceback", 503, "encoder_down"),
    "nonsense": (200, b'{"embeddings": "no"}', 502, "encoder_nonsense"),
    "not a number": (200, json.dumps([[float("nan")] * 384]).encode(), 502, "encoder_nonsense"),
    "refuses": (401, b'{"error": "wrong key"}', 502, "encoder_refused"),
}


@pytest.mark.parametrize("kind", LIES)
def test_a_question_is_told_what_is_missing(house: House, kind: str):
    status, body, answered, code = LIES[kind]
    house.words.lie = (status, body)
    _asked_in_vain(house, answered, code)


def test_a_question_to_an_encoder_that_is_away_or_silent_is_told_so_in_time(house: House):
    asked = {"question": "한도는 얼마인가요?"}
    house.words.stop()
    try:
        answer = house.minsu.api.post("/search/", json=asked)
    finally:
        house.words.start()
    assert (answer.status_code, answer.json()["code"]) == (503, "encoder_down")
    assert answer.headers["retry-after"]
    with house.words.hold("/embed", "한도"), house.words.hold("/analyse", "한도"):
        answer = house.minsu.api.post("/search/", json=asked)
    assert (answer.status_code, answer.json()["code"]) == (503, "encoder_slow")
    house.minsu.finds("한도는 얼마인가요?")


def _asked_in_vain(house: House, status: int, code: str) -> None:
    for path in ("/search/", "/ask/"):
        answer = house.minsu.api.post(path, json={"question": "한도는 얼마인가요?"})
        assert (answer.status_code, answer.json()["code"]) == (status, code), (path, answer.text)
        assert any("가" <= char <= "힣" for char in answer.json()["detail"])
    page = house.minsu.portal.get("/search/", params={"q": "한도는 얼마인가요?"})
    assert page.status_code == status
    assert 'role="alert"' in page.text and 'value="한도는 얼마인가요?"' in page.text, "the words stay"
    told = house.minsu.ask_by_page("한도는 얼마인가요?")
    assert told.status_code == 200, "the question is kept; its answer says what failed"
    assert "검색 엔진" in told.text
    house.words.lie = None
    left = "select count(*) from kb_answer where state in ('waiting', 'working')"
    assert house.rows(left) == [(0,)]


def test_a_file_that_meets_a_lying_encoder_waits_keeps_nothing_of_it_and_goes_on(house: House):
    with house.words.hold("/embed", "거짓") as hold:
        job = house.hana.job("거짓.md", rules("거짓"))
        assert hold.reached.wait(20)
        house.words.lie = LIES["not a number"][:2]
    until(lambda: house.rows("select reason from kb_job where id = %s", job) == [("encoder_nonsense",)], 20, "it waits")
    page = house.hana.portal.get("/library/rules/").text
    assert "거짓" in page
    house.words.lie = None
    house.assert_whole(job)
