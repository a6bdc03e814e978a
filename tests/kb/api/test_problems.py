"""Errors: one form, the reader's language, and never a 500 for what others did wrong."""

from __future__ import annotations

import errno

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client

from accounts.errors import Unavailable
from kb.api import problems
from tests.cast import Cast
from tests.kb.api.conftest import Api, Shelf

MEMBERS = {"type", "title", "status", "detail", "code", "retryable"}


def test_a_problem_has_the_members_of_the_standard_and_ours(cast: Cast):
    answer = Api(cast.minsu).get("/documents/1/")
    body = answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    assert set(body) == MEMBERS
    assert (body["status"], body["code"], body["retryable"]) == (404, "not_found", False)
    assert body["type"] == "/api/v1/docs/#problem-not_found"


def test_problems_speak_the_language_of_the_request_or_else_of_the_tokens_owner(cast: Cast):
    api = Api(cast.minsu)
    english = api.client.get("/api/v1/jobs/1/", headers={"Accept-Language": "en"})
    assert (english["Content-Language"], english.json()["title"]) == ("en", "There is nothing here")
    assert api.get("/jobs/1/")["Content-Language"] == "ko"
    type(cast.minsu).objects.filter(pk=cast.minsu.pk).update(language="en")
    assert (api.get("/jobs/1/")["Content-Language"], api.get("/jobs/1/").json()["title"]) == (
        "en",
        "There is nothing here",
    )


def test_a_program_gets_no_cookie(cast: Cast, shelf: Shelf):
    api = Api(cast.minsu)
    for answer in (api.get("/collections/"), api.get("/jobs/1/"), api.get(f"/documents/{shelf.common.pk}/")):
        assert not answer.cookies


def test_the_language_of_one_request_does_not_stay_for_the_next(cast: Cast):
    Api(cast.minsu).client.get("/api/v1/jobs/1/", headers={"Accept-Language": "en"})
    Client().get("/api/v1/jobs/1/", headers={"Accept-Language": "en"})
    assert Client().get("/api/v1/jobs/1/")["Content-Language"] == "ko"


@pytest.mark.parametrize("error", [OperationalError("server closed"), InterfaceError("connection already closed")])
def test_a_stopped_database_is_503_and_says_when_to_ask_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, error: Exception
):
    def down(secret: str) -> None:
        raise error

    api = Api(cast.minsu)
    monkeypatch.setattr("accounts.models.ApiToken.owner_of", down)
    answer = api.get("/collections/")
    assert (answer.status_code, answer.json()["code"], answer.json()["retryable"]) == (503, "database_down", True)
    assert int(answer["Retry-After"]) > 0


def test_an_encoder_that_is_down_is_503(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    def down(*args: object, **options: object) -> None:
        raise Unavailable("The encoder does not answer.", code="encoder_down")

    monkeypatch.setattr("kb.api.searching.search", down)
    answer = Api(cast.minsu).post("/search/", {"question": "연차"})
    assert (answer.status_code, answer.json()["code"]) == (503, "encoder_down")
    assert answer["Retry-After"]


def test_a_full_disk_is_507(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    def full(*args: object, **options: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("kb.api.finding.collections", full)
    assert Api(cast.minsu).get("/collections/").status_code == 507


def test_what_nobody_expected_has_a_number_and_no_words_of_the_inside(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog
):
    def broken(*args: object, **options: object) -> None:
        raise ZeroDivisionError("secret inside")

    monkeypatch.setattr("kb.api.finding.collections", broken)
    answer = Api(cast.minsu).get("/collections/")
    assert (answer.status_code, answer.json()["code"]) == (500, "broken")
    assert "secret" not in answer.content.decode()
    assert answer.json()["number"] in caplog.text


def test_an_error_undoes_what_its_request_changed(cast: Cast, shelf: Shelf, monkeypatch: pytest.MonkeyPatch):
    def broken(*args: object, **options: object) -> None:
        raise ZeroDivisionError

    api = Api(cast.hana)
    monkeypatch.setattr("kb.api.documents.DocumentBody", broken)
    assert api.patch(f"/documents/{shelf.common.pk}/", {"title": "halb"}).status_code == 500
    monkeypatch.undo()
    assert api.get(f"/documents/{shelf.common.pk}/").json()["title"] == "취업규칙"


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("{", "application/json", 400),
        ("[]", "application/json", 400),
        ('"text"', "application/json", 400),
        ("NaN", "application/json", 400),
        ("[" * 100_000, "application/json", 400),
        ('{"question": "' + "x" * (2 * 1024 * 1024) + '"}', "application/json", 413),
        ("question=x", "application/x-www-form-urlencoded", 415),
        ("<q/>", "application/xml", 415),
        (b"\xff\xfe", "application/json", 400),
        ('{"question": "\\ud800"}', "application/json", 400),
    ],
)
def test_bodies_that_cannot_be_read(cast: Cast, body, kind: str, status: int):
    answer = Api(cast.minsu).client.generic("POST", "/api/v1/search/", body, content_type=kind)
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"


def test_answers_are_json_whatever_is_accepted(cast: Cast):
    for accepted in ("text/html", "application/xml", "image/png", "nonsense", ""):
        answer = Api(cast.minsu).client.get("/api/v1/collections/", headers={"Accept": accepted})
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")


def test_an_address_that_there_is_not_is_a_problem_too(cast: Cast):
    api = Api(cast.minsu)
    for verb in ("get", "post", "put", "patch", "delete", "options"):
        for path in (
            "/nothing/",
            "/documents",
            "/ask",
            "/documents/x/",
            "/documents/-1/",
            f"/documents/{10**30}/",
            "/../admin/",
        ):
            answer = api.request(verb, path)
            assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json"), (verb, path)
    assert Client().get("/api/v1/nothing/").status_code == 401


def test_every_known_status_has_a_title():
    from django.utils.translation import override

    with override("en"):
        unknown = problems.title_of(418)
        for status in (400, 401, 403, 404, 405, 409, 413, 415, 429, 503, 507):
            assert problems.title_of(status) != unknown


def test_a_database_that_stops_before_the_view_is_a_problem_too(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    """A session is looked up in the middleware, before any view could answer."""

    def down(*args: object, **options: object) -> None:
        raise OperationalError("server closed the connection")

    client = Client(raise_request_exception=False)
    client.force_login(cast.hana)
    monkeypatch.setattr("accounts.middleware.get_user", down)
    answer = client.get("/api/v1/collections/")
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert (answer.json()["code"], bool(answer["Retry-After"])) == ("database_down", True)
    page = client.get("/search/")
    assert (page.status_code, page["Content-Type"]) == (503, "text/html; charset=utf-8")


def test_a_foreign_host_is_refused_in_the_apis_own_form():
    answer = Client(raise_request_exception=False).get("/api/v1/collections/", headers={"Host": "evil.example"})
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_a_language_that_maru_does_not_speak_is_answered_in_the_owners_own(cast: Cast):
    api = Api(cast.minsu)
    for asked, spoken in (
        ("fr", "ko"),
        ("fr, en;q=0.5", "en"),
        ("*", "ko"),
        ("", "ko"),
        ("en-US", "en"),
        ("x" * 5000, "ko"),
    ):
        api.client.cookies["django_language"] = "en"
        answer = api.client.get("/api/v1/jobs/1/", headers={"Accept-Language": asked})
        assert answer["Content-Language"] == spoken, asked
