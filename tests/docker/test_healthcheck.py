"""docker/healthcheck.py: well is 0, anything else 1."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from datetime import timedelta

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from kb.runtime.addresses import database_url, embedded_url
from tests.docker.parts import FOLDER, REPOSITORY, SERVICES


@pytest.fixture(scope="module")
def checks():
    spec = importlib.util.spec_from_file_location("healthcheck", FOLDER / "healthcheck.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_health_check_of_ours_is_one_that_there_is(checks):
    asked = {
        service["healthcheck"]["test"][3]
        for service in SERVICES.values()
        if service.get("healthcheck", {}).get("test", [])[1:3] == ["python", "docker/healthcheck.py"]
    }
    assert asked == set(checks.CHECKS)


def run(*arguments: str, home) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY), "MARU_HOME": str(home), "DATABASE_URL": "unused"}
    command = [sys.executable, str(FOLDER / "healthcheck.py"), *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=60)


def test_a_silent_encoder_is_not_well(tmp_path):
    assert run("encoder", home=tmp_path / "home").returncode == 1


def test_a_service_that_there_is_not_is_wrong_use(tmp_path):
    done = run("kitchen", home=tmp_path / "home")
    assert done.returncode == 1
    assert "usage" in done.stderr


@pytest.fixture
def queue(maru_database, django_db_setup, monkeypatch):
    """The workers' connection to the tests' database, and their environment."""
    url = embedded_url(settings.MARU, "worker", connection.settings_dict["NAME"])
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_WORKER_URL"):
        monkeypatch.setenv(name, url)
    with psycopg.connect(url, autocommit=True) as held:
        held.execute("delete from django_q_task")
        yield held
        held.execute("delete from django_q_task")


def record(held: psycopg.Connection, ago: timedelta) -> None:
    held.execute(
        "insert into django_q_task (id, name, func, started, stopped, success, attempt_count)"
        " values ('h', 'canary', 'f', %(at)s, %(at)s, true, 1)",
        {"at": timezone.now() - ago},
    )


def test_workers_that_recorded_a_task_are_well(checks, queue):
    record(queue, timedelta(seconds=20))
    assert checks.workers(settings.MARU)


def test_workers_that_recorded_nothing_for_long_are_not(checks, queue):
    assert not checks.workers(settings.MARU)
    record(queue, timedelta(minutes=5))
    assert not checks.workers(settings.MARU)


def test_without_a_database_the_workers_are_not_well(checks, monkeypatch):
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_WORKER_URL"):
        monkeypatch.setenv(name, "postgresql://maru_worker:x@127.0.0.1:1/maru")
    assert database_url(settings.MARU, "worker").endswith(":1/maru")
    assert not checks.workers(settings.MARU)
