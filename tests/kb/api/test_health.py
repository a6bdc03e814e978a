"""/healthz and /readyz: true, quick, open, and without a secret."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone
from django_q.models import Task

from kb import health
from kb.models import Job
from kb.serving.servers import model_server
from tests.cast import Cast
from tests.database import as_worker


class _Answers(BaseHTTPRequestHandler):
    """Says {"status": …} to everybody, as the encoder does."""

    status = "ok"
    asked = 0

    def do_GET(self) -> None:
        type(self).asked += 1
        body = json.dumps({"status": self.status}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def encoder(settings) -> Iterator[type[_Answers]]:
    """A process that answers where the encoder is expected."""
    handler = type("Handler", (_Answers,), {})
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.ENCODER_URL = f"http://127.0.0.1:{server.server_port}"
    yield handler
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def _looked_anew(settings) -> Iterator[None]:
    settings.MARU_MODEL_SERVER = "none"
    model_server.cache_clear()
    health.forget()
    yield
    health.forget()
    model_server.cache_clear()


@pytest.fixture
def task(committed_cast: Cast) -> Task:
    """A worker did something lately."""
    now = timezone.now()
    return Task.objects.create(id="a" * 32, name="canary", func="x", started=now, stopped=now, success=True)


def ready() -> tuple[int, dict]:
    answer = Client().get("/readyz", headers={"Accept-Language": "en"})
    body = answer.json()
    return answer.status_code, {part["name"]: part for part in body["parts"]} | {"status": body["status"]}


def test_healthz_answers_without_a_database(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(connections.settings["default"], "PORT", 1)
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_all_is_well(task: Task, encoder):
    status, parts = ready()
    assert status == 200
    assert parts["status"] == "ready"
    assert {name: part["state"] for name, part in parts.items() if name != "status"} == {
        "database": "ok",
        "workers": "ok",
        "encoder": "ok",
        "model_server": "off",
        "disk": "ok",
    }
    assert parts["workers"]["text"] == "The workers do their jobs."


def test_an_encoder_that_is_down_or_loading_is_missing(task: Task, encoder, settings):
    encoder.status = "loading"
    assert ready()[0] == 503
    health.forget()
    settings.ENCODER_URL = "http://127.0.0.1:1"
    status, parts = ready()
    assert (status, parts["status"], parts["encoder"]["state"]) == (503, "not_ready", "missing")
    assert parts["database"]["state"] == "ok"


def test_workers_that_are_silent_are_missing(task: Task, encoder):
    Task.objects.update(stopped=timezone.now() - timedelta(seconds=200))
    status, parts = ready()
    assert (status, parts["workers"]["state"]) == (503, "missing")


def test_workers_that_are_all_busy_with_long_jobs_are_there(committed_cast: Cast, encoder):
    with as_worker():
        Job.objects.create(kind="refresh_terms", state="running", lease_until=timezone.now() + timedelta(seconds=30))
    assert ready()[1]["workers"]["state"] == "ok"


def test_a_missing_model_server_only_degrades(task: Task, encoder, settings):
    settings.MARU_MODEL_SERVER = "openai+http://127.0.0.1:1"
    model_server.cache_clear()
    status, parts = ready()
    assert (status, parts["status"], parts["model_server"]["state"]) == (200, "degraded", "missing")


def test_a_disk_that_is_nearly_full_only_degrades(task: Task, encoder, settings):
    settings.MARU_DISK_FREE_BYTES = 2**62
    status, parts = ready()
    assert (status, parts["disk"]["state"]) == (200, "degraded")


def test_a_stopped_database_is_503_and_not_500(transactional_db, encoder, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(connections.settings["default"], "PORT", 1)
    status, parts = ready()
    assert (status, parts["database"]["state"], parts["encoder"]["state"]) == (503, "missing", "ok")


def test_a_look_is_kept_for_a_moment_and_not_longer(task: Task, encoder, monkeypatch: pytest.MonkeyPatch):
    ready()
    ready()
    assert encoder.asked == 1
    monkeypatch.setattr(health, "KEPT", 0.0)
    ready()
    assert encoder.asked == 2


def test_nothing_secret_is_told(task: Task, encoder, settings):
    told = Client().get("/readyz").content.decode()
    secrets = settings.SECRETS
    for secret in (secrets.django_key, secrets.encoder_key, secrets.app_password, str(settings.MARU.root)):
        assert secret not in told
