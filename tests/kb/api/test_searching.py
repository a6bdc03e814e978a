"""Search over HTTP."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cast import Cast
from tests.doubles import WordEncoder
from tests.kb.api.conftest import Api, Shelf
from tests.made import add_revision, today


def documents(answer) -> set[str]:
    assert answer.status_code == 200, answer.content
    return {hit["document"] for hit in answer.json()["hits"]}


def test_only_what_one_may_read_is_found_by_either_verb(cast: Cast, shelf: Shelf, words: WordEncoder):
    api = Api(cast.minsu)
    assert documents(api.get("/search/", question="결산 기본급 연차")) == {"취업규칙", "결산 메모"}
    assert documents(api.post("/search/", {"question": "결산 기본급 연차"})) == {"취업규칙", "결산 메모"}
    assert documents(Api(cast.admin).post("/search/", {"question": "결산 기본급"})) == {"취업규칙"}


def test_a_hit_says_where_it_stands_and_how_it_was_found(cast: Cast, shelf: Shelf, words: WordEncoder):
    hit = Api(cast.minsu).post("/search/", {"question": "출장비는 언제 정산합니까?", "limit": 1}).json()["hits"][0]
    assert (hit["collection"], hit["document_id"], hit["revision"], hit["page"]) == ("rules", shelf.common.pk, 1, 2)
    assert hit["text"] == "출장비는 7일 안에 정산합니다."
    assert hit["score"] > 0
    assert hit["end"] - hit["start"] == len(hit["text"])


def test_collections_narrow_and_those_of_others_are_not_there(cast: Cast, shelf: Shelf, words: WordEncoder):
    api = Api(cast.minsu)
    assert documents(api.post("/search/", {"question": "결산 연차", "collections": ["rules"]})) == {"취업규칙"}
    assert documents(api.get("/search/", question="결산 연차", collections="rules,finance-private")) == {
        "취업규칙",
        "결산 메모",
    }
    hidden = api.post("/search/", {"question": "결산", "collections": ["hr-private"]})
    missing = api.post("/search/", {"question": "결산", "collections": ["no-such"]})
    assert (hidden.status_code, hidden.json()) == (404, missing.json())


def test_the_day_decides_which_revision_is_found(cast: Cast, shelf: Shelf, words: WordEncoder):
    later = today() + timedelta(days=30)
    add_revision(shelf.common, ["연차는 다음 해 6월 30일까지 이월됩니다."], begin=later)
    api = Api(cast.minsu)
    now = api.post("/search/", {"question": "연차 이월", "collections": ["rules"]}).json()["hits"]
    then = api.post("/search/", {"question": "연차 이월", "collections": ["rules"], "day": later.isoformat()}).json()[
        "hits"
    ]
    assert ({hit["revision"] for hit in now}, {hit["revision"] for hit in then}) == ({1}, {2})


@pytest.mark.parametrize(
    ("question", "status", "code"),
    [
        ("", 400, "empty_question"),
        ("   \n\t ", 400, "empty_question"),
        ("😀", 400, "empty_question"),
        ("?!…", 400, "empty_question"),
        ("가" * 100_000, 413, "question_too_long"),
        ("가" * 4001, 413, "question_too_long"),
        (None, 400, "invalid"),
        (["연차"], 400, "invalid"),
    ],
)
def test_questions_that_cannot_be_asked(cast: Cast, words: WordEncoder, question, status: int, code: str):
    answer = Api(cast.minsu).post("/search/", {"question": question})
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content


@pytest.mark.parametrize(
    "question",
    [
        "'; drop table kb_document; --",
        "연차' or '1'='1",
        "{{ settings.SECRET_KEY }} {% debug %} ${7*7} #{7*7}",
        "%s %(question)s %% \\ \\x00 \\u0000",
        "연차 \x00 이월 \u202e \ud7ff",
        "\ufdfa" * 40,
        '"연차" "이월%_\\" :* | & ! ( )',
        "__import__('os').system('id')",
    ],
)
def test_questions_are_only_words(cast: Cast, shelf: Shelf, words: WordEncoder, question: str):
    answer = Api(cast.minsu).post("/search/", {"question": question})
    assert answer.status_code == 200, answer.content
    assert documents(answer) <= {"취업규칙", "결산 메모"}
    assert documents(Api(cast.minsu).post("/search/", {"question": "연차"})) >= {"취업규칙"}


def test_limits_are_kept(cast: Cast, shelf: Shelf, words: WordEncoder):
    api = Api(cast.minsu)
    assert len(api.post("/search/", {"question": "연차 출장비", "limit": 1}).json()["hits"]) == 1
    for body in ({"limit": 0}, {"limit": 51}, {"limit": "x"}, {"day": "x"}, {"collections": ["a"] * 51}, {"user": 1}):
        assert api.post("/search/", {"question": "연차"} | body).status_code == 400, body
