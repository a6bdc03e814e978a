"""Two web processes on one database: an answer that one of them makes can be read, stopped and resumed through the other."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import httpx
import pytest
from django.conf import settings
from django.test import Client

from accounts.access import as_user
from accounts.models import User
from kb.models import Answer, IndexVersion
from tests.cast import Cast
from tests.database import as_worker
from tests.kb.api import outside
from tests.kb.api.conftest import Api, make_shelf
from tests.kb.api.live import Web, encoder_port, running_web, serving

RULE = ("연차는", " 다음", " 해", " 3월", " 31일까지", " 이월됩니다.")
WORDS = (*RULE, *(f" 그리고 {number}번째 말입니다." for number in range(40)))
TOKEN = "t" * 32
Events = Iterator[tuple[str, str, str]]


@dataclass
class House:
    """Web processes, of which one may be stopped by a test, and the model server that all ask."""

    model: outside.ModelServer
    one: Web
    two: Web
    doomed: Web


@pytest.fixture(scope="module")
def both(django_db_setup: None) -> Iterator[House]:
    model = outside.ModelServer(WORDS, 0.04)
    with (
        serving(outside.encoder, encoder_port()),
        serving(model) as server,
        ExitStack() as stack,
        ThreadPoolExecutor() as pool,
    ):
        webs = [running_web(MARU_MODEL_SERVER=f"openai+{server}") for _ in range(3)]
        yield House(model, *pool.map(stack.enter_context, webs))


@pytest.fixture
def suji(committed_cast: Cast) -> User:
    """The person who asks, with a rule to find; what is relevant is judged by words."""
    make_shelf(committed_cast)
    with as_worker():
        IndexVersion.objects.update(calibration={"dense": 0.0, "lexical": 20.0, "bias": -1.0})
    return committed_cast.suji


@pytest.fixture(autouse=True)
def _nothing_goes_on(both: House) -> Iterator[None]:
    """Rows are numbered from one again in the next test: nothing may still be written."""
    yield
    eventually(lambda: both.model.at_once == 0, 8.0)


@pytest.fixture
def slow(both: House, monkeypatch: pytest.MonkeyPatch) -> outside.ModelServer:
    """The model writes for 14 seconds, so that nothing ends by itself while a test looks."""
    monkeypatch.setattr(both.model, "pause", 0.3)
    return both.model


def browser(person: User) -> httpx.Client:
    """A browser that is signed in, at whatever process it asks."""
    User.objects.filter(pk=person.pk).update(language="en")
    signed = Client()
    signed.force_login(person)
    cookies = {"sessionid": signed.cookies[settings.SESSION_COOKIE_NAME].value, "csrftoken": TOKEN}
    headers = {"X-CSRFToken": TOKEN, "HX-Request": "true"}
    return httpx.Client(cookies=cookies, headers=headers, timeout=20, trust_env=False)


def ask(client: httpx.Client, web: Web) -> int:
    answer = client.post(f"{web.address}/ask/", data={"q": "연차는 언제까지 이월됩니까?"})
    assert answer.status_code == 200, answer.text
    return int(re.search(r"/answers/(\d+)/stream/", answer.text).group(1))


@contextmanager
def stream(client: httpx.Client, web: Web, answer_id: int, last: str = "") -> Iterator[Events]:
    headers = {"Last-Event-ID": last} if last else {}
    with client.stream("GET", f"{web.address}/answers/{answer_id}/stream/", headers=headers) as response:
        assert response.status_code == 200
        yield events(response)


def events(response: httpx.Response) -> Events:
    """(name, id, data) of each event."""
    fields: list[tuple[str, str]] = []
    for line in response.iter_lines():
        if line and not line.startswith(":"):
            name, _, value = line.partition(": ")
            fields.append((name, value))
        elif not line and fields:
            data = "\n".join(value for name, value in fields if name == "data")
            yield dict(fields)["event"], dict(fields).get("id", ""), data
            fields = []


def heard_until(told: Events, words: str) -> tuple[str, str]:
    """The draft until `words` stand in it, and the number of the last event."""
    heard, last = "", ""
    for name, number, data in told:
        heard, last = heard + (data if name in ("draft", "token") else ""), number or last
        if words in heard:
            return heard, last
    raise AssertionError(f"the stream ended with {heard!r}")


def row(person: User, answer_id: int) -> Answer:
    with as_user(person):
        return Answer.objects.get(pk=answer_id)


def eventually(check: Callable[[], bool], seconds: float = 5.0) -> float:
    """Seconds until it is so."""
    begun = time.monotonic()
    while not check():
        assert time.monotonic() - begun < seconds, "it never was so"
        time.sleep(0.02)
    return time.monotonic() - begun


def test_a_reload_in_mid_stream_goes_on_in_the_other_process(both: House, suji: User):
    client = browser(suji)
    answer_id = ask(client, both.one)
    with stream(client, both.one, answer_id) as told:
        heard, last = heard_until(told, "1번째")
    with stream(client, both.two, answer_id, last) as told:
        rest = list(told)
    assert "draft" not in [name for name, _, _ in rest]
    assert heard + "".join(data for name, _, data in rest if name == "token") == "".join(WORDS)
    name, _, page = rest[-1]
    assert name == "done" and "cite-chip" in page
    assert row(suji, answer_id).state == "done"
    assert (both.model.most, both.model.left) == (1, 0), "the model was asked twice, or stopped by the reload"


def test_a_page_opened_in_the_other_process_shows_all_that_was_written(both: House, suji: User):
    client = browser(suji)
    answer_id = ask(client, both.one)
    with stream(client, both.one, answer_id) as told:
        heard_until(told, "1번째")
        with stream(client, both.two, answer_id) as elsewhere:
            (name, _, draft), *rest = elsewhere
    assert name == "draft" and draft.startswith("연차는 다음 해")
    assert draft + "".join(data for name, _, data in rest if name == "token") == "".join(WORDS)


def test_stopping_through_the_other_process_stops_the_model(both: House, suji: User, slow: outside.ModelServer):
    client = browser(suji)
    answer_id = ask(client, both.one)
    with stream(client, both.one, answer_id) as told:
        heard_until(told, "".join(RULE))
        left, begun = slow.left, time.monotonic()
        assert client.post(f"{both.two.address}/answers/{answer_id}/stop/").status_code == 204
        *_, (name, _, page) = told
    assert slow.left == left + 1 and time.monotonic() - begun < 5.0
    assert name == "done" and "stopped here" in page
    assert row(suji, answer_id).state == "stopped"


def test_another_persons_browser_gets_none_of_it_in_either_process(both: House, suji: User, committed_cast: Cast):
    answer_id = ask(browser(suji), both.one)
    other = browser(committed_cast.minsu)
    for web in (both.one, both.two):
        assert other.get(f"{web.address}/answers/{answer_id}/stream/").status_code == 404
        assert other.post(f"{web.address}/answers/{answer_id}/stop/").status_code == 404
    assert not row(suji, answer_id).stop_requested
    browser(suji).post(f"{both.one.address}/answers/{answer_id}/stop/")


def test_a_process_that_is_told_to_end_tells_its_readers_and_frees_the_model(
    both: House, suji: User, slow: outside.ModelServer
):
    client, web = browser(suji), both.doomed
    answer_id = ask(client, web)
    with stream(client, web, answer_id) as told, program(suji, web) as listened:
        heard, _ = heard_until(told, "31일까지")
        next(data for name, _, data in listened if name == "token")
        web.process.terminate()
        ended = time.monotonic()
        *_, (name, _, page) = told
        *_, (last, _, problem) = listened
    assert time.monotonic() - ended < 1.9, "the server cuts every line two seconds after the signal"
    assert name == "done" and "Maru was restarted while it wrote" in page
    assert last == "error" and (json.loads(problem)["code"], json.loads(problem)["retryable"]) == ("interrupted", True)
    assert eventually(lambda: slow.at_once == 0) < 1.0
    web.process.wait(5)
    assert time.monotonic() - ended < 4.0
    answer = row(suji, answer_id)
    assert (answer.state, answer.error) == ("failed", "interrupted")
    assert answer.draft.startswith(heard), "what somebody heard is kept, down to the last word"
    with stream(client, both.two, answer_id) as told:
        assert [name for name, _, _ in told] == ["draft", "done"]


@contextmanager
def program(person: User, web: Web) -> Iterator[Events]:
    """A program that asks the same and listens, as the API offers it."""
    headers = {"Authorization": f"Bearer {Api(person).secret}"}
    body = {"question": "연차는 언제까지 이월됩니까?", "stream": True}
    with (
        httpx.Client(headers=headers, timeout=20, trust_env=False) as client,
        client.stream("POST", f"{web.address}/api/v1/ask/", json=body) as response,
    ):
        yield events(response)
