"""The bench: what it prints, what it leaves out, and a whole run on a tiny made set."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from accounts.errors import BadRequest
from kb.management.base import WRONG_USE
from kb.management.bench import grown, parts, reading, retrieval, support
from kb.management.bench.bench import Bench, LeftOut, Sizes
from kb.management.bench.findings import Column, Findings, Table
from kb.management.bench.page import with_parts
from kb.management.bench.pool import Passage, Pool, Sentence
from kb.management.bench.trial import by_clients
from kb.management.commands import bench as command
from kb.retrieval.evaluation import percentile

ROOT = Path(__file__).resolve().parents[3]
SETS = ("ko-korquad1-dev", "en-squad1-dev")
SUBJECTS = ("휴가", "출장", "급여", "보안", "교육", "자재")


def made(folder: Path | None, tmp_path: Path, **sizes: int) -> Bench:
    return Bench(tmp_path, folder, lambda line: None, Sizes(**sizes))


def write_lines(path: Path, rows: list[dict]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """Shared data in small: two sets of six documents, two labelled sentences, two files."""
    folder = tmp_path / "shared"
    for name in SETS:
        texts = [
            f"{name} {subject} 규정입니다. {subject} 신청은 {place + 3}일 전까지 합니다."
            for place, subject in enumerate(SUBJECTS)
        ]
        write_lines(
            folder / "sets" / name / "corpus.jsonl",
            [{"id": f"{name}-d{place}", "title": SUBJECTS[place], "text": text} for place, text in enumerate(texts)],
        )
        write_lines(
            folder / "sets" / name / "queries.jsonl",
            [{"id": f"q{place}", "text": f"{subject} 신청은 며칠 전까지?"} for place, subject in enumerate(SUBJECTS)],
        )
        (folder / "sets" / name / "qrels.tsv").write_text("".join(f"q{n}\t{name}-d{n}\n" for n in range(len(SUBJECTS))))
    write_lines(
        folder / "support" / "train.jsonl",
        [
            {"type": "passage", "id": "p", "text": "연차 휴가는 10일까지 이월합니다."},
            {"id": "a", "sentence": "연차는 10일까지 이월합니다.", "passages": ["p"], "label": "supported"},
            {
                "id": "c",
                "sentence": "휴가 신청은 3일 전까지 합니다.",
                "passages": ["ko-korquad1-dev-d0"],
                "label": "supported",
            },
            {"id": "b", "sentence": "연차는 12일까지 이월합니다.", "passages": ["p"], "label": "contradicted"},
        ],
    )
    (folder / "files").mkdir()
    (folder / "files" / "rules.txt").write_text("연차 휴가는 10일까지 이월합니다.", encoding="utf-8")
    (folder / "files" / "nothing.txt").touch()
    return folder


def run_bench(*arguments: str, shared: Path) -> dict:
    """The command as a process of its own: in the owner's role, with the real encoder and a scratch database."""
    kept = {name: value for name, value in os.environ.items() if name != "MARU_ROLE"}
    done = subprocess.run(
        [sys.executable, "manage.py", "bench", *arguments, "--json"],
        cwd=ROOT,
        env=kept | {"MARU_SHARED_DATA": str(shared), "MARU_MODEL_SERVER": "none"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


@pytest.mark.nemesis  # two minutes on a busy machine; make nemesis runs it
def test_a_bench_of_a_tiny_set_ends_in_tables_and_on_the_page(shared: Path, tmp_path: Path, maru_database: None):
    page = tmp_path / "benchmarks.md"
    page.write_text("".join(f"## {name}\n<!-- bench: {name} -->\n<!-- end: {name} -->\n" for name in parts.PARTS))
    result = run_bench(
        *("search", "retrieval", "support", "reading", "--chunks", "300", "--passages", "24", "--questions", "8"),
        *("--queries", "3", "--page", str(page)),
        shared=shared,
    )

    times, recall = (table["rows"] for table in result["search"]["tables"])
    assert [(row["readable"], row["chunks"], row["clients"]) for row in times] == [
        *(("100%", 300, 1), ("100%", 300, 8)),
        *(("10%", 30, 1), ("10%", 30, 8)),
        *(("1%", 10, 1), ("1%", 10, 8)),
    ]
    assert all(row["database p50 ms"] > 0 and row["server CPU ms a search"] >= 0 for row in times)
    heads = ("recall@10 of the vectors against exact search", "agreement@10 of the whole search with a plain scan")
    # So few rows are searched exactly: what is not found here was not allowed, or not asked for.
    assert [[row[head] for head in heads] for row in recall] == [[1.0, 1.0]] * 3

    (sets,) = result["retrieval"]["tables"]
    assert [row["set"] for row in sets["rows"]] == list(SETS)
    assert all((row["documents"], row["queries"], row["recall@10"]) == (6, 3, 1.0) for row in sets["rows"])

    shares = {row["what"]: row["share"] for row in result["support"]["tables"][0]["rows"]}
    assert shares["faithful sentences kept"] == shares["contradictions found"] == 1.0

    by_format, reasons = (table["rows"] for table in result["reading"]["tables"])
    assert by_format[-1]["share"] == 0.5
    assert [(row["reason"], row["files"]) for row in reasons] == [("empty_file", 1)]

    written = page.read_text()
    assert "| ko-korquad1-dev | 6 | 3 |" in written and "make bench BENCH_FLAGS=search" in written
    assert "<!-- bench: start -->\n<!-- end: start -->" in written


@pytest.mark.parametrize("name", ["search", "retrieval", "support", "reading"])
def test_without_the_shared_data_a_part_says_so(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("MARU_SHARED_DATA", raising=False)
    bench = Bench.here(tmp_path, lambda line: None, Sizes())

    (part,) = parts.run([name], bench)

    assert part.as_json() == {"left_out": part.left_out}
    assert "MARU_SHARED_DATA names no folder" in next(part.lines())


def test_a_folder_without_the_wanted_data_is_named(tmp_path: Path):
    with pytest.raises(LeftOut, match=r"`support/train.jsonl` of the shared data, which is not in"):
        made(tmp_path, tmp_path).shared("support/train.jsonl")


def test_a_folder_without_any_known_set_says_which_it_wanted(tmp_path: Path):
    (tmp_path / "sets" / "another").mkdir(parents=True)
    with pytest.raises(LeftOut, match="none of a, b is in"):
        made(tmp_path, tmp_path).shared_sets(["a", "b"])


def test_a_part_that_there_is_not_is_wrong_use():
    with pytest.raises(BadRequest, match="There is no part speed"):
        command.Command().work(parts=["speed"])
    assert WRONG_USE == 2


def test_a_table_is_written_in_markdown_with_its_digits():
    table = Table("Figures", (Column("what"), Column("ms", 1), Column("goal")), [("a|b", 1234.56, None)])
    assert list(table.lines()) == [
        "**Figures**",
        "",
        "| what | ms | goal |",
        "| --- | ---: | ---: |",
        "| a\\|b | 1,234.6 | – |",
    ]


def measured(name: str, findings: Findings | None) -> parts.Measured:
    return parts.Measured(name, findings, "no data" if findings is None else "", "2 cores", "2026-11-24", 60.0)


def test_the_page_gets_what_was_measured_and_keeps_the_rest():
    page = "top\n<!-- bench: a -->\nold a\n<!-- end: a -->\n<!-- bench: b -->\nold b\n<!-- end: b -->\nend"
    fresh = with_parts(page, [measured("a", Findings("New \\1.")), measured("b", None)])
    assert fresh.startswith("top\n<!-- bench: a -->\n*2026-11-24, 2 cores; 1.0 minutes.")
    assert "New \\1." in fresh and "old a" not in fresh and "old b" in fresh and fresh.endswith("end")


def test_a_page_without_marks_for_a_part_is_not_written():
    with pytest.raises(KeyError, match="c"):
        with_parts("top", [measured("c", Findings("x"))])


def test_hybrid_below_its_parts_or_its_reference_is_told():
    floor = retrieval.Floor(0.9, 0.8, 0.95)
    figures = {name: {"ndcg@10": value} for name, value in (("hybrid", 0.94), ("dense", 0.8), ("lexical", 0.942))}
    told = retrieval.below_floor("set", figures, floor)
    assert told == [
        "set: hybrid is 0.0020 **below** the better of its parts.",
        "set: hybrid is 0.0100 **below** the reference.",
    ]
    assert retrieval.below_floor("set", figures | {"hybrid": {"ndcg@10": 0.946}}, floor) == []


def test_made_vectors_have_the_mean_and_covariance_of_real_ones():
    real = np.random.default_rng(0).multivariate_normal([3, 1], [[0.04, 0.01], [0.01, 0.02]], 4_000)
    real /= np.linalg.norm(real, axis=1, keepdims=True)
    made_ones = grown.similar(real, 4_000, np.random.default_rng(1))
    assert np.allclose(np.linalg.norm(made_ones, axis=1), 1)
    assert np.allclose(made_ones.mean(axis=0), real.mean(axis=0), atol=0.01)
    assert np.allclose(np.cov(made_ones.T), np.cov(real.T), atol=0.002)


def test_a_grown_index_has_the_real_passages_and_is_the_same_each_time():
    passages = tuple(Passage((Sentence(f"문장 {n}.", {}),), "ko") for n in range(5))
    pool = Pool((passages,), np.eye(5), ("질문",))
    index = grown.grow(pool, 40)
    assert len(index.passages) == len(index.vectors) == 40
    for passage, vector in zip(passages, np.eye(5), strict=True):
        assert np.array_equal(index.vectors[index.passages.index(passage)], vector)
    assert [each.text for each in grown.grow(pool, 40).passages] == [each.text for each in index.passages]


def test_every_client_asks_every_question_at_the_same_time(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("kb.management.bench.trial.server_cpu", iter([1.0] * 3 + [4.0] * 3).__next__)
    asked: list[str] = []
    together = threading.Barrier(3, timeout=10)

    def ask(text: str) -> None:
        asked.append(text)
        together.wait()

    times = by_clients(ask, ["a", "b", "c"], 3)
    assert len(times.ms) == 9 and times.rate > 0
    assert times.server_ms == pytest.approx(1000 * 9 / 9)
    assert sorted(asked) == sorted(["a", "b", "c"] * 3 + ["c", "a", "b"])  # each warms up with its last


def test_figures_of_support_and_reading_are_shares_of_all():
    confusion = {"supported": {"supported": 3, "partial": 1}, "contradicted": {"contradicted": 1, "supported": 1}}
    rows = {row[0]: row[1] for row in support.shares(confusion).rows}
    assert rows["faithful sentences kept"] == 0.75
    assert rows["contradictions found"] == 0.5
    assert rows["all four labels met"] == pytest.approx(4 / 6)
    assert reading.by_format([]).rows == [("**all**", 0, 0, 0.0, percentile([], 0.5), 0.0, 0.0)]
