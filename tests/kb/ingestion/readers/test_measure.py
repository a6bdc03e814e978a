"""The measurement counts how files ended, and fails for a crash."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kb.ingestion.readers import measure
from kb.ingestion.readers.blocks import ReadResult, Reason, Status
from tests.kb.ingestion.readers import made_files as made
from tests.kb.ingestion.readers.doubles import misbehave


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pdf").mkdir()
    (tmp_path / "pdf" / "a.pdf").write_bytes(made.pdf([["본문이다."]]))
    (tmp_path / "pdf" / "b.pdf").write_bytes(made.pdf([["x"]], password="p"))
    (tmp_path / "c.txt").write_bytes(b"")
    rows = ["file\tprobe", "pdf/a.pdf\tpdf PASSWORD", "pdf/b.pdf\tpdf PASSWORD", "c.txt\tother"]
    (tmp_path / "MANIFEST.tsv").write_text("\n".join(rows))
    return tmp_path


def test_formats_reasons_and_disagreements_are_counted(folder: Path, monkeypatch, capsys) -> None:
    monkeypatch.setattr("sys.argv", ["measure", str(folder)])

    assert measure.main() == 0
    lines = capsys.readouterr().out.split("\n")
    assert any(line.split("|")[0].strip() == "pdf" and line.split("|")[-1].strip() == "50%" for line in lines)
    assert any(line.split() == ["password", "pdf", "1"] for line in lines)
    assert any(line.split() == ["empty_file", "empty", "1"] for line in lines)
    assert [line for line in lines if line.startswith("a.pdf: hint")] != []
    assert [line for line in lines if line.startswith("b.pdf: hint")] == []


def test_a_crash_fails_the_measurement(folder: Path, monkeypatch, capsys) -> None:
    (folder / "c.txt").write_text("words")
    misbehave(monkeypatch, "raise KeyError('x')")
    monkeypatch.setattr("sys.argv", ["measure", str(folder)])

    assert measure.main() == 1
    assert "crashed" in capsys.readouterr().out


def test_a_wrong_folder_is_wrong_use(monkeypatch, capsys) -> None:
    monkeypatch.setattr("sys.argv", ["measure", "/nonexistent"])

    assert measure.main() == 2
    assert "usage" in capsys.readouterr().err


def test_a_hint_of_an_error_disagrees_with_text() -> None:
    reading = measure.Reading(Path("x"), ReadResult(Status.OK), "ERROR PdfReadError")

    assert "text was read" in measure.disagrees(reading)
    assert (
        measure.disagrees(measure.Reading(Path("x"), ReadResult(Status.BROKEN, reason=Reason("broken")), "ERROR x"))
        == ""
    )


if os.environ.get("MARU_SHARED_DATA"):

    @pytest.mark.nemesis
    def test_every_shared_file_ends_in_text_or_a_reason() -> None:
        for reading in measure.read_all(Path(os.environ["MARU_SHARED_DATA"]) / "files"):
            assert reading.result.status is not Status.CRASH, reading.path.name
            assert (reading.result.reason is None) is (reading.result.status is Status.OK), reading.path.name
