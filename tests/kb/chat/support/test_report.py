"""The report on a labelled file, and the timing of the check on one."""

from __future__ import annotations

import pytest

from kb.chat.support.bench import time_check
from kb.chat.support.report import check_file

_ROWS = [
    {"type": "passage", "id": "LV", "text": "제1조(휴가) 하계휴가는 4일을 준다. 휴가는 이월할 수 없다."},
    {"type": "passage", "id": "TR", "text": "출장 보고서는 7일 이내에 제출한다."},
    {"id": "a", "sentence": "하계휴가는 4일입니다.", "passages": ["LV", "TR"], "label": "supported", "gold_passage": "LV"},
    {"id": "b", "sentence": "하계휴가는 5일입니다.", "passages": ["LV", "TR", "elsewhere"], "label": "contradicted"},
    {"id": "c", "sentence": "하계휴가는 4일입니다.", "passages": ["LV", "TR"], "label": "unsupported", "gold_passage": "LV", "check_without_gold": True},
    {"id": "d", "sentence": "하계휴가는 4일입니다.", "passages": ["elsewhere"], "label": "unsupported"},
    {"id": "e", "sentence": "다음과 같습니다:", "passages": ["LV"]},
]  # fmt: skip


@pytest.fixture(scope="module")
def report(analyser):
    return check_file(_ROWS, analyser.analyse)


@pytest.fixture(scope="module")
def rows(report):
    return {row["id"]: row for row in report["sentences"]}


def test_each_sentence_has_its_verdict_passage_and_quote(rows):
    assert (rows["a"]["verdict"], rows["a"]["passage"]) == ("supported", "LV")
    assert rows["a"]["quote"] == "제1조(휴가) 하계휴가는 4일을 준다."
    assert rows["a"]["ranges"] == [(0, 21)]


def test_a_contradiction_comes_with_both_values(rows):
    assert rows["b"]["verdict"] == "contradicted"
    assert rows["b"]["flags"] == [{"kind": "number", "answer": "5일", "source": "4일"}]


def test_a_row_can_be_checked_without_its_source(rows):
    assert (rows["c"]["verdict"], rows["c"]["passage"]) == ("unsupported", "TR")


def test_passages_that_the_file_lacks_are_left_out(rows):
    assert (rows["d"]["verdict"], rows["d"]["passage"], rows["d"]["quote"]) == ("unsupported", None, "")


def test_there_are_four_verdicts_only(rows):
    assert rows["e"]["verdict"] == "unsupported"


def test_verdicts_are_counted_by_label(report):
    assert report["confusion"] == {
        "supported": {"supported": 1},
        "contradicted": {"contradicted": 1},
        "unsupported": {"unsupported": 2},
    }


def test_cosines_reach_the_check(analyser):
    rows = [
        {"type": "passage", "id": "p", "text": "Backups are encrypted."},
        {"id": "a", "sentence": "백업은 암호화됩니다.", "passages": ["p"], "label": "supported"},
    ]
    near = check_file(rows, analyser.analyse, cosines_of=lambda sentence, passages: {"p": 0.9})
    assert near["sentences"][0]["verdict"] == "supported"
    assert check_file(rows, analyser.analyse)["sentences"][0]["verdict"] == "partial"


def test_a_sentence_without_candidates_listed_is_an_error(analyser):
    with pytest.raises(KeyError):
        check_file([{"id": "a", "sentence": "하계휴가는 4일입니다."}], analyser.analyse)


def test_a_sentence_takes_less_than_five_milliseconds(analyser):
    timing = time_check(_ROWS, analyser.analyse)
    assert timing.sentences == 5
    assert 0 < timing.median < 5
    assert 0 < timing.passage < 50
