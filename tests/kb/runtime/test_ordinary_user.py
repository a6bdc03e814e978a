"""The same as an ordinary user: no account to change to, everything owned by oneself."""

from __future__ import annotations

import os
from pathlib import Path

from tests.kb.runtime.conftest import House, processes_about
from tests.kb.runtime.dropped import becoming, run_as_ordinary_user, their_folder

TWICE = """
import os, psycopg
from kb.runtime.borrow import borrowed
from kb.runtime.addresses import embedded_url
from kb.runtime.postgres.cluster import data_folder
assert os.geteuid() != 0
for turn in (1, 2):
    with borrowed(env=os.environ) as home:
        with psycopg.connect(embedded_url(home, 'owner'), autocommit=True) as held:
            held.execute('create table if not exists kept (n int)')
            held.execute('insert into kept values (1)')
            print(held.execute('select count(*) from kept').fetchone()[0])
print(oct(home.root.stat().st_mode & 0o777), oct(data_folder(home).stat().st_mode & 0o777))
print((home.root / 'postgresql').exists())
"""


def test_an_ordinary_user_runs_the_embedded_database_and_finds_it_again(place):
    assert run_as_ordinary_user(place, TWICE).splitlines() == ["1", "2", "0o700 0o700", "False"]
    assert processes_about(place) == []


def test_an_ordinary_user_runs_everything_and_leaves_nothing_running(place, bare_env):
    folder = their_folder(place)
    toys = folder / "home-toys"
    toys.mkdir()
    os.chown(toys, folder.stat().st_uid, folder.stat().st_gid)
    house = House(folder, bare_env, become=becoming()).ready()
    house.wait_for("The encoder is ready.")
    accounts = {Path(f"/proc/{pid}").stat().st_uid for pid in processes_about(folder)}
    assert accounts == {folder.stat().st_uid} != {0}
    assert house.stop() == 0
    assert processes_about(place) == []
