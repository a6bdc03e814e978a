"""docs/deployment.md: its unit, its proxies and its commands agree with what Maru needs."""

from __future__ import annotations

import configparser
import re
import shlex

from config.environment import SETTINGS, read_environment
from config.limits import ROOM
from kb.runtime.home import FOLDERS
from tests.docs.pages import REPOSITORY

PAGE = (REPOSITORY / "docs/deployment.md").read_text(encoding="utf-8")
DEFAULTS = {setting.name: setting.default for setting in SETTINGS}


def block(first: str) -> str:
    """The indented block that has this line, without its indent."""
    found = [part for part in re.findall(r"(?:^(?:    .*)?\n)+", PAGE, re.MULTILINE) if first in part]
    assert len(found) == 1, first
    return re.sub(r"^    ", "", found[0], flags=re.MULTILINE)


def unit() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, strict=True)
    parser.optionxform = str  # type: ignore[assignment]
    parser.read_string(block("[Unit]"))
    return parser


def test_the_unit_runs_up_as_an_account_of_its_own():
    service = unit()["Service"]
    assert service["User"] == "maru"
    assert service["ExecStart"] == f"{service['WorkingDirectory']}/.venv/bin/python manage.py up"
    assert unit()["Install"]["WantedBy"] == "multi-user.target"


def test_the_units_environment_is_taken():
    given = dict(word.split("=", 1) for word in shlex.split(unit()["Service"]["Environment"]))
    assert set(given) <= set(DEFAULTS)
    assert read_environment(given)["MARU_HTTPS"] is True
    assert given["MARU_HOME"] == f"/var/lib/{unit()['Service']['StateDirectory']}"


def test_the_unit_lets_up_stop_its_children_itself_and_in_time():
    service = unit()["Service"]
    assert service["KillMode"] == "mixed"
    assert int(service["TimeoutStopSec"]) > 10


def test_the_proxy_takes_what_maru_takes_and_waits_longer():
    nginx = block("client_max_body_size")
    size = int(re.search(r"client_max_body_size (\d+)m;", nginx)[1]) * 1024**2
    assert size >= DEFAULTS["MARU_UPLOAD_BYTES"] + ROOM
    wait = int(re.search(r"proxy_read_timeout (\d+)s;", nginx)[1])
    assert wait > DEFAULTS["MARU_ANSWER_SECONDS"]
    assert "proxy_buffering off;" in nginx
    assert nginx.count("{") == nginx.count("}")
    for name in ("Host", "X-Forwarded-For", "X-Forwarded-Proto"):
        assert f"proxy_set_header {name} " in nginx


def test_every_folder_of_the_home_is_told():
    told = PAGE.partition("## Where things lie")[2].partition("\n## ")[0]
    assert {name for name in FOLDERS if f"`{name}/`" not in told} == set()


def test_the_web_servers_command_can_be_typed():
    from uvicorn.main import main as uvicorn

    command = re.search(r"`MARU_ROLE=web python -m uvicorn ([^`]+)`", PAGE)
    given = uvicorn.make_context("uvicorn", shlex.split(command[1])).params
    assert given["app"] == "config.asgi:application"
    assert given["forwarded_allow_ips"] == "127.0.0.1"
