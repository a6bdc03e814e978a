"""Reasons in words: one sentence and one way on for every code that a file or a job can end with."""

from __future__ import annotations

import string

import pytest
from django.utils import translation

from accounts.errors import Unavailable
from kb.files import DiskFull
from kb.ingestion.readers import reasons as readers
from kb.ingestion.reasons import WayOn, explain, known_codes, reason_sentence, warning_sentence
from kb.retrieval.encoder import errors as encoder_errors
from kb.retrieval.index import NoIndex


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def names(template: str) -> dict[str, str]:
    return {name: f"<{name}>" for _, name, _, _ in string.Formatter().parse(template) if name}


def test_every_code_of_the_readers_has_a_sentence_and_none_is_left_over():
    reasons, warnings = known_codes()
    assert set(readers.FAILURES) <= reasons
    assert set(readers.WARNINGS) == warnings


OF_THE_ENCODER = [
    each for each in vars(encoder_errors).values() if getattr(each, "__module__", "") == encoder_errors.__name__
]


@pytest.mark.parametrize("error", [*OF_THE_ENCODER, DiskFull, NoIndex, Unavailable])
def test_every_error_that_can_end_a_job_has_a_sentence(error: type):
    assert error.code in known_codes()[0]


@pytest.mark.parametrize("code", readers.FAILURES)
def test_a_reason_is_filled_in_and_says_what_to_do(code: str):
    said = explain(code, names(readers.FAILURES[code][1]))
    assert said.text and "?" not in said.text and "%(" not in said.text + said.todo
    assert said.todo or said.way_on == WayOn.WAIT


@pytest.mark.parametrize("code", readers.WARNINGS)
def test_a_warning_is_filled_in(code: str):
    said = warning_sentence(code, names(readers.WARNINGS[code]))
    assert said and "?" not in said and "%(" not in said


@pytest.mark.parametrize(
    ("kind", "english", "korean"),
    [
        ("archive", "archive", "압축"),
        ("executable", "program", "실행"),
        ("xlsb", "XLSB", "XLSB"),
        ("made-up", "MADE-UP", "MADE-UP"),
    ],
)
def test_a_kind_of_file_is_named_in_the_readers_language(kind: str, english: str, korean: str):
    assert reason_sentence("unsupported_type", {"type": kind}) == f"Files of the kind {english} cannot be read."
    with translation.override("ko"):
        assert reason_sentence("unsupported_type", {"type": kind}).startswith(f"{korean} 파일")


def test_missing_parameters_and_unknown_codes_still_make_a_sentence():
    assert reason_sentence("drm") == "The file is locked by document security (?)."
    assert "made_up" in reason_sentence("made_up")
    assert warning_sentence("made_up") == "made_up"


def test_what_a_reader_leaves_out_is_named_in_the_readers_language():
    from kb.ingestion.readers import hwp
    from kb.ingestion.reasons import _SKIPPED

    assert set(hwp._SKIPPED.values()) == set(_SKIPPED)
