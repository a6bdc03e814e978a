"""Every code has its sentence, every sentence what fills it."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.ingestion.readers.blocks import Reason, Status
from kb.ingestion.readers.reasons import FAILURES, WARNINGS, ReadFailure, sentence, status_of

SOURCES = Path(__file__).resolve().parents[4] / "kb" / "ingestion" / "readers"


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_a_sentence_is_filled_in() -> None:
    assert (
        sentence(Reason("too_many_pages", {"pages": 30, "limit": 20}))
        == "The file has too many pages: 30, at most 20. Split it."
    )
    assert sentence(Reason("pages_without_text", {"pages": "2, 7-9"})) == "No text on page 2, 7-9."


def test_a_failure_knows_its_status() -> None:
    failure = ReadFailure("password")

    assert (failure.status, failure.reason) == (Status.ENCRYPTED, Reason("password"))
    assert status_of("wall_time") is Status.TIMEOUT


def test_codes_are_not_used_twice() -> None:
    assert not set(FAILURES) & set(WARNINGS)


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.OK])
def test_every_status_has_a_reason(status: Status) -> None:
    assert status in {given for given, _ in FAILURES.values()}


def calls() -> Iterator[tuple[str, str, set[str] | None]]:
    """File, code and parameter names of every reason that the readers give; None where the names are not written out."""
    for path in SOURCES.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            is_reason = (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("ReadFailure", "Reason")
            )
            if is_reason and node.args and isinstance(node.args[0], ast.Constant):
                yield path.name, node.args[0].value, _names(node)


def _names(call: ast.Call) -> set[str] | None:
    if len(call.args) > 1:
        params = call.args[1]
        return {key.value for key in params.keys if key} if isinstance(params, ast.Dict) and all(params.keys) else None
    names = {keyword.arg for keyword in call.keywords}
    return None if None in names else names


def test_every_code_that_the_readers_use_is_listed_and_filled() -> None:
    found = list(calls())

    assert len(found) > 40
    for file, code, names in found:
        assert code in FAILURES or code in WARNINGS, f"{file}: {code}"
        text = FAILURES[code][1] if code in FAILURES else WARNINGS[code]
        assert names is None or placeholders(text) <= names or file == "mail.py", f"{file}: {code}"
