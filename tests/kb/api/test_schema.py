"""The API's description of itself: true, whole, and readable without anything from outside."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern

from accounts.errors import MaruError
from kb.api import answers, ask, bodies, examples, searching
from kb.api.codes import PROBLEMS
from kb.api.describe import schema
from kb.api.urls import urlpatterns

# Codes that only pages, the console and commands meet.
ELSEWHERE = {
    "already_member", "error", "outside_as_user", "nested_as_user", "not_importable", "mail_unavailable", "weak_password", "not_oneself",
    "too_many_tokens", "empty_title", "file_gone", "no_scratch_database", "sample_company_in_use",
    "bench_house",
}  # fmt: skip


@pytest.fixture(scope="module")
def described() -> dict:
    return schema()


def test_the_file_is_what_the_code_gives(capsys):
    call_command("check_schema")


def test_a_file_that_is_out_of_date_is_found(tmp_path, settings, capsys):
    settings.BASE_DIR = tmp_path
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "openapi.yaml").write_text("openapi: 3.1.0\n", encoding="utf-8")
    with pytest.raises(SystemExit):
        call_command("check_schema")
    assert "out of date" in capsys.readouterr().err
    call_command("check_schema", "--write")
    call_command("check_schema")


def test_every_address_is_described(described: dict):
    known = {re.sub(r"\{[^}]*\}", "{}", path) for path in described["paths"]}
    named = [each for each in urlpatterns if isinstance(each, URLPattern) and each.name not in (None, "schema", "docs")]
    assert len(named) == len(known)
    for pattern in named:
        path = "/api/v1/" + re.sub(r"<[^>]*>", "{}", str(pattern.pattern))
        assert path in known


def test_every_operation_says_what_it_is_and_how_it_fails(described: dict):
    for path, item in described["paths"].items():
        for verb, operation in item.items():
            assert operation["summary"] and operation["description"] and operation["tags"], (path, verb)
            assert {"401", "503"} <= set(operation["responses"]), (path, verb)
            assert ("404" in operation["responses"]) or "{" not in path, (path, verb)
            for status, reply in operation["responses"].items():
                if int(status) >= 400:
                    assert list(reply["content"]) == ["application/problem+json"], (path, verb, status)
            assert operation["security"] == [{"token": []}, {"session": []}]


def test_streams_are_described(described: dict):
    replies = described["paths"]["/api/v1/ask/"]["post"]["responses"]["200"]["content"]
    assert set(replies) == {"application/json", "text/event-stream"}


@pytest.mark.parametrize(
    ("example", "serializer"),
    [
        (examples.ANSWER, answers.AnswerBody),
        (examples.ANSWER["citations"][0], answers.CitationBody),
        (examples.ANSWER["sentences"][0], answers.SentenceBody),
        (examples.FOUND, searching.FoundBody),
        (examples.FOUND["hits"][0], searching.HitBody),
        (examples.JOB, bodies.JobBody),
    ],
)
def test_examples_have_the_members_of_their_bodies(example: dict, serializer: type):
    assert set(example) == set(serializer().fields)


def test_examples_of_requests_can_be_sent():
    for example, serializer in ((examples.ASK, ask.AskBody), (examples.SEARCH, searching.SearchQuery)):
        assert serializer(data=example).is_valid()


def test_every_code_that_the_api_can_give_is_listed():
    import kb.api.urls  # noqa: F401 - with all errors that it can meet

    known = {row.code for row in PROBLEMS}

    def below(kind: type[MaruError]) -> set[type[MaruError]]:
        return {kind}.union(*(below(each) for each in kind.__subclasses__()))

    ours = {kind for kind in below(MaruError) if kind.__module__.split(".")[0] in ("kb", "accounts")}
    missing = {kind.code for kind in ours} - known - ELSEWHERE
    assert not missing
    for row in PROBLEMS:
        statuses = {kind.status for kind in ours if kind.code == row.code}
        if statuses and row.code != "access_revoked":
            assert statuses == {row.status}, row.code


class _Page(HTMLParser):
    """What a page loads, and what it may not have."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.wrong: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in ("link", "script", "img", "iframe"):
            self.loaded.append(values.get("href") or values.get("src") or "inline")
        if tag in ("script", "style") or "style" in values or any(name.startswith("on") for name in values):
            self.wrong.append(tag)
        if values.get("id"):
            self.ids.append(values["id"])


def test_the_page_lives_under_the_strict_policy_without_a_script(db: None):
    answer = Client().get("/api/v1/docs/")
    assert answer.status_code == 200
    assert "unsafe" not in answer["Content-Security-Policy"]
    page = _Page()
    page.feed(answer.content.decode())
    assert page.wrong == []
    assert all(address.startswith("/static/") for address in page.loaded)
    assert len(page.ids) == len(set(page.ids))


def test_the_page_names_every_operation_body_and_problem(db: None, described: dict):
    told = Client().get("/api/v1/docs/").content.decode()
    for item in described["paths"].values():
        for operation in item.values():
            assert f'id="{operation["operationId"]}"' in told
    for row in PROBLEMS:
        assert f'id="problem-{row.code}"' in told
    for name in described["components"]["schemas"]:
        if "properties" in described["components"]["schemas"][name]:
            assert f'id="body-{name}"' in told


def test_the_description_is_open_and_says_nothing_of_the_company(db: None):
    answer = Client().get("/api/v1/schema/")
    assert answer.status_code == 200
    assert yaml.safe_load(answer.content)["info"]["title"] == "Maru"
    assert str(settings.MARU.root) not in answer.content.decode()
