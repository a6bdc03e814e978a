"""A benchmark's corpus through the same split, embed and store as documents; and folders that are none."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from accounts.access import as_user
from accounts.errors import BadRequest
from kb.ingestion.benchmark import GROUP, fill, read_benchmark
from kb.models import Chunk, IndexEntry, Revision, Term
from kb.retrieval.search import search
from tests.database import as_owner
from tests.doubles import WordEncoder

PASSAGES = {
    "d1": ("연차 이월", "연차 휴가는 10일까지 다음 해로 이월할 수 있다."),
    "d2": ("", "식비는 1일 35,000원을 한도로 실비를 지급한다.\n\n숙박비는 1박 120,000원까지 지급한다."),
    "d3": ("회의록", "빈 줄만 있는 글이 아니다."),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    corpus = [{"id": key, "title": title, "text": text} for key, (title, text) in PASSAGES.items()]
    queries = [{"id": f"q{n}", "text": f"질문 {n}"} for n in range(5)]
    for name, rows in (("corpus", corpus), ("queries", queries)):
        lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        (tmp_path / f"{name}.jsonl").write_text(lines + "\n\n")
    (tmp_path / "qrels.tsv").write_text("q0\td1\t1\nq0\td2\t1\nq1\td2\t1\nq3\td3\t1\n")
    return tmp_path


def test_a_folder_is_read_with_the_queries_that_were_judged(folder: Path):
    found = read_benchmark(folder, None)
    assert found.corpus == PASSAGES
    assert set(found.queries) == {"q0", "q1", "q3"}
    assert found.judgements["q0"] == {"d1", "d2"}


def test_a_limit_takes_the_same_queries_every_time(folder: Path):
    chosen = [list(read_benchmark(folder, limit).queries) for limit in (1, 2, 3, 9)]
    assert [len(each) for each in chosen] == [1, 2, 3, 3]
    assert all(longer[: len(shorter)] == shorter for shorter, longer in pairwise(chosen))


@pytest.mark.parametrize(
    ("name", "content"), [("corpus.jsonl", "no json"), ("queries.jsonl", '{"id": "q"}'), ("qrels.tsv", "one column")]
)
def test_a_folder_that_is_none_is_wrong_use(folder: Path, name: str, content: str):
    (folder / name).write_text(content)
    with pytest.raises(BadRequest, match=str(folder)):
        read_benchmark(folder, None)
    (folder / name).unlink()
    with pytest.raises(BadRequest, match=str(folder)):
        read_benchmark(folder, None)


def test_the_corpus_can_be_found_by_its_reader_and_terms_are_counted(db: None, word_encoder: WordEncoder, folder: Path):
    told: list[tuple[int, int]] = []
    with as_owner():
        reader = fill(read_benchmark(folder, None), word_encoder, lambda done, of: told.append((done, of)))
        assert told == [(3, 3)] and GROUP >= 3
        assert Revision.objects.count() == 3
        assert IndexEntry.objects.count() == Chunk.objects.count() >= 3
        assert Term.objects.filter(term__contains="연차").exists()
        for entry in IndexEntry.objects.all():
            assert np.isclose(np.linalg.norm(np.asarray(entry.dense, np.float32)), 1, atol=0.01)
    assert "10일까지" in search(reader, "연차 이월").hits[0].text
    with as_user(reader):
        assert set(Chunk.objects.values_list("document__external_id", flat=True)) == set(PASSAGES)
