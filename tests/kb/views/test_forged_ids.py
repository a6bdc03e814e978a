"""A forged id is 404 on every page and fragment, in every verb; so is one of somebody else."""

from __future__ import annotations

import pytest
from django.urls import URLPattern

from accounts.access import as_user
from kb import urls
from tests.answers import Said, answered, chunks_of
from tests.cast import Cast
from tests.kb.views.conftest import Browser

VERBS = ("get", "post", "put", "patch", "delete", "head", "options")
MINE = [*urls.asking, *urls.conversing, *urls.reading]
WITH_IDS = [pattern for pattern in MINE if pattern.pattern.converters]


def address(pattern: URLPattern, ids: dict[str, int]) -> str:
    route = f"/{pattern.pattern}"
    for name in pattern.pattern.converters:
        route = route.replace(f"<int:{name}>", str(ids[name]))
    return route


@pytest.mark.parametrize("pattern", WITH_IDS, ids=lambda pattern: pattern.name)
@pytest.mark.parametrize("htmx", [True, False], ids=["fragment", "page"])
def test_ids_of_nothing_and_of_others_are_not_there(shelf: Cast, browser: Browser, pattern: URLPattern, htmx: bool):
    chunk = chunks_of(shelf.minsu, "10월 결산 메모")[0]
    theirs = answered(shelf.minsu, "매출원가는?", [Said("12억입니다.", cites=[1])], [chunk])
    with as_user(shelf.minsu):
        citation = theirs.citations.get().pk
    others = {
        "question_id": theirs.question_id, "answer_id": theirs.pk, "conversation_id": theirs.question.conversation_id,
        "citation_id": citation, "document_id": chunk.document_id, "number": 1, "page": 1,
    }  # fmt: skip
    client = browser(shelf.suji)
    headers = {"HX-Request": "true"} if htmx else {}
    for ids in (others, dict.fromkeys(others, 987_654), dict.fromkeys(others, 10**25)):
        for verb in VERBS:
            response = getattr(client, verb)(address(pattern, ids), headers=headers)
            assert response.status_code == 404, (pattern.name, verb, ids, response.status_code)
            assert "12억" not in response.content.decode()


def test_every_address_with_an_id_is_looked_at():
    assert len(WITH_IDS) == 18
