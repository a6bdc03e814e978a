"""Ports and addresses: chosen once, chosen again when taken, different for each home."""

from __future__ import annotations

import socket
from pathlib import Path

import psycopg
import pytest

from kb.runtime import addresses
from kb.runtime.borrow import borrowed
from kb.runtime.children import Services, WebSite, settle_ports
from kb.runtime.home import resolve_home
from kb.runtime.ports import is_free, load_ports


@pytest.fixture
def other(place: Path):
    return resolve_home({"MARU_HOME": str(place / "other")})


def listen_on(port: int) -> socket.socket:
    taken = socket.socket()
    taken.bind(("127.0.0.1", port))
    taken.listen()
    return taken


def test_they_are_kept_and_differ_within_a_home_and_between_homes(home, other):
    ports = load_ports(home)
    assert load_ports(home) == ports
    assert len({ports.database, ports.encoder, ports.model_server}) == 3
    assert load_ports(other).database != ports.database


def test_a_damaged_file_is_made_anew(home):
    (home.run / "ports.json").write_text('{"database": ')
    assert load_ports(home).database


def test_only_a_port_that_somebody_took_is_chosen_again(home):
    before = load_ports(home)
    with listen_on(before.encoder):
        assert not is_free(before.encoder)
        settle_ports(home, Services(database=True, encoder=True, model_server=True))
    after = load_ports(home)
    assert after.encoder != before.encoder
    assert (after.database, after.model_server) == (before.database, before.model_server)


def test_a_database_whose_port_somebody_took_starts_on_another(home, bare_env):
    before = load_ports(home).database
    with listen_on(before), borrowed(home=home, env=bare_env):
        assert load_ports(home).database != before
        psycopg.connect(addresses.embedded_url(home, "app")).close()


def test_each_role_has_its_user_and_password(home):
    urls = {role: addresses.database_url(home, role, {}) for role in ("owner", "app", "worker")}
    assert len(set(urls.values())) == 3
    assert urls["worker"].startswith("postgresql://maru_worker:")
    assert urls["worker"].endswith(f"@127.0.0.1:{load_ports(home).database}/maru")


def test_urls_of_the_environment_are_taken_as_they_are(home):
    env = {
        "DATABASE_URL": "postgresql://a@h/d",
        "DATABASE_OWNER_URL": "postgresql://o@h/d",
        "DATABASE_WORKER_URL": "postgresql://w@h/d",
    }
    assert [addresses.database_url(home, role, env) for role in ("app", "owner", "worker")] == list(env.values())


def test_what_the_environment_places_elsewhere_is_not_ours_to_start():
    env = {"DATABASE_URL": "postgresql://a@h/d", "MARU_MODEL_SERVER": "none", "MARU_EMBEDDER": "tei+http://h:1"}
    assert Services.of(env) == Services(database=False, encoder=True, model_server=False)
    assert Services.of({}) == Services(database=True, encoder=True, model_server=True)


def test_the_site_is_shown_under_an_address_that_works_here():
    assert WebSite("127.0.0.1", 8000).url == "http://127.0.0.1:8000"
    assert WebSite("0.0.0.0", 80).url == "http://127.0.0.1:80"
    assert WebSite("::", 80).url == "http://[::1]:80"
    assert WebSite("fd00::1", 80).url == "http://[fd00::1]:80"
