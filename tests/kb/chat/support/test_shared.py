"""The check on the shared labelled sentences; only collected where MARU_SHARED_DATA names their folder."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from kb.chat.support import Passage, Verdict, check, frequencies_of, prepare
from kb.normalise import normalise

_SHARED = Path(os.environ.get("MARU_SHARED_DATA", ""))


@pytest.fixture(scope="module")
def rows():
    lines = (_SHARED / "support" / "train.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def texts(rows):
    """The texts of all passages by id, those of the question sets too."""
    found = {row["id"]: row["text"] for row in rows if row.get("type") == "passage"}
    wanted = {key for row in rows if "sentence" in row for key in row["passages"]} - set(found)
    for name in ("ko-korquad1-dev", "en-squad1-dev"):
        for line in (_SHARED / "sets" / name / "corpus.jsonl").read_text().splitlines():
            passage = json.loads(line)
            if passage["id"] in wanted:
                found[passage["id"]] = passage["text"]
    return {key: normalise(text) for key, text in found.items()}


@pytest.fixture(scope="module")
def found(rows, texts, analyse):
    prepared = {key: prepare(Passage(key, analyse(text))) for key, text in texts.items()}
    idf = frequencies_of(prepared.values())
    results = []
    for row in rows:
        if "sentence" not in row:
            continue
        left_out = row["gold_passage"] if row["check_without_gold"] else None
        candidates = [prepared[key] for key in row["passages"] if key != left_out]
        results.append((row, check(analyse(row["sentence"]), candidates, idf=idf)))
    return results


def _share(found, label, verdict):
    of_label = [result for row, result in found if row["label"] == label]
    return sum(result.verdict == verdict for result in of_label) / len(of_label)


def test_faithful_sentences_are_kept(found):
    assert _share(found, "supported", Verdict.SUPPORTED) >= 0.90
    assert _share(found, "supported", Verdict.CONTRADICTED) <= 0.02


def test_contradictions_are_found(found):
    assert _share(found, "contradicted", Verdict.CONTRADICTED) >= 0.90


def test_all_four_labels_are_met_as_before(found):
    assert sum(row["label"] == result.verdict for row, result in found) / len(found) >= 0.936


def test_passages_are_named_and_sentences_quoted(found, texts):
    rows = [(row, result) for row, result in found if row["gold_window"] and not row["check_without_gold"]]
    named = [result.passage == row["gold_passage"] for row, result in rows]
    quoted = [
        _visible(texts[row["gold_passage"]], result.quotes) == _visible(texts[row["gold_passage"]], row["gold_window"])
        for row, result in rows
    ]
    assert sum(named) / len(named) >= 0.99
    assert sum(quoted) / len(quoted) >= 0.95


def _visible(text, spans):
    return {place for start, end in spans for place in range(start, end) if not text[place].isspace()}
