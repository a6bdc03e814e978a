"""Keys and passwords: made once, whole, for their owner alone."""

from __future__ import annotations

import base64
import subprocess
import sys

import pytest

from kb.runtime.problems import StartProblem
from kb.runtime.secrets import load_secrets, read_accounts, write_accounts


def test_they_are_made_once_and_differ(home):
    first, again = load_secrets(home), load_secrets(home)
    assert first == again
    values = [path.read_text() for path in home.secrets.iterdir()]
    assert len(values) == len(set(values)) == 8
    assert all(len(value) >= 43 for value in values)


def test_files_are_for_their_owner_alone_and_nothing_half_made_is_left(home):
    load_secrets(home)
    assert {path.stat().st_mode & 0o777 for path in home.secrets.iterdir()} == {0o600}
    assert not [path for path in home.secrets.iterdir() if path.name.startswith(".")]


def test_the_field_key_is_32_bytes(home):
    assert len(base64.urlsafe_b64decode(load_secrets(home).field_key)) == 32


def test_processes_that_start_at_once_agree(home, bare_env):
    code = (
        "import os; from kb.runtime.home import resolve_home; from kb.runtime.secrets import load_secrets;"
        "print(load_secrets(resolve_home(os.environ)).django_key)"
    )
    env = {**bare_env, "MARU_HOME": str(home.root)}
    runs = [subprocess.Popen([sys.executable, "-c", code], env=env, stdout=subprocess.PIPE) for _ in range(6)]
    assert len({run.communicate()[0] for run in runs}) == 1


def test_an_empty_key_stops_the_start(home):
    load_secrets(home)
    (home.secrets / "django_key").write_text("")
    with pytest.raises(StartProblem, match="django_key is empty"):
        load_secrets(home)


def test_a_missing_key_alone_is_made_anew(home):
    before = load_secrets(home)
    (home.secrets / "encoder_key").unlink()
    after = load_secrets(home)
    assert after.encoder_key != before.encoder_key
    assert after.django_key == before.django_key


def test_they_do_not_show_themselves_in_a_traceback(home):
    secrets = load_secrets(home)
    assert secrets.django_key not in repr(secrets)


def test_the_sample_accounts_are_kept_in_columns_for_their_owner_alone(home):
    assert read_accounts(home) == []
    write_accounts(home, [("hana", "word-one", "인사팀"), ("admin", "w", "")])
    assert read_accounts(home) == ["hana   word-one  인사팀", "admin  w"]
    assert home.accounts.stat().st_mode & 0o777 == 0o600
