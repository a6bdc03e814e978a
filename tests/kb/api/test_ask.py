"""Ask over HTTP, as one JSON body."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import people
from accounts.access import as_user, revoke_membership
from accounts.models import Membership
from kb.chat.orphans import end_orphans
from kb.models import Answer
from tests.cast import PASSWORD, Cast
from tests.database import as_worker
from tests.kb.api.conftest import Api, Shelf, WatchedServer
from tests.made import add_revision, today

QUESTION = "연차는 언제까지 이월됩니까?"


def test_an_answer_has_its_sources(committed_cast: Cast, committed_shelf: Shelf, model: WatchedServer):
    answer = Api(committed_cast.minsu).post("/ask/", {"question": QUESTION})
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert (body["answer"], body["basis"], body["state"]) == (
        "연차는 다음 해 3월 31일까지 이월됩니다.",
        "sourced",
        "done",
    )
    assert (body["model"], body["withheld"], body["extractive"]) == ("double", False, False)
    cited = body["citations"][0]
    assert (cited["number"], cited["collection"], cited["document"], cited["revision"], cited["page"]) == (
        1, "rules", "취업규칙", 1, 1,
    )  # fmt: skip
    assert cited["quote"] == "연차는 다음 해 3월 31일까지 이월됩니다."
    assert body["sentences"][0]["verdict"] == "supported"
    assert body["ms_first_token"] <= body["ms_total"]


def test_without_a_model_or_by_wish_the_passages_are_quoted(
    committed_cast: Cast, committed_shelf: Shelf, model: WatchedServer
):
    body = Api(committed_cast.minsu).post("/ask/", {"question": QUESTION, "extractive": True}).json()
    assert (body["extractive"], body["model"], body["basis"]) == (True, "", "sourced")
    assert model.asked == []


def test_an_answer_is_given_again_as_it_was_and_to_nobody_else(
    committed_cast: Cast, committed_shelf: Shelf, model: WatchedServer
):
    api = Api(committed_cast.minsu)
    first = api.post("/ask/", {"question": QUESTION}).json()
    assert api.client.get(first["url"]).json() == first
    for person in (committed_cast.admin, committed_cast.hana):
        assert Api(person).client.get(first["url"]).status_code == 404


def test_what_others_may_not_read_is_neither_found_nor_named(
    committed_cast: Cast, committed_shelf: Shelf, no_model: None
):
    question = {"question": "결산에서 재고 평가 손실은 얼마입니까?"}
    mine = Api(committed_cast.minsu).post("/ask/", question).json()
    assert "31,000,000" in mine["answer"]
    for person in (committed_cast.suji, committed_cast.hana, committed_cast.admin):
        told = Api(person).post("/ask/", question)
        body = told.json()
        assert (told.status_code, body["basis"], body["citations"], body["elsewhere"]) == (200, "not_found", [], [])
        body.pop("question")
        assert "31,000,000" not in str(body) and "결산" not in str(body)


def test_a_discoverable_collection_says_whom_to_ask_and_no_title(
    committed_cast: Cast, committed_shelf: Shelf, no_model: None
):
    type(committed_cast.finance_private).objects.filter(slug="finance-private").update(
        discoverable=True, contact=committed_cast.minsu
    )
    body = Api(committed_cast.suji).post("/ask/", {"question": "결산에서 재고 평가 손실은 얼마입니까?"}).json()
    assert body["elsewhere"] == [{"department": "재무팀", "contact": "이민수"}]
    body.pop("question")
    assert "결산" not in str(body)


def test_an_answer_whose_source_was_closed_is_withheld(committed_cast: Cast, committed_shelf: Shelf, no_model: None):
    api = Api(committed_cast.minsu)
    first = api.post("/ask/", {"question": "결산에서 재고 평가 손실은 얼마입니까?"}).json()
    revoke_membership(Membership.objects.get(user=committed_cast.minsu))
    again = api.client.get(first["url"]).json()
    assert (again["withheld"], again["answer"], again["citations"], again["sentences"]) == (True, "", [], [])
    assert "31,000,000" not in str(again)


def test_the_day_and_the_collections_decide_where_it_looks(
    committed_cast: Cast, committed_shelf: Shelf, no_model: None
):
    later = today() + timedelta(days=30)
    add_revision(committed_shelf.common, ["연차는 다음 해 6월 30일까지 이월됩니다."], begin=later)
    api = Api(committed_cast.minsu)
    assert "6월 30일" in api.post("/ask/", {"question": QUESTION, "day": later.isoformat()}).json()["answer"]
    assert "3월 31일" in api.post("/ask/", {"question": QUESTION}).json()["answer"]
    elsewhere = api.post("/ask/", {"question": QUESTION, "collections": ["finance-private"]}).json()
    assert elsewhere["basis"] == "not_found"
    for slug in ("hr-private", "no-such"):
        refused = api.post("/ask/", {"question": QUESTION, "collections": [slug]})
        assert (refused.status_code, refused.json()["code"]) == (404, "unknown_collection")


CANNOT = [
    ({"question": ""}, 400, "empty_question"),
    ({"question": "  \n "}, 400, "empty_question"),
    ({"question": "😀"}, 400, "empty_question"),
    ({"question": "가" * 100_000}, 413, "question_too_long"),
    ({"question": None}, 400, "invalid"),
    ({}, 400, "invalid"),
    ({"question": QUESTION, "adapter": "hr"}, 400, "invalid"),
    ({"question": QUESTION, "user": 1, "owner_id": 2}, 400, "invalid"),
    ({"question": QUESTION, "stream": "yes please"}, 400, "invalid"),
    ({"question": "", "stream": True}, 400, "empty_question"),
]


def test_what_cannot_be_asked_is_said_and_leaves_no_row(committed_cast: Cast, model: WatchedServer):
    api = Api(committed_cast.minsu)
    for body, status, code in CANNOT:
        answer = api.post("/ask/", body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content
        assert answer["Content-Type"] == "application/problem+json"
    with as_user(committed_cast.minsu):
        assert not Answer.objects.visible_to(committed_cast.minsu).exists()


def test_questions_are_only_words(committed_cast: Cast, committed_shelf: Shelf, model: WatchedServer, settings):
    api = Api(committed_cast.minsu)
    for question in ("\ufdfa" * 40, "'; drop table kb_answer; -- 연차", "{{ settings.SECRET_KEY }} 연차 {% debug %}"):
        answer = api.post("/ask/", {"question": question})
        assert answer.status_code == 200, answer.content
        assert settings.SECRET_KEY not in answer.content.decode()
    assert api.post("/ask/", {"question": QUESTION}).json()["basis"] == "sourced"


def test_nobody_asks_and_other_verbs_are_refused(committed_cast: Cast, model: WatchedServer):
    assert Client().post("/api/v1/ask/", {"question": QUESTION}, content_type="application/json").status_code == 401
    api = Api(committed_cast.minsu)
    for verb in ("get", "put", "patch", "delete"):
        assert api.request(verb, "/ask/", {"question": QUESTION}).status_code == 405, verb
    people.suspend(committed_cast.minsu, actor=committed_cast.admin)
    assert api.post("/ask/", {"question": QUESTION}).status_code == 401


def test_a_session_asks_only_with_its_csrf_token(committed_cast: Cast, committed_shelf: Shelf, model: WatchedServer):
    client = Client(enforce_csrf_checks=True)
    assert client.login(username="minsu", password=PASSWORD)
    body = {"question": QUESTION}
    assert client.post("/api/v1/ask/", body, content_type="application/json").status_code == 403
    client.get("/accounts/login/")
    token = "a" * 32
    client.cookies["csrftoken"] = token
    answer = client.post("/api/v1/ask/", body, content_type="application/json", headers={"X-CSRFToken": token})
    assert answer.status_code == 200, answer.content


def test_a_model_server_that_is_down_is_a_problem_and_the_row_says_so(
    committed_cast: Cast, committed_shelf: Shelf, words, monkeypatch: pytest.MonkeyPatch
):
    from kb.serving.openai import OpenAIServer

    monkeypatch.setattr("kb.chat.route.model_server", lambda: OpenAIServer("http://127.0.0.1:1", ""))
    answer = Api(committed_cast.minsu).post("/ask/", {"question": QUESTION})
    assert (answer.status_code, answer.json()["retryable"]) == (503, True), answer.content
    assert answer["Retry-After"]
    with as_user(committed_cast.minsu):
        assert not Answer.objects.visible_to(committed_cast.minsu).filter(state__in=["waiting", "working"]).exists()


@contextmanager
def meanwhile(work: Callable[[], object], every: float = 0.2) -> Iterator[None]:
    """Do something again and again in another thread."""
    over = threading.Event()

    def run() -> None:
        try:
            while not over.wait(every):
                work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def sweep() -> None:
    with as_worker():
        end_orphans()


def test_a_slow_answer_outlives_the_sweep(
    committed_cast: Cast, committed_shelf: Shelf, model: WatchedServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("kb.chat.records.LEASE", 1.0)
    monkeypatch.setattr("kb.chat.asking.CHECK_EVERY", 0.2)
    model.pause = 0.5
    with meanwhile(sweep):
        body = Api(committed_cast.minsu).post("/ask/", {"question": QUESTION}).json()
    assert (body["state"], body["basis"], body["error"]) == ("done", "sourced", None)
    assert body["ms_total"] > 2000


def test_a_source_that_is_closed_meanwhile_ends_a_slow_answer(
    committed_cast: Cast, committed_shelf: Shelf, model: WatchedServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("kb.chat.asking.CHECK_EVERY", 0.2)
    model.answer, model.pause = "재고 평가 손실은 31,000,000원입니다. " * 50, 0.2

    def close() -> None:
        if model.asked:
            Membership.objects.filter(user=committed_cast.minsu, ended_at=None).update(ended_at=timezone.now())

    with meanwhile(close):
        answer = Api(committed_cast.minsu).post("/ask/", {"question": "결산에서 재고 평가 손실은 얼마입니까?"})
    assert (answer.status_code, answer.json()["code"]) == (404, "access_revoked")
    assert model.stopped
    with as_user(committed_cast.minsu):
        row = Answer.objects.get()
        assert (row.state, row.text, row.error) == ("failed", "", "access_revoked")
