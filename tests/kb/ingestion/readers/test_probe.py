"""What this machine can do, asked of a child."""

from __future__ import annotations

import ctypes.util
import shutil

import pytest

from kb.ingestion.readers import process
from kb.ingestion.readers.ocr import PACKAGES
from kb.ingestion.readers.probe import probe
from kb.ingestion.readers.reasons import ReadFailure


def test_the_answer_agrees_with_the_machine(monkeypatch) -> None:
    found = probe()

    assert found.ocr_missing == ("" if shutil.which("tesseract") else PACKAGES)
    assert found.hwp_pages is (ctypes.util.find_library("freetype") is not None)
    assert found.network in ("off", "open")


def test_what_is_missing_is_named(monkeypatch) -> None:
    monkeypatch.setitem(process._ENVIRONMENT, "PATH", "/nonexistent")

    assert probe().ocr_missing == PACKAGES


def test_a_child_that_cannot_start_is_told(monkeypatch) -> None:
    monkeypatch.setattr(process, "BOOT", "raise SystemExit(3)")

    with pytest.raises(ReadFailure) as caught:
        probe()
    assert caught.value.reason.code == "crashed"
