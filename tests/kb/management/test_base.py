"""Commands: what is printed where, and with which exit code."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management.base import OutputWrapper
from django.db import connections

from accounts.errors import BadRequest, MaruError, Unavailable
from kb.management import base
from kb.management.base import MaruCommand, use_addresses
from kb.runtime.problems import StartProblem


class Toy(MaruCommand):
    """Does what it is told."""

    needs_database = False
    raises: Exception | None = None

    def work(self, **options):
        print("a library's chatter")
        if self.raises is not None:
            raise self.raises
        return {"answer": "열다섯 일"}

    def show(self, result):
        self.stdout.write(f"The answer is {result['answer']}")


def run(*words: str, raises: Exception | None = None) -> tuple[int, str, str]:
    """Exit code, standard output, standard error: of the whole process, as a shell would see them."""
    out, err = io.StringIO(), io.StringIO()
    command = Toy(stdout=out, stderr=err, no_color=True)
    command.raises = raises
    try:
        command.run_from_argv(["manage.py", "toy", *words])
    except SystemExit as end:
        return int(end.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_people_get_sentences():
    assert run()[:2] == (0, "The answer is 열다섯 일\n")


def test_programs_get_one_json_object_and_nothing_else(capsys):
    code, out, _ = run("--json")
    assert code == 0
    assert json.loads(out) == {"answer": "열다섯 일"}
    assert "열다섯" in out
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "a library's chatter" in printed.err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (BadRequest("There is no such collection."), 2),
        (Unavailable("The encoder does not answer."), 1),
        (MaruError("It failed."), 1),
        (StartProblem("The database does not start."), 1),
    ],
)
def test_errors_are_one_sentence_on_standard_error_with_their_code(error, code):
    got, out, err = run("--json", raises=error)
    assert got == code
    assert out == ""
    assert str(error) in err
    assert "Traceback" not in err


def test_a_wrong_option_is_wrong_use(capsys):
    assert run("--nonsense")[0] == 2


def test_an_interrupted_command_ends_quietly():
    assert run(raises=KeyboardInterrupt()) == (130, "", "")


def test_it_borrows_what_it_needs_and_gives_it_back(monkeypatch):
    seen = []

    class Borrowed:
        def __init__(self, **needs):
            seen.append(needs)

        def __enter__(self):
            seen.append("in")
            return "home"

        def __exit__(self, *_):
            seen.append("out")

    class Needy(Toy):
        needs_database = True
        needs_encoder = True

        def work(self, **options):
            seen.append("work")
            return {"answer": ""}

    monkeypatch.setattr(base, "borrowed", Borrowed)
    monkeypatch.setattr(base, "use_addresses", seen.append)
    monkeypatch.setattr(connections, "close_all", lambda: None)
    Needy(stdout=OutputWrapper(io.StringIO())).run_from_argv(["manage.py", "toy"])
    assert seen == [{"database": True, "encoder": True, "model_server": False}, "in", "home", "work", "out"]


def test_ports_chosen_again_reach_the_settings(home, settings, monkeypatch):
    known = {"HOST": "127.0.0.1", "PORT": 1}
    monkeypatch.setattr(connections, "settings", {"default": known, "elsewhere": {"HOST": "192.0.2.1", "PORT": 1}})
    use_addresses(home)
    from kb.runtime.ports import load_ports

    ports = load_ports(home)
    assert known["PORT"] == ports.database
    assert connections.settings["elsewhere"]["PORT"] == 1
    assert f"http://127.0.0.1:{ports.encoder}" == settings.ENCODER_URL
    assert f"http://127.0.0.1:{ports.model_server}" == settings.MODEL_SERVER_URL
