"""`up` from outside: what it starts, says, restarts and leaves behind."""

from __future__ import annotations

import os
import signal
import socket
import time
from pathlib import Path

import psycopg
import pytest

from kb.runtime.addresses import embedded_url
from kb.runtime.borrow import borrowed
from kb.runtime.home import Home, resolve_home
from kb.runtime.postgres.cluster import find_postmaster
from kb.runtime.processes import Running
from tests.kb.runtime.conftest import House, processes_about, until


@pytest.fixture
def house(place: Path, bare_env: dict[str, str]) -> House:
    return House(place, bare_env).ready()


def database_of(house: House) -> str:
    return embedded_url(resolve_home({"MARU_HOME": str(house.root)}), "owner")


def postmaster_of(house: House) -> Running:
    found = find_postmaster(resolve_home({"MARU_HOME": str(house.root)}))
    assert found is not None
    return found


def add_row(house: House) -> None:
    with psycopg.connect(database_of(house), autocommit=True) as held:
        held.execute("create table if not exists kept (n int)")
        held.execute("insert into kept values (1)")


def rows(house: House) -> int:
    with psycopg.connect(database_of(house), autocommit=True) as held:
        return held.execute("select count(*) from kept").fetchone()[0]


def test_it_says_once_that_it_is_ready_and_then_shows_the_sample_accounts(place, bare_env):
    root = resolve_home({"MARU_HOME": str(place / "home")})
    root.accounts.write_text("hana  secret-word  인사팀\n")
    house = House(place, bare_env).ready()
    house.wait_for("The encoder is ready.")
    house.stop()
    lines = house.said.splitlines()
    assert lines.count(f"Maru is ready: http://127.0.0.1:{house.port}") == 1
    assert lines[lines.index(f"Maru is ready: http://127.0.0.1:{house.port}") + 1] == "  hana  secret-word  인사팀"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_everything_within_ten_seconds_and_leaves_nothing(house, number):
    began = time.monotonic()
    assert house.stop(number) == 0
    assert time.monotonic() - began < 10
    assert processes_about(house.place) == []


def test_a_second_sigterm_at_the_same_moment_stops_as_gently_as_one(house):
    house.process.send_signal(signal.SIGTERM)
    time.sleep(0.05)
    assert house.stop(signal.SIGTERM) == 0
    assert (house.folder / "checkpoint").exists()
    assert len((house.folder / "stops").read_text().splitlines()) == 2  # web and encoder were asked, not killed


def test_it_stops_web_first_then_workers_training_encoder_and_database(house):
    log = house.root / "logs/database.log"
    assert house.stop() == 0
    web, encoder = [line.split() for line in (house.folder / "stops").read_text().splitlines()]
    checkpoint = float((house.folder / "checkpoint").read_text())
    assert web[1] == str(house.port)
    assert float(web[2]) < checkpoint < float(encoder[2])
    assert "received fast shutdown request" in log.read_text()


def test_workers_that_ignore_the_signal_are_killed_and_all_still_ends_in_time(place, bare_env):
    house = House(place, bare_env)
    (house.folder / "deaf").touch()
    house.ready()
    began = time.monotonic()
    assert house.stop() == 0
    assert time.monotonic() - began < 10
    assert processes_about(place) == []


def test_a_second_ctrl_c_does_not_wait(place, bare_env):
    house = House(place, bare_env)
    (house.folder / "deaf").touch()
    house.ready()
    house.process.send_signal(signal.SIGINT)
    time.sleep(0.7)
    began = time.monotonic()
    assert house.stop(signal.SIGINT) == 0
    assert time.monotonic() - began < 6
    assert processes_about(place) == []


def test_killing_it_leaves_nothing_running_but_training_and_the_next_start_works(place, bare_env):
    house = House(place, bare_env)
    (house.folder / "no-training").touch()
    house.ready()
    add_row(house)
    house.stop(signal.SIGKILL)
    until(lambda: set(processes_about(place)) <= toys(house), what="children die with their parent")
    again = House(place, bare_env).ready()
    assert rows(again) == 1
    assert again.stop() == 0


def toys(house: House) -> set[int]:
    """The toy cluster's forked process: the real cluster binds its forks to their parents, see test_workers.py."""
    return {int((house.folder / "forked").read_text())}


def test_a_killed_web_server_is_started_again_and_that_is_said(house):
    victim = next(pid for pid in processes_about(house.place) if f"toy_server.py\0{house.port}" in words_of(pid))
    os.kill(victim, signal.SIGKILL)
    house.wait_for("The web server stopped (killed by SIGKILL). Starting it again in 0.2 s.")
    until(lambda: answers(house.port))
    assert house.stop() == 0


def test_killed_workers_take_their_forks_with_them_and_are_started_again(house):
    first, forked = (int((house.folder / name).read_text()) for name in ("workers", "forked"))
    os.kill(first, signal.SIGKILL)
    house.wait_for("The workers stopped (killed by SIGKILL)")
    until(lambda: Running.of(forked) is None, what="the fork is gone")
    until(lambda: int((house.folder / "workers").read_text()) != first)
    assert house.stop() == 0


def test_a_killed_database_is_started_again_with_every_committed_row(house):
    add_row(house)
    postmaster_of(house).send(signal.SIGKILL)
    house.wait_for("The database stopped (killed by SIGKILL")
    until(lambda: find_postmaster(resolve_home({"MARU_HOME": str(house.root)})) is not None)
    until(lambda: can_connect(house))
    assert rows(house) == 1
    assert house.stop() == 0


def test_silent_workers_are_replaced_with_their_whole_group_even_if_they_ignore_signals(place, bare_env):
    house = House(place, bare_env, "sick")
    (house.folder / "deaf").touch()
    house.ready()
    first, forked = (int((house.folder / name).read_text()) for name in ("workers", "forked"))
    (house.folder / "sick").touch()
    house.wait_for("The workers stopped (no sign of life for 1 s)")
    (house.folder / "sick").unlink()
    assert Running.of(first) is None
    until(lambda: Running.of(forked) is None)
    until(lambda: int((house.folder / "workers").read_text()) != first)
    assert house.stop() == 0


def test_training_outlives_replaced_workers_and_gets_time_for_its_checkpoint_at_the_end(place, bare_env):
    house = House(place, bare_env, "sick").ready()
    (house.folder / "sick").touch()
    house.wait_for("The workers stopped (no sign of life for 1 s)")
    (house.folder / "sick").unlink()
    assert not (house.folder / "checkpoint").exists()
    assert house.stop() == 0
    assert (house.folder / "checkpoint").exists()
    assert processes_about(place) == []


def test_a_second_one_on_the_same_home_is_refused_and_the_first_goes_on(house, bare_env):
    second = House(house.place, bare_env)
    assert second.process.wait(40) == 1
    assert "StartProblem: Maru already runs on" in second.said
    assert f"process {house.process.pid}, http://127.0.0.1:{house.port}" in second.said
    assert answers(house.port)
    assert house.stop() == 0


def test_two_homes_run_side_by_side(house, bare_env):
    other = House(house.place, bare_env, home="other").ready()
    add_row(house)
    with pytest.raises(psycopg.errors.UndefinedTable):
        rows(other)
    assert other.stop() == 0
    assert rows(house) == 1
    assert house.stop() == 0


def test_a_port_that_somebody_else_has_is_named(place, bare_env):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        house = House(place, bare_env, port=taken.getsockname()[1])
        assert house.process.wait(40) == 1
    assert f"cannot listen on 127.0.0.1:{house.port}" in house.said
    assert "Set PORT" in house.said
    assert processes_about(place) == []


def test_a_failing_step_stops_the_start_with_its_own_words(place, bare_env):
    house = House(place, bare_env, "failing-step")
    assert house.process.wait(60) == 1
    assert f"Preparing failed (all of it: {house.root}/logs/prepare.log):\nthe tables are in the way" in house.said
    assert "Maru is ready" not in house.said
    assert processes_about(place) == []


def test_a_web_server_that_never_starts_ends_the_start_with_the_reason(place, bare_env):
    house = House(place, bare_env, "failing-web")
    assert house.process.wait(60) == 1
    assert "The web server does not start: exit code 1: no such module" in house.said
    assert processes_about(place) == []


def test_workers_wait_for_the_encoder_but_not_for_ever(place, bare_env):
    house = House(place, bare_env, "no-encoder")
    house.wait_for("Maru is ready")
    time.sleep(1.0)
    assert not (house.folder / "workers").exists()
    until((house.folder / "workers").exists, what="the workers begin without the encoder")
    assert "The encoder is ready." not in house.said
    assert house.stop() == 0


def urls_of(home: Home) -> dict[str, str]:
    names = {"DATABASE_URL": "app", "DATABASE_OWNER_URL": "owner", "DATABASE_WORKER_URL": "worker"}
    return {name: embedded_url(home, role) for name, role in names.items()}


def test_with_a_database_elsewhere_none_is_started_here(place, bare_env):
    theirs = resolve_home({"MARU_HOME": str(place / "theirs")})
    with borrowed(home=theirs, env=bare_env):
        house = House(place, {**bare_env, **urls_of(theirs)}).ready()
        assert find_postmaster(resolve_home({"MARU_HOME": str(house.root)})) is None
        assert not (house.root / "logs/database.log").exists()
        assert house.stop() == 0
        assert find_postmaster(theirs) is not None


def test_a_database_elsewhere_whose_roles_are_wrong_stops_the_start(place, bare_env):
    theirs = resolve_home({"MARU_HOME": str(place / "theirs")})
    with borrowed(home=theirs, env=bare_env):
        urls = {**urls_of(theirs), "DATABASE_URL": embedded_url(theirs, "owner")}
        house = House(place, {**bare_env, **urls})
        assert house.process.wait(60) == 1
    assert "ALTER ROLE maru_owner NOSUPERUSER NOBYPASSRLS" in house.said
    assert "Maru is ready" not in house.said


def test_its_logs_and_keys_are_for_their_owner_alone(house):
    house.stop()
    files = [*(house.root / "logs").iterdir(), *(house.root / "secrets").iterdir(), *(house.root / "run").iterdir()]
    assert files
    assert {oct(path.stat().st_mode & 0o777) for path in files} == {"0o600"}


def words_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def can_connect(house: House) -> bool:
    try:
        psycopg.connect(database_of(house), connect_timeout=1).close()
    except psycopg.OperationalError:
        return False
    return True
