"""Commands that run without `up`: they share the database, and the last one out stops it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from kb.runtime import borrow, occupancy
from kb.runtime.addresses import embedded_url
from kb.runtime.borrow import borrowed
from kb.runtime.locks import Lock
from kb.runtime.occupancy import keeper_of
from kb.runtime.ports import is_free, load_ports
from kb.runtime.postgres.cluster import data_folder, find_postmaster
from kb.runtime.problems import StartProblem
from kb.runtime.processes import Running, working_in
from tests.kb.runtime.conftest import HERE, House, processes_about, until


class Command:
    """One run of borrower.py."""

    def __init__(self, home, env: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "borrower.py")],
            env={**env, "MARU_HOME": str(home.root)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def inside(self) -> Command:
        assert self.process.stdout.readline() == "in\n"
        return self

    def finish(self) -> None:
        output, _ = self.process.communicate("\n", timeout=60)
        assert output == "out\n"
        assert self.process.returncode == 0


def test_the_database_is_there_inside_and_gone_outside(home, bare_env):
    with borrowed(home=home, env=bare_env), psycopg.connect(embedded_url(home, "app")) as held:
        assert held.execute("select current_user").fetchone() == ("maru_app",)
    assert working_in(data_folder(home)) == []
    assert "database system is shut down" in (home.logs / "database.log").read_text()


def test_the_last_one_out_stops_it(home, bare_env):
    first, second = Command(home, bare_env).inside(), Command(home, bare_env).inside()
    postmaster = find_postmaster(home)
    first.finish()
    assert find_postmaster(home) == postmaster
    second.finish()
    assert working_in(data_folder(home)) == []


def test_commands_that_start_at_once_share_one_database(home, bare_env):
    commands = [Command(home, bare_env) for _ in range(5)]
    for command in commands:
        command.inside()
    log = (home.logs / "database.log").read_text()
    assert log.count("starting PostgreSQL") == 1
    for command in commands:
        command.finish()
    assert processes_about(home.root.parent) == []


def test_coming_and_going_without_a_pause_never_meets_a_dead_database(home, bare_env):
    code = (
        "import os, psycopg\n"
        "from kb.runtime.borrow import borrowed\n"
        "from kb.runtime.addresses import embedded_url\n"
        "for _ in range(6):\n"
        "    with borrowed(env=os.environ) as home:\n"
        "        psycopg.connect(embedded_url(home, 'app')).execute('select 1')\n"
    )
    env = {**bare_env, "MARU_HOME": str(home.root)}
    runs = [subprocess.Popen([sys.executable, "-c", code], env=env) for _ in range(3)]
    assert [run.wait(60) for run in runs] == [0, 0, 0]
    assert working_in(data_folder(home)) == []


def test_a_killed_command_takes_its_database_along_unless_another_uses_it(home, bare_env):
    killed, other = Command(home, bare_env).inside(), Command(home, bare_env).inside()
    killed.process.kill()
    killed.process.wait()
    with psycopg.connect(embedded_url(home, "app")) as held:
        held.execute("select 1")
    other.process.kill()
    other.process.wait()
    until(lambda: working_in(data_folder(home)) == [], 10)


def test_after_a_killed_command_the_next_one_works_at_once(home, bare_env):
    killed = Command(home, bare_env).inside()
    killed.process.kill()
    Command(home, bare_env).inside().finish()
    killed.process.wait()
    assert processes_about(home.root.parent) == []


def test_a_postmaster_that_nobody_keeps_is_adopted_and_stopped_by_the_last_one_out(home, bare_env):
    command = Command(home, bare_env).inside()
    postmaster = find_postmaster(home)
    keeper = keeper_of(home, "database")
    os.kill(keeper.pid, signal.SIGSTOP)  # a keeper that cannot act
    until(lambda: ") T " in Path(f"/proc/{keeper.pid}/stat").read_text())
    command.process.kill()
    command.process.wait()
    Path(home.run / "database.keeper").unlink()
    with borrowed(home=home, env=bare_env):
        assert find_postmaster(home) == postmaster
    assert working_in(data_folder(home)) == []
    os.kill(keeper.pid, signal.SIGKILL)


def test_a_keeper_that_hangs_while_it_stops_its_service_is_killed(home, bare_env, monkeypatch):
    monkeypatch.setattr(occupancy, "STOPPING", 0.5)
    code = "import fcntl, sys, time; f = open(sys.argv[1], 'w'); fcntl.flock(f, fcntl.LOCK_EX); print(flush=True); time.sleep(300)"
    lifeline = str(occupancy.Occupancy(home).lifeline)
    hanging = subprocess.Popen([sys.executable, "-c", code, lifeline], stdout=subprocess.PIPE)
    hanging.stdout.readline()
    occupancy.note_keeper(home, "database", hanging.pid)
    with borrowed(home=home, env=bare_env):
        assert find_postmaster(home) is not None
    assert hanging.wait(5) == -signal.SIGKILL


def test_a_stranger_that_holds_the_lifeline_is_an_error_in_words(home, bare_env, monkeypatch):
    monkeypatch.setattr(occupancy, "STOPPING", 0.2)
    stranger = Lock(occupancy.Occupancy(home).lifeline)
    stranger.acquire()
    with pytest.raises(StartProblem, match=r"holds .*lifeline\.lock"), borrowed(home=home, env=bare_env):
        pass
    stranger.release()


def test_a_killed_keeper_does_not_leave_its_database_alone(home, bare_env):
    command = Command(home, bare_env).inside()
    os.kill(keeper_of(home, "database").pid, signal.SIGKILL)
    until(lambda: working_in(data_folder(home)) == [], 10)
    command.finish()
    with borrowed(home=home, env=bare_env):
        assert find_postmaster(home) is not None


def test_with_up_running_a_command_uses_what_up_started(home, place, bare_env):
    house = House(place, bare_env).ready()
    postmaster = find_postmaster(home)
    with borrowed(database=True, encoder=True, home=home, env=bare_env):
        assert find_postmaster(home) == postmaster
        assert keeper_of(home, "encoder") is None
    assert postmaster.alive()
    assert house.stop() == 0


def test_up_takes_over_what_a_command_started_and_keeps_it_when_the_command_ends(home, place, bare_env):
    command = Command(home, bare_env).inside()
    postmaster = find_postmaster(home)
    house = House(place, bare_env).ready()
    assert find_postmaster(home) == postmaster
    command.finish()
    time.sleep(0.3)
    assert postmaster.alive()
    assert house.stop() == 0
    assert processes_about(place) == []


def test_up_that_stops_leaves_a_borrowed_database_to_the_command_that_still_uses_it(home, place, bare_env):
    command = Command(home, bare_env).inside()
    house = House(place, bare_env).ready()
    assert house.stop() == 0
    with psycopg.connect(embedded_url(home, "app")) as held:
        held.execute("select 1")
    command.finish()
    assert processes_about(place) == []


def test_up_that_took_over_a_database_starts_its_own_when_that_one_dies(home, place, bare_env):
    command = Command(home, bare_env).inside()
    postmaster = find_postmaster(home)
    house = House(place, bare_env).ready()
    postmaster.send(signal.SIGKILL)
    house.wait_for("The database stopped (it ended). Starting it again")
    until(lambda: find_postmaster(home) not in (None, postmaster))
    assert house.stop() == 0
    command.finish()
    assert processes_about(place) == []


def test_a_database_that_cannot_start_is_an_error_with_its_last_words(home, bare_env):
    with borrowed(home=home, env=bare_env):
        pass
    (data_folder(home) / "postgresql.auto.conf").write_text("shared_buffers = 'much'\n")
    refused = pytest.raises(StartProblem, match=r"The database does not start: .*(shared_buffers|configuration file)")
    with refused, borrowed(home=home, env=bare_env):
        pass
    assert processes_about(home.root.parent) == []


def test_a_database_elsewhere_is_left_to_its_owners(home, bare_env):
    env = {**bare_env, "DATABASE_URL": "postgresql://a:b@192.0.2.1/maru"}
    with borrowed(home=home, env=env):
        assert not data_folder(home).exists()


def test_running_processes_are_told_apart_from_later_ones_of_the_same_number():
    me = Running.of(os.getpid())
    assert me.alive()
    assert not Running(me.pid, me.started - 1).alive()


@pytest.fixture
def lone_encoder(home, bare_env):
    """An encoder that somebody started by itself, and whether it lets this home's key in."""
    started = []

    def start(status: int) -> int:
        port = load_ports(home).encoder
        code = (
            "import http.server, sys\n"
            "class Answer(http.server.BaseHTTPRequestHandler):\n"
            "    def do_GET(self):\n"
            '        body = b\'{"status": "ok"}\'\n'
            f"        self.send_response({status} if self.path == '/info' else 200)\n"
            "        self.send_header('Content-Length', str(len(body)))\n"
            "        self.end_headers()\n"
            "        self.wfile.write(body)\n"
            "    def log_message(self, *_): pass\n"
            f"http.server.ThreadingHTTPServer(('127.0.0.1', {port}), Answer).serve_forever()\n"
        )
        started.append(subprocess.Popen([sys.executable, "-c", code]))
        until(lambda: not is_free(port), what="the lone encoder")
        return port

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.mark.parametrize("status", [200, 503])
def test_an_encoder_that_runs_by_itself_is_used_and_keeps_its_port(home, bare_env, lone_encoder, status):
    port = lone_encoder(status)
    with borrowed(database=False, encoder=True, home=home, env=bare_env):
        assert load_ports(home).encoder == port
        assert keeper_of(home, "encoder") is None
    assert not is_free(port)


def test_somebody_elses_encoder_on_our_port_is_not_ours(home, bare_env, lone_encoder, monkeypatch):
    port = lone_encoder(401)
    monkeypatch.setattr(borrow, "_begin", lambda *_: pytest.fail("a second encoder is begun, as it should be"))
    with (
        pytest.raises(pytest.fail.Exception, match="as it should be"),
        borrowed(database=False, encoder=True, home=home, env=bare_env),
    ):
        pass
    assert load_ports(home).encoder != port
