"""Ask over HTTP, as events, against a real server."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from accounts import people
from accounts.access import as_user
from kb.models import Answer
from tests.cast import Cast
from tests.kb.api.conftest import Api, Shelf, WatchedServer
from tests.kb.api.live import live_server

QUESTION = "연차는 언제까지 이월됩니까?"


@pytest.fixture
def live(committed_shelf: Shelf, model: WatchedServer) -> Iterator[str]:
    with live_server() as address:
        yield address


def listen(live: str, api: Api, question: str = QUESTION, **more: object):
    return httpx.stream(
        "POST",
        f"{live}/api/v1/ask/",
        json={"question": question} | more,
        headers={"Authorization": f"Bearer {api.secret}", "Accept": "text/event-stream"},
        timeout=20,
    )


def events(response: httpx.Response) -> Iterator[tuple[str, dict]]:
    """(name, data) of each event; comments are left out."""
    for block in _blocks(response):
        fields = dict(line.split(": ", 1) for line in block if not line.startswith(":"))
        if fields:
            yield fields["event"], json.loads(fields["data"])


def _blocks(response: httpx.Response) -> Iterator[list[str]]:
    block: list[str] = []
    for line in response.iter_lines():
        if line:
            block.append(line)
        else:
            yield block
            block = []


def state_of(person, answer_id: int) -> Answer:
    with as_user(person):
        return Answer.objects.get(pk=answer_id)


def eventually(check: Callable[[], bool], seconds: float = 5.0) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if check():
            return True
        time.sleep(0.02)
    return check()


def test_an_answer_comes_in_stages_tokens_and_its_checked_form(committed_cast: Cast, live: str, model: WatchedServer):
    with listen(live, Api(committed_cast.minsu)) as response:
        assert response.status_code == 200
        assert response.headers["content-type"] == "text/event-stream"
        assert response.headers["x-accel-buffering"] == "no"
        told = list(events(response))
    names = [name for name, _ in told]
    assert names[0] == "started" and names[-1] == "answer"
    stages = [data["stage"] for name, data in told if name == "stage"]
    assert stages == sorted(stages, key=["routing", "searching", "reading", "writing", "checking"].index)
    assert stages[-1] == "checking"
    assert "".join(data["text"] for name, data in told if name == "token") == model.answer
    answer = told[-1][1]
    assert (answer["answer"], answer["basis"], answer["answer_id"]) == (
        model.answer,
        "sourced",
        told[0][1]["answer_id"],
    )
    assert Api(committed_cast.minsu).client.get(answer["url"]).json() == answer


def test_the_first_token_comes_before_the_model_has_made_its_last(
    committed_cast: Cast, live: str, model: WatchedServer
):
    model.pause = 0.15
    with listen(live, Api(committed_cast.minsu)) as response:
        for name, _ in events(response):
            if name == "token":
                assert model.at_once == 1
                return
    pytest.fail("no token came")


def test_who_leaves_stops_the_model_within_a_second(committed_cast: Cast, live: str, model: WatchedServer):
    model.answer, model.pause = "연차는 이월됩니다. " * 200, 0.05
    with listen(live, Api(committed_cast.minsu)) as response:
        for name, data in events(response):
            if name == "started":
                answer_id = data["answer_id"]
            if name == "token":
                break
    left = time.monotonic()
    assert eventually(lambda: bool(model.stopped)), "the model went on"
    assert model.stopped[0] - left < 1.0
    assert eventually(lambda: state_of(committed_cast.minsu, answer_id).finished)
    row = state_of(committed_cast.minsu, answer_id)
    assert (row.state, bool(row.draft)) == ("stopped", True)


def test_who_leaves_before_the_first_token_stops_it_too(committed_cast: Cast, live: str, model: WatchedServer):
    model.gate, model.gate_at = asyncio.Event(), 0
    with listen(live, Api(committed_cast.minsu)) as response:
        for name, data in events(response):
            if name == "stage" and data["stage"] == "writing":
                break
    assert eventually(lambda: bool(model.stopped), 3.0), "the model still waits"


def test_who_leaves_a_json_answer_stops_the_model_too(committed_cast: Cast, live: str, model: WatchedServer):
    model.answer, model.pause = "연차는 이월됩니다. " * 200, 0.05
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(
            f"{live}/api/v1/ask/",
            json={"question": QUESTION},
            headers={"Authorization": f"Bearer {Api(committed_cast.minsu).secret}"},
            timeout=1.5,
        )
    left = time.monotonic()
    assert eventually(lambda: bool(model.stopped)), "the model went on"
    assert model.stopped[0] - left < 1.0


@pytest.mark.parametrize("ending", ["revoked", "suspended"])
def test_a_token_that_ends_in_mid_stream_ends_the_stream(
    committed_cast: Cast, live: str, model: WatchedServer, ending: str
):
    model.answer, model.pause = "연차는 이월됩니다. " * 400, 0.05
    api = Api(committed_cast.minsu)
    ended, last = 0.0, ("", {})
    with listen(live, api) as response:
        for last in events(response):
            if last[0] == "token" and not ended:
                ended = time.monotonic()
                if ending == "revoked":
                    api.token.revoke()
                else:
                    people.suspend(committed_cast.minsu, actor=committed_cast.admin)
    assert (last[0], last[1]["status"]) == ("error", 404)
    assert time.monotonic() - ended < 5.0
    assert eventually(lambda: bool(model.stopped))


def test_a_source_that_is_closed_in_mid_stream_ends_the_stream(committed_cast: Cast, live: str, model: WatchedServer):
    from accounts.access import revoke_membership
    from accounts.models import Membership

    model.answer, model.pause = "재고 평가 손실은 31,000,000원입니다. " * 400, 0.05
    with listen(live, Api(committed_cast.minsu), "결산에서 재고 평가 손실은 얼마입니까?") as response:
        for name, data in events(response):
            if name == "started":
                answer_id = data["answer_id"]
            if name == "token" and Membership.objects.filter(user=committed_cast.minsu, ended_at=None).exists():
                revoke_membership(Membership.objects.get(user=committed_cast.minsu))
    assert (name, data["code"]) == ("error", "access_revoked")
    row = state_of(committed_cast.minsu, answer_id)
    assert (row.state, row.draft, row.text) == ("failed", "", "")


def test_an_error_in_mid_stream_is_an_event(committed_cast: Cast, live: str, model: WatchedServer, settings):
    settings.MARU_ANSWER_SECONDS = 1.0
    model.answer, model.pause = "연차는 이월됩니다. " * 400, 0.05
    with listen(live, Api(committed_cast.minsu)) as response:
        name, data = list(events(response))[-1]
    assert (name, data["code"], data["status"], data["retryable"]) == ("error", "answer_timeout", 503, True)
    assert model.stopped


def test_refusals_before_the_stream_are_plain_problems(committed_cast: Cast, live: str, model: WatchedServer):
    with listen(live, Api(committed_cast.minsu), "  ") as response:
        assert (response.status_code, response.headers["content-type"]) == (400, "application/problem+json")
    answer = httpx.post(f"{live}/api/v1/ask/", json={"question": QUESTION, "stream": True})
    assert answer.status_code == 401


def test_a_line_that_is_silent_is_kept_open_by_comments(
    committed_cast: Cast, live: str, model: WatchedServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("kb.chat.reading.SILENCE", 0.5)
    model.gate, model.gate_at = asyncio.Event(), 0
    with listen(live, Api(committed_cast.minsu)) as response:
        for line in response.iter_lines():
            if line.startswith(":"):
                return
    pytest.fail("the line fell silent")
