"""The doctor: each part is named, and what failed comes with what to do."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from kb.runtime.postgres.cluster import data_folder
from tests.kb.runtime.conftest import REPOSITORY, processes_about


def doctor(home, *words: str) -> tuple[int, str]:
    env = {"PATH": os.environ["PATH"], "MARU_HOME": str(home.root), "LANG": "C.UTF-8"}
    command = [sys.executable, "manage.py", "doctor", *words]
    done = subprocess.run(command, cwd=REPOSITORY, env=env, capture_output=True, text=True, check=False, timeout=120)
    return done.returncode, done.stdout


def test_a_fresh_home_has_its_database_and_lacks_its_tables(home):
    code, out = doctor(home, "--json")
    checks = {row["name"]: row for row in json.loads(out)["checks"]}
    assert code == 1
    assert checks["home"]["state"] == "ok"
    assert checks["database"]["state"] == "ok"
    assert checks["migrations"]["state"] == "failed"
    assert "make run" in checks["migrations"]["todo"]
    assert checks["web"]["state"] == "note"
    assert processes_about(home.root) == []


def test_a_database_that_does_not_start_is_a_finding_with_its_log(home):
    doctor(home)
    (data_folder(home) / "postgresql.auto.conf").write_text("shared_buffers = 'much'\n")
    code, out = doctor(home, "--json")
    (failed,) = [row for row in json.loads(out)["checks"] if row["state"] == "failed"]
    assert code == 1
    assert failed["name"] == "database"
    assert str(home.logs / "database.log") in failed["todo"]


def test_people_see_what_to_do_below_what_failed(home):
    lines = doctor(home)[1].splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith("✗ migrations"))
    assert "make run" in lines[place + 1]
