"""docker/compose.yaml: a valid file whose services run commands that there are, in the roles that `up` gives them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import jsonschema
import pytest
from django.core.management import get_commands, load_command_class

from kb.runtime.children import WebSite, web_spec
from kb.serving.embedded import process as embedded
from tests.docker.parts import COMPOSE, OURS, REPOSITORY, SCHEMA, SERVICES

ROLES = {"prepare": "owner", "encoder": "app", "web": "web", "workers": "worker"}


def test_it_is_valid_by_the_specifications_schema():
    jsonschema.Draft7Validator(SCHEMA).validate(COMPOSE)


def test_the_schema_would_refuse_a_mistake():
    services = {**SERVICES, "web": {**SERVICES["web"], "helthcheck": {}}}
    with pytest.raises(jsonschema.ValidationError, match="helthcheck"):
        jsonschema.Draft7Validator(SCHEMA).validate({**COMPOSE, "services": services})


def test_every_process_of_the_design_is_a_service_with_a_health_check():
    for name in ("db", "web", "workers", "encoder", "llamacpp", "tgi"):
        assert SERVICES[name]["healthcheck"]["test"][0] == "CMD", name


def test_model_servers_start_only_when_they_are_asked_for():
    assert {name for name, service in SERVICES.items() if service.get("profiles")} == {"llamacpp", "tgi"}


@pytest.mark.parametrize("name", sorted(set(OURS) - {"house"}))
def test_a_process_lives_in_the_network_of_the_house_and_has_the_home(name):
    service = OURS[name]
    assert service["network_mode"] == "service:house"
    assert "home:/var/lib/maru" in service["volumes"]
    assert service["env_file"] == "maru.env"


def test_one_port_is_open_and_on_this_machine_alone():
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {"house": ["${PUBLISH:-127.0.0.1:8000}:8000"]}


def test_the_workers_password_and_the_superusers_are_not_given_to_each_other():
    assert SERVICES["db"]["env_file"] == "db.env"
    assert not any("db.env" in str(service.get("env_file")) for service in OURS.values())


@pytest.mark.parametrize("name", ROLES)
def test_a_process_has_the_role_that_up_gives_it(name):
    assert OURS[name]["environment"] == {"MARU_ROLE": ROLES[name]}


def test_what_must_be_there_first_is_there_first():
    for name, service in SERVICES.items():
        assert set(service.get("depends_on", {})) <= set(SERVICES), name
    assert SERVICES["prepare"]["depends_on"]["db"]["condition"] == "service_healthy"
    for name in ("web", "encoder"):
        assert SERVICES[name]["depends_on"]["prepare"]["condition"] == "service_completed_successfully"
    assert SERVICES["workers"]["depends_on"]["encoder"]["condition"] == "service_healthy"


def test_mounted_files_are_in_the_repository():
    mounted = [
        volume.split(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", ())
        if volume.startswith("./")
    ]
    assert mounted == ["./db/roles.sh"]
    assert all((REPOSITORY / "docker" / place).is_file() for place in mounted)


@pytest.mark.parametrize("name", ["prepare", "encoder"])
def test_a_command_of_manage_py_is_one_that_there_is(name):
    program, script, command, *arguments = OURS[name]["command"]
    assert (program, script) == ("python", "manage.py")
    load_command_class(get_commands()[command], command).create_parser("manage.py", command).parse_args(arguments)


def test_the_web_server_is_started_as_up_starts_it():
    from uvicorn.main import main as uvicorn

    program, flag, module, *arguments = OURS["web"]["command"]
    assert (program, flag, module) == ("python", "-m", "uvicorn")
    given = uvicorn.make_context("uvicorn", list(arguments)).params
    ours = list(web_spec({}, WebSite("0.0.0.0", 8000)).command)
    expected = uvicorn.make_context("uvicorn", ours[ours.index("uvicorn") + 1 :]).params
    elsewhere = {"proxy_headers"}  # FORWARDED_ALLOW_IPS says it, empty by default
    assert {key: given[key] for key in given if key not in elsewhere} == {
        key: expected[key] for key in expected if key not in elsewhere
    }


def test_the_workers_are_started_as_up_starts_them():
    from kb.runtime.children import workers_spec

    assert OURS["workers"]["command"] == ["python", *workers_spec({}, None).command[1:]]


def test_llamacpp_takes_its_arguments(monkeypatch):
    monkeypatch.setenv("MARU_MODEL_SERVER_KEY", "a key")
    program, flag, module, *arguments = OURS["llamacpp"]["command"]
    assert (program, flag, module) == ("python", "-m", embedded.__name__)
    settings, models = embedded.parse(arguments)
    assert (settings.port, settings.key, settings.context) == (8081, "a key", 8192)
    assert settings.file == Path("/models/model.gguf")
    assert str(models).startswith("/var/lib/maru/")


def test_what_holds_passwords_is_kept_out_of_git():
    for name in ("docker/maru.env", "docker/db.env", "docker/models/model.gguf"):
        done = subprocess.run(["git", "check-ignore", "-q", name], cwd=REPOSITORY, check=False)
        assert done.returncode == 0, name
    done = subprocess.run(["git", "check-ignore", "-q", "docker/maru.env.example"], cwd=REPOSITORY, check=False)
    assert done.returncode == 1
