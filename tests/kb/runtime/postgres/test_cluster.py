"""The embedded server's data: nothing committed is lost, whatever killed what."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import psycopg
import pytest

from kb.runtime.addresses import embedded_url
from kb.runtime.borrow import borrowed
from kb.runtime.home import Home
from kb.runtime.ports import load_ports
from kb.runtime.postgres.cluster import answers, data_folder, find_postmaster, get_ready
from kb.runtime.problems import StartProblem
from kb.runtime.processes import working_in
from tests.kb.runtime.conftest import House, until

WRITER = """
import sys, psycopg
with psycopg.connect(sys.argv[1], autocommit=True) as held:
    for number in range(1_000_000):
        held.execute("insert into kept values (%s, %s)", [int(sys.argv[2]), number])
        print(number, flush=True)
"""


def test_killing_everything_under_writers_loses_no_committed_row(home: Home, place, bare_env):
    house = House(place, bare_env).ready()
    url = embedded_url(home, "owner")
    with psycopg.connect(url, autocommit=True) as held:
        held.execute("create table kept (writer int, n int)")
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, url, str(number)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        for number in range(3)
    ]
    with psycopg.connect(url, autocommit=True) as held:
        busy = "select count(*) from (select from kept group by writer having count(*) > 20) as writers"
        until(lambda: held.execute(busy).fetchone()[0] == 3)
    everything = working_in(data_folder(home))
    house.process.kill()
    for process in everything:
        process.send(signal.SIGKILL)
    house.process.wait()
    acknowledged = [len(writer.communicate()[0].splitlines()) for writer in writers]
    assert min(acknowledged) > 10
    again = House(place, bare_env).ready()
    with psycopg.connect(url) as held:
        kept = dict(held.execute("select writer, count(*) from kept group by writer").fetchall())
    assert all(kept[writer] >= count for writer, count in enumerate(acknowledged))
    assert again.stop() == 0


def test_it_listens_on_this_machine_only_and_asks_for_a_password(home, bare_env):
    with borrowed(home=home, env=bare_env):
        port = load_ports(home).database
        with psycopg.connect(embedded_url(home, "superuser", "postgres")) as held:
            assert held.execute("show listen_addresses").fetchone() == ("127.0.0.1",)
            assert held.execute("show unix_socket_directories").fetchone() == ("",)
            assert held.execute("show data_checksums").fetchone() == ("on",)
            assert held.execute("show password_encryption").fetchone() == ("scram-sha-256",)
            methods = {row[0] for row in held.execute("select distinct auth_method from pg_hba_file_rules")}
            assert methods == {"scram-sha-256"}
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(f"postgresql://maru:wrong@127.0.0.1:{port}/maru")


def test_a_half_made_database_is_made_again(home, bare_env):
    half = home.db / f"{data_folder(home).name}.half"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    with borrowed(home=home, env=bare_env):
        assert answers(home)
    assert not half.exists()
    assert not (home.db / "password").exists()


def test_a_stale_number_that_now_belongs_to_another_process_is_no_obstacle(home, bare_env):
    with borrowed(home=home, env=bare_env):
        words = (data_folder(home) / "postmaster.pid").read_text().splitlines()
    (data_folder(home) / "postmaster.pid").write_text("\n".join([str(os.getpid()), *words[1:]]) + "\n")
    with borrowed(home=home, env=bare_env):
        assert answers(home)


def test_backends_that_outlive_their_postmaster_are_ended_before_the_next_start(home, bare_env):
    with borrowed(home=home, env=bare_env), psycopg.connect(embedded_url(home, "owner")) as held:
        backend = held.info.backend_pid
        os.kill(backend, signal.SIGSTOP)  # it cannot notice that its postmaster is gone
        find_postmaster(home).send(signal.SIGKILL)
        until(lambda: find_postmaster(home) is None)
        assert backend in [process.pid for process in working_in(data_folder(home))]
        get_ready(home)
        assert working_in(data_folder(home)) == []


def test_getting_ready_beside_a_running_server_finds_it_and_disturbs_nothing(home, bare_env):
    with borrowed(home=home, env=bare_env):
        postmaster = find_postmaster(home)
        (home.run / "ports.json").write_text(json.dumps({"database": 1, "encoder": 2, "model_server": 3}))
        assert get_ready(home).leftover == postmaster
        assert answers(home)


def test_a_folder_that_cannot_be_written_is_an_error_in_words(home):
    home.db.rmdir()
    home.db.write_text("")
    with pytest.raises((StartProblem, OSError)):
        get_ready(home)
