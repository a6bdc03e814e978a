"""The language model is joined once, whole or not at all."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path

import pytest

from kb.runtime.problems import StartProblem
from kb.serving.embedded import weights
from kb.serving.embedded.weights import bundled_weights, package_parts, terms

PARTS = [b"GGUF" + bytes(1000), b"middle" * 500, b"end"]


@pytest.fixture
def parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """A model in miniature."""
    whole = b"".join(PARTS)
    monkeypatch.setattr(weights, "SHA256", hashlib.sha256(whole).hexdigest())
    monkeypatch.setattr(weights, "BYTES", len(whole))
    places = [tmp_path / f"part{n}" for n in range(3)]
    for place, content in zip(places, PARTS, strict=True):
        place.write_bytes(content)
    return places


def test_parts_are_joined_in_order_and_only_once(tmp_path: Path, parts: list[Path]):
    file = bundled_weights(tmp_path / "models", parts)
    assert file.read_bytes() == b"".join(PARTS)
    made = file.stat().st_mtime_ns
    for part in parts:
        part.unlink()
    assert bundled_weights(tmp_path / "models", parts) == file
    assert file.stat().st_mtime_ns == made


def test_damaged_parts_make_no_model(tmp_path: Path, parts: list[Path]):
    parts[1].write_bytes(b"Middle" * 500)
    with pytest.raises(StartProblem, match="damaged"):
        bundled_weights(tmp_path / "models", parts)
    assert [path.name for path in (tmp_path / "models").iterdir()] == [f".{weights.FILE}.lock"]


def test_a_missing_part_is_named(tmp_path: Path, parts: list[Path]):
    parts[2].unlink()
    with pytest.raises(StartProblem, match="part2"):
        bundled_weights(tmp_path / "models", parts)
    assert not (tmp_path / "models" / f".{weights.FILE}.half").exists()


def test_a_file_that_was_cut_short_is_made_anew(tmp_path: Path, parts: list[Path]):
    file = tmp_path / "models" / weights.FILE
    file.parent.mkdir()
    file.write_bytes(b"GGUF")
    (file.parent / f".{weights.FILE}.half").write_bytes(b"half")
    assert bundled_weights(tmp_path / "models", parts).read_bytes() == b"".join(PARTS)
    assert not (file.parent / f".{weights.FILE}.half").exists()


def test_several_that_start_at_once_join_it_once(tmp_path: Path, parts: list[Path], monkeypatch: pytest.MonkeyPatch):
    joined: list[Path] = []
    join = weights._join
    monkeypatch.setattr(weights, "_join", lambda file, pieces: (joined.append(file), join(file, pieces)))
    threads = [threading.Thread(target=bundled_weights, args=(tmp_path / "models", parts)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(joined) == 1


def test_the_packages_hold_all_parts_and_the_terms():
    assert sum(part.stat().st_size for part in package_parts()) == weights.BYTES
    assert "Gemma Terms of Use" in terms().read_text(encoding="utf-8")
