"""Who may ask: tokens, sessions, and nobody else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import people
from accounts.models import ApiToken
from tests.cast import PASSWORD, Cast
from tests.kb.api.conftest import Api

ADDRESS = "/api/v1/collections/"


def with_header(value: str):
    return Client().get(ADDRESS, headers={"Authorization": value})


def test_a_token_has_its_owners_access(cast: Cast):
    slugs = [row["slug"] for row in Api(cast.minsu).get("/collections/").json()["results"]]
    assert slugs == ["rules", "finance-private"]


def test_nobody_is_told_how_to_ask(cast: Cast):
    answer = Client().get(ADDRESS)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="Maru"'
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "not_authenticated"


@pytest.mark.parametrize("ending", ["revoked", "expired", "suspended"])
def test_a_token_that_ended_is_refused_at_its_next_call(cast: Cast, ending: str):
    api = Api(cast.minsu)
    assert api.get("/collections/").status_code == 200
    if ending == "revoked":
        api.token.revoke()
    elif ending == "expired":
        ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    else:
        people.suspend(cast.minsu, actor=cast.admin)
    assert api.get("/collections/").status_code == 401


def test_unknown_revoked_and_expired_tokens_cannot_be_told_apart(cast: Cast):
    revoked, expired = Api(cast.minsu), Api(cast.minsu)
    revoked.token.revoke()
    ApiToken.objects.filter(pk=expired.token.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    answers = [
        with_header(f"Bearer {revoked.secret}"),
        with_header(f"Bearer {expired.secret}"),
        with_header("Bearer maru_" + "x" * 43),
        with_header("Bearer "),
        with_header("Bearer " + "x" * 10_000),
        with_header("Bearer maru_\x00"),
        with_header("Basic YWRtaW46YWRtaW4="),
        with_header("maru_without_a_scheme"),
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert {answer["WWW-Authenticate"] for answer in answers} == {'Bearer realm="Maru"'}


def test_a_wrong_token_is_not_helped_by_a_session(cast: Cast):
    client = Client(HTTP_AUTHORIZATION="Bearer maru_wrong")
    client.login(username="hana", password=PASSWORD)
    assert client.get(ADDRESS).status_code == 401


def test_a_session_reads_and_changes_only_with_the_csrf_token(cast: Cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.hana)
    assert client.get(ADDRESS).status_code == 200
    refused = client.post("/api/v1/search/", {"question": "연차"}, content_type="application/json")
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
    refused = client.post("/api/v1/ask/", {"question": "연차"}, content_type="application/json")
    assert refused.status_code == 403


def test_the_session_of_a_suspended_person_is_nobodys(cast: Cast):
    client = Client()
    client.force_login(cast.minsu)
    people.suspend(cast.minsu, actor=cast.admin)
    assert client.get(ADDRESS).status_code == 401


def test_use_is_noted(cast: Cast):
    api = Api(cast.minsu)
    api.get("/collections/")
    api.token.refresh_from_db()
    assert api.token.last_used_at is not None


def test_a_token_over_its_quota_waits_and_others_do_not(cast: Cast, settings):
    settings.MARU_TOKEN_REQUESTS = 3
    api, other = Api(cast.minsu), Api(cast.minsu)
    assert [api.get("/collections/").status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    refused = api.client.get("/api/v1/collections/", headers={"Accept-Language": "en"})
    assert refused.json()["code"] == "throttled" and refused.json()["retryable"] is True
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert f"{refused['Retry-After']} seconds" in refused.json()["detail"]
    assert other.get("/collections/").status_code == 200


def test_a_token_that_waited_goes_on(cast: Cast, settings):
    settings.MARU_TOKEN_REQUESTS = 1
    api = Api(cast.minsu)
    assert [api.get("/collections/").status_code for _ in range(2)] == [200, 429]
    ApiToken.objects.filter(pk=api.token.pk).update(minute=timezone.now() - timedelta(seconds=61))
    assert [api.get("/collections/").status_code for _ in range(2)] == [200, 429]


def test_requests_at_once_cannot_share_a_place(committed_cast: Cast):
    secret = Api(committed_cast.minsu).secret

    def count(_number: int) -> int:
        try:
            return ApiToken.seconds_to_wait(secret, 10)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as crowd:
        waits = list(crowd.map(count, range(30)))
    assert sum(wait == 0 for wait in waits) == 10


def test_without_a_quota_nothing_is_counted(cast: Cast):
    api = Api(cast.minsu)
    api.get("/collections/")
    api.token.refresh_from_db()
    assert (api.token.requests, api.token.minute) == (0, None)
