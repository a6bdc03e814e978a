"""Verdict, passage and quotes of a sentence."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from kb.chat.support import DocumentFrequencies, Passage, Verdict, check, frequencies_of, prepare, sentence_spans
from kb.retrieval.analysis import Analysis

_BADGES = (
    "제4조(출입증) 출입증은 타인에게 양도할 수 없다. 출입증을 분실한 직원은 24시간 이내에 시설관리팀에 신고한다. "
    "재발급 비용은 5,000원이다."
)
_TRAVEL = "제7조(식비) 출장 식비는 중식 12,000원을 한도로 한다. 출장 보고서는 복귀 후 7일 이내에 제출한다."


def _quoted(found, text):
    return [text[start:end] for start, end in found.quotes]


def test_it_names_the_passage_and_quotes_the_sentence(look):
    found = look("출입증을 잃어버리면 24시간 안에 시설관리팀에 알려야 합니다.", _TRAVEL, _BADGES)
    assert (found.verdict, found.passage) == (Verdict.SUPPORTED, "1")
    assert _quoted(found, _BADGES) == ["출입증을 분실한 직원은 24시간 이내에 시설관리팀에 신고한다."]
    assert 0.5 <= found.score <= 1


def test_each_clause_has_its_quote(look):
    found = look("출입증은 타인에게 양도할 수 없고, 재발급 비용은 5,000원입니다.", _BADGES)
    assert _quoted(found, _BADGES) == ["제4조(출입증) 출입증은 타인에게 양도할 수 없다.", "재발급 비용은 5,000원이다."]


def test_a_clause_that_the_passage_does_not_have_makes_it_partial(look):
    found = look("재발급 비용은 5,000원이며 현금으로만 납부합니다.", _BADGES)
    assert found.verdict == Verdict.PARTIAL
    assert _quoted(found, _BADGES) == ["재발급 비용은 5,000원이다."]


def test_a_number_without_any_counterpart_makes_it_partial(look):
    assert look("출입증은 3년마다 타인에게 양도할 수 없습니다.", _BADGES).verdict == Verdict.PARTIAL


def test_what_no_passage_says_is_unsupported(look):
    assert look("구내식당은 금요일마다 채식 식단을 낸다.", _BADGES, _TRAVEL).verdict == Verdict.UNSUPPORTED


def test_without_passages_a_claim_is_unsupported(look):
    found = look("연차는 15일입니다.")
    assert (found.verdict, found.passage, found.quotes) == (Verdict.UNSUPPORTED, None, ())


def test_the_words_of_an_article_heading_hold_for_all_its_sentences(look):
    """ "회의실" stands in the heading alone; the sentence about three hours is the one to quote."""
    text = "제3조(회의실) 예약은 팀장이 할 수 있다. 예약은 한 번에 3시간을 넘을 수 없다."
    found = look("회의실 예약은 한 번에 3시간까지 할 수 있습니다.", text)
    assert (found.verdict, _quoted(found, text)) == (Verdict.SUPPORTED, ["예약은 한 번에 3시간을 넘을 수 없다."])


def test_the_title_in_front_of_a_passage_is_context_and_never_quoted(analyse):
    title, text = "보안 규정 > 출입증", "분실한 직원은 24시간 이내에 신고한다."
    analysis = analyse(f"{title}\n{text}")
    sentence = analyse("출입증을 분실한 직원은 24시간 이내에 신고합니다.")
    head = len(title) + 1
    found = check(sentence, [prepare(Passage("p", analysis, head))])
    assert [analysis.text[start:end] for start, end in found.quotes] == [text]
    assert found.score > check(sentence, [prepare(Passage("p", analyse(text)))]).score


@pytest.mark.parametrize(
    "text",
    [
        "다음과 같습니다:",
        "휴가 규정은 다음과 같습니다:",
        "안녕하세요!",
        "네, 그렇습니다.",
        "감사합니다.",
        "더 궁금한 점이 있으신가요?",
        "## 연차 이월",
        "3.",
        "---",
        "Here it is:",
        "Sure!",
        "| --- | --- |",
    ],
)
def test_what_states_nothing_is_no_claim(look, text):
    assert look(text, _BADGES).verdict == Verdict.NOT_A_CLAIM


@pytest.mark.parametrize("text", ["15일", "12,000원입니다.", "- 중식: 12,000원"])
def test_a_value_alone_is_a_claim(look, text):
    assert look(text, _TRAVEL).verdict != Verdict.NOT_A_CLAIM


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        ("식비 | 40,000원", Verdict.SUPPORTED),
        ("- 식비: 40,000원 (영수증)", Verdict.SUPPORTED),
        ("1. 식비: 4만원", Verdict.SUPPORTED),
        ("식비 | 50,000원", Verdict.CONTRADICTED),
        ("- 주차비: 월 50,000원", Verdict.CONTRADICTED),
    ],
)
def test_list_items_and_table_rows_are_checked_like_sentences(look, row, verdict):
    assert look(row, "구분 | 한도 | 증빙\n식비 | 40,000원 | 영수증\n주차비 | 월 80,000원 | 없음").verdict == verdict


def test_marks_of_citations_and_bold_type_change_nothing(look):
    assert look("재발급 비용은 **5,000원**입니다 [1].", _BADGES).verdict == Verdict.SUPPORTED


def test_a_sentence_inside_an_answer_is_checked_at_its_place(analyse):
    answer = analyse("안녕하세요. 재발급 비용은 6,000원입니다. 감사합니다.")
    spans = sentence_spans(answer)
    assert [answer.text[start:end] for start, end in spans][1] == "재발급 비용은 6,000원입니다."
    found = check(answer, [prepare(Passage("p", analyse(_BADGES)))], span=spans[1])
    assert found.verdict == Verdict.CONTRADICTED
    assert answer.text[slice(*found.flags[0].answer_span)] == "6,000원"


def test_rare_words_of_the_index_decide(analyse):
    """The passage shares three common words and misses the rare one, or the other way round."""
    passages = [prepare(Passage("p", analyse("직원은 회사의 규정에 따라 신청한다.")))]
    sentence = analyse("직원은 회사의 규정에 따라 견적서를 신청합니다.")
    common = {"직원": 900, "회사": 900, "규정": 900, "신청": 900}
    rare = DocumentFrequencies(1000, common)
    even = DocumentFrequencies(1000, {**common, "견적서": 900})
    assert check(sentence, passages, idf=rare).score < check(sentence, passages, idf=even).score


def test_without_an_index_the_passages_are_counted(analyse):
    passages = [prepare(Passage(str(n), analyse(text))) for n, text in enumerate([_BADGES, _TRAVEL])]
    frequencies = frequencies_of(passages)
    assert frequencies.documents == 50
    assert frequencies("출장") < frequencies("낱말")


def test_a_prepared_passage_gives_the_same_verdict_again(analyse):
    passage = prepare(Passage("p", analyse(_BADGES)))
    sentence = analyse("재발급 비용은 5,000원입니다.")
    assert check(sentence, [passage]) == check(sentence, [passage])


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n\n",
        "?",
        "😀",
        "가" * 3000,
        "a" * 3000,
        "9" * 3000,
        "연차 " * 3000,
        "15일 " * 3000,
        "(((((" * 500,
        "제" * 500 + "조",
        "|" * 1000,
        "%s %(a)s {} {{0}} ' OR 1=1 --",
        "\u202eabc",
        "漢字 とカナ",
    ],
)
def test_odd_text_is_checked_and_is_odd_as_a_passage_too(look, text):
    assert look(text, _BADGES).verdict in set(Verdict)
    assert look("재발급 비용은 5,000원입니다.", text).verdict in set(Verdict)


def test_text_without_sentence_ends_is_cut_and_stays_fast(analyse):
    words = " ".join(f"항목{n} 값은 {n}원" for n in range(9000))
    analysis = analyse(words[:100_000])
    started = time.process_time()
    passage = prepare(Passage("p", analysis))
    assert max(end - start for start, end in passage.spans) <= 600
    check(analyse("항목7 값은 7원입니다."), [passage])
    assert time.process_time() - started < 10


def test_a_passage_without_analysis_is_passed_over():
    empty = prepare(Passage("p", Analysis("", (), ())))
    assert check(Analysis("연차는 15일입니다.", ((0, 11),), ()), [empty]).verdict == Verdict.UNSUPPORTED


def test_web_start_up_stays_light():
    """The check is imported by the web process: no analyser, no torch, no Django."""
    heavy = ["kiwipiepy", "torch", "transformers", "sentence_transformers", "numpy", "django"]
    code = f"import sys, kb.chat.support, kb.chat.support.report; print([m for m in {heavy} if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
