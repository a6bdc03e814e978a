"""What `manage.py doctor` looks at. Each check says what it found and, when something is wrong, the one thing to do."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db import connections
from django.utils.translation import gettext as _

from kb.management.base import use_addresses
from kb.runtime import addresses, health
from kb.runtime.borrow import borrowed
from kb.runtime.children import WebSite, encoder_ready, model_server_ready
from kb.runtime.home import Home
from kb.runtime.launch import log_path
from kb.runtime.occupancy import Occupancy
from kb.runtime.postgres.foreign import check_server
from kb.runtime.problems import StartProblem


class State(StrEnum):
    """How a part is."""

    OK = "ok"
    NOTE = "note"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """One part of Maru: its stable name, how it is, what was seen, and what to do (empty when nothing)."""

    name: str
    state: State
    seen: str
    todo: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """What the checks look at: the home, and whether `up` runs there now."""

    home: Home
    up: bool


Check = Callable[[Patient], Iterator[Finding]]


def examine(home: Home) -> list[Finding]:
    """Run every check. Starts the embedded database for the time when nothing runs; starts nothing else."""
    patient = Patient(home, Occupancy(home).up_runs())
    with ExitStack() as stack:
        found = [*_home(patient)]
        try:
            stack.enter_context(borrowed(home=home))
            use_addresses(home)
            stack.callback(connections.close_all)
        except StartProblem as problem:
            todo = _("Look into %(log)s.") % {"log": log_path(home, "database")}
            return [*found, Finding("database", State.FAILED, str(problem), todo)]
        for check in CHECKS:
            found += check(patient)
    return found


def _home(patient: Patient) -> Iterator[Finding]:
    root = patient.home.root
    free = shutil.disk_usage(root).free
    seen = _("%(folder)s, %(free)s MB free") % {"folder": root, "free": free // 1_000_000}
    if free < settings.MARU_DISK_FREE_BYTES:
        yield Finding("home", State.FAILED, seen, _("Free disk space: no file is taken below MARU_DISK_FREE_BYTES."))
    elif patient.home.notice:
        yield Finding("home", State.NOTE, f"{seen}. {patient.home.notice}")
    else:
        yield Finding("home", State.OK, seen)


def _database(patient: Patient) -> Iterator[Finding]:
    urls = {role: addresses.database_url(patient.home, role, os.environ) for role in ("owner", "app", "worker")}
    try:
        report = check_server(urls, patience=1.0)
    except StartProblem as problem:
        yield Finding("database", State.FAILED, str(problem), _("Follow docs/deployment.md."))
        return
    whose = _("embedded") if addresses.has_own_database(os.environ) else _("given by DATABASE_URL")
    yield Finding("database", State.OK, _("answers, roles and extensions are right (%(whose)s)") % {"whose": whose})
    for hint in report.hints:
        yield Finding("database", State.NOTE, hint)


def _migrations(patient: Patient) -> Iterator[Finding]:
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections["default"])
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        seen = _("%(count)s migrations have not run") % {"count": len(waiting)}
        yield Finding("migrations", State.FAILED, seen, _("Start Maru once with `make run`."))
    else:
        yield Finding("migrations", State.OK, _("all have run"))


def _web(patient: Patient) -> Iterator[Finding]:
    site = WebSite(settings.HOST, settings.PORT)
    if not patient.up:
        yield Finding("web", State.NOTE, _("Maru is not running"), _("Start it with `make run`."))
    elif health.page_answers(f"{site.url}/healthz"):
        yield Finding("web", State.OK, _("answers on %(url)s") % {"url": site.url})
    else:
        yield _silent(patient, "web")


def _workers(patient: Patient) -> Iterator[Finding]:
    if not patient.up:
        return
    with connections["default"].cursor() as cursor:
        cursor.execute("select max(stopped) > now() - interval '60 seconds' from django_q_task")
        row = cursor.fetchone()
    if row and row[0]:
        yield Finding("workers", State.OK, _("did a task within the last minute"))
    else:
        yield Finding(
            "workers", State.NOTE, _("no task was done within the last minute"), _look_into(patient, "workers")
        )


def _encoder(patient: Patient) -> Iterator[Finding]:
    yield from _service(patient, "encoder", encoder_ready)


def _model_server(patient: Patient) -> Iterator[Finding]:
    if addresses.has_own_model_server(os.environ):
        yield from _service(patient, "model-server", model_server_ready)


def _service(patient: Patient, name: str, ready: Callable[[Home], bool]) -> Iterator[Finding]:
    if not patient.up:
        yield Finding(name, State.NOTE, _("is started when it is needed"))
    elif ready(patient.home):
        yield Finding(name, State.OK, _("answers"))
    else:
        yield _silent(patient, name)


def _silent(patient: Patient, name: str) -> Finding:
    return Finding(name, State.FAILED, _("does not answer"), _look_into(patient, name))


def _look_into(patient: Patient, name: str) -> str:
    return _("Look into %(log)s.") % {"log": log_path(patient.home, name)}


def _scans(patient: Patient) -> Iterator[Finding]:
    todo = _("Install the packages tesseract-ocr and tesseract-ocr-kor.")
    program = shutil.which("tesseract")
    if program is None:
        yield Finding("scans", State.NOTE, _("cannot be read: Tesseract is not installed"), todo)
        return
    done = subprocess.run([program, "--list-langs"], capture_output=True, text=True, check=False, timeout=20)
    if "kor" in (done.stdout + done.stderr).split():
        yield Finding("scans", State.OK, _("Tesseract reads Korean"))
    else:
        yield Finding("scans", State.NOTE, _("Tesseract is there, without Korean"), todo)


CHECKS: tuple[Check, ...] = (_database, _migrations, _web, _workers, _encoder, _model_server, _scans)


def as_rows(findings: list[Finding]) -> list[dict[str, Any]]:
    """For JSON."""
    return [{"name": one.name, "state": str(one.state), "seen": one.seen, "todo": one.todo} for one in findings]
