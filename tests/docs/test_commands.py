"""Commands that the pages name can be typed: make's targets, manage.py's commands and their options, Python modules."""

from __future__ import annotations

import argparse
import importlib.util
import re
import shlex

import pytest
from django.core.management import get_commands, load_command_class

from tests.docs.pages import PAGES, REPOSITORY, text_of

TARGETS = set(re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
_MAKE = re.compile(r"(?:`|^    (?:[A-Z_]+=\S+ )*)make ([a-z-]+)", re.MULTILINE)
_MANAGE = re.compile(r"manage\.py ([a-z_]+)([^`\n|]*)")
_MODULE = re.compile(r"python -m ([a-z_.]+)")


def told(pattern: re.Pattern[str]) -> set[tuple[str, ...]]:
    return {
        (str(page.relative_to(REPOSITORY)), *((found,) if isinstance(found, str) else found))
        for page in PAGES
        for found in pattern.findall(text_of(page))
    }


@pytest.mark.parametrize(("page", "target"), sorted(told(_MAKE)))
def test_make_has_the_target(page, target):
    assert target in TARGETS


@pytest.mark.parametrize(("page", "command", "rest"), sorted(told(_MANAGE)))
def test_manage_py_has_the_command_and_its_options(page, command, rest):
    if command == "help":
        return
    assert command in get_commands()
    parser = load_command_class(get_commands()[command], command).create_parser("manage.py", command)
    known = {option for action in parser._actions for option in action.option_strings}
    assert set(re.findall(r"--[a-z][a-z-]*", rest)) <= known


@pytest.mark.parametrize(("page", "module"), sorted(told(_MODULE)))
def test_python_has_the_module(page, module):
    assert importlib.util.find_spec(module) is not None


def readme_lines() -> list[str]:
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    return re.findall(r"^    \.venv/bin/python manage\.py (.+)$", text, re.MULTILINE)


@pytest.mark.parametrize("line", readme_lines())
def test_a_line_of_the_readme_can_be_typed_as_it_is(line):
    command, *arguments = shlex.split(line)
    parser = load_command_class(get_commands()[command], command).create_parser("manage.py", command)
    assert isinstance(parser.parse_args(arguments), argparse.Namespace)


def test_the_readme_has_lines_to_type():
    assert len(readme_lines()) >= 2


def test_the_tree_of_the_readme_is_the_tree():
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8").partition("## What is where")[2].partition("\n## ")[0]
    top = re.findall(r"^    (\S.*?)  ", text, re.MULTILINE)
    below = re.findall(r"^      (\S.*?)  ", text, re.MULTILINE)
    named = {name for line in top for name in line.split()}
    assert {name for name in named if not (REPOSITORY / name).exists()} == set()
    assert {name for line in below for name in line.split() if not (REPOSITORY / "kb" / name).exists()} == set()
    kept = {"manage.py"} | {
        f"{place.name}/"
        for place in REPOSITORY.iterdir()
        if place.is_dir() and not place.name.startswith((".", "__")) and place.name not in ("var", "htmlcov")
    }
    assert kept <= named
