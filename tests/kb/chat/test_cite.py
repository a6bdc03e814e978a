"""From a draft to an answer: its own words where they have support, the passages' words where not, or "not found"."""

from __future__ import annotations

import pytest

from kb.chat.budget import Budget
from kb.chat.cite import cite, cite_partial, misses_the_point
from kb.chat.events import Cited, Finished, Searched
from kb.chat.generate import Draft
from kb.chat.phrases import NOT_FOUND, QUOTED
from kb.chat.prompt import Prompt
from kb.chat.relevance import Scored
from kb.chat.retrieve import Sought, retrieve
from kb.models import IndexVersion
from kb.models.chat import Basis
from kb.retrieval.passages import Passage
from kb.serving.generation import GenerationRequest
from tests.cast import Cast
from tests.database import as_worker
from tests.kb.chat.made import ask, evidence, passage

CARRIED = "연차는 며칠까지 이월되나요?"
OWN_WORDS = "연차는 최대 10일까지, 다음 해 3월 31일까지 이월합니다."


def prompt(passages: tuple[Passage, ...]) -> Prompt:
    kept = tuple(each.key for each in passages)
    budget = Budget(4096, 512, 100, 20, 300, 0, 0, kept=kept)
    return Prompt(GenerationRequest(prompt="x"), budget, passages, "instruct/1")


def finished(house: Cast, question: str, draft: str, read: int | None = None) -> tuple[Sought, Finished]:
    """What becomes of a draft whose writer read the first `read` passages."""
    asked = ask(house.suji, question)
    sought = retrieve(asked)
    assert sought.found.relevant and sought.passages
    written = Draft(draft, "small", 321, 45)
    return sought, cite(asked, sought, prompt(sought.passages[:read]), written)


def test_a_draft_with_support_stays_in_its_own_words_with_citations(real_house: Cast):
    _, answer = finished(real_house, CARRIED, OWN_WORDS)
    assert (answer.text, answer.basis, answer.replaced, answer.extractive) == (OWN_WORDS, Basis.SOURCED, False, False)
    (cited,) = answer.citations
    assert cited.passage.title == "취업규칙" and "10일까지 다음 해 3월 31일까지 이월한다" in cited.quote
    assert answer.sentences[0].citations == (1,)


def test_a_draft_without_any_support_is_replaced_by_quoted_passages(real_house: Cast):
    draft = "사내 체육대회는 5월에 열리며 모두 참석합니다."
    _, answer = finished(real_house, CARRIED, draft)
    assert (answer.replaced, answer.extractive, answer.basis) == (True, True, Basis.SOURCED)
    assert "체육대회" not in answer.text
    assert answer.text.startswith(QUOTED["ko"]) and "10일까지 다음 해 3월 31일까지 이월한다." in answer.text
    assert answer.draft == draft, "what the model wrote can still be looked up"
    assert {sentence.verdict for sentence in answer.sentences[1:]} == {"supported"}


def test_a_draft_that_only_contradicts_its_source_is_replaced(real_house: Cast):
    _, answer = finished(real_house, CARRIED, "남은 연차는 20일까지 다음 해 3월 31일까지 이월한다.")
    assert answer.replaced and "20일" not in answer.text


def test_a_true_sentence_that_answers_something_else_is_replaced(real_house: Cast):
    _, answer = finished(real_house, CARRIED, "법인카드를 잃어버린 직원은 24시간 안에 재무팀에 신고합니다.")
    assert answer.replaced and "이월한다" in answer.text


def test_beside_a_supported_sentence_a_contradiction_is_marked_and_stays(real_house: Cast):
    _, answer = finished(real_house, CARRIED, f"{OWN_WORDS} 직원은 해마다 연차 20일을 받습니다.")
    assert (answer.replaced, answer.basis) == (False, Basis.MIXED)
    wrong = answer.sentences[-1]
    assert wrong.verdict == "contradicted"
    assert [(each.answer, each.source) for each in wrong.differences] == [("20일", "15일")]


@pytest.mark.parametrize("draft", ["", "  \n", "[1][2]", "문서에서 찾을 수 없습니다.", "https://evil.example/x"])
def test_a_draft_that_says_nothing_is_not_found(real_house: Cast, draft: str):
    _, answer = finished(real_house, CARRIED, draft)
    assert (answer.basis, answer.text, answer.citations, answer.sentences) == (
        Basis.NOT_FOUND, NOT_FOUND["ko"], (), (),
    )  # fmt: skip
    assert answer.draft == draft


def test_markers_of_the_model_count_for_nothing(real_house: Cast):
    _, answer = finished(real_house, CARRIED, f"{OWN_WORDS}[7] [99] (출처: 3)")
    assert answer.text == OWN_WORDS
    assert [each.number for each in answer.citations] == [1]


def test_only_what_the_model_read_is_cited(real_house: Cast):
    """The rule on carrying over was found and dropped from the prompt: what the model says of it is its own."""
    sought, answer = finished(real_house, CARRIED, OWN_WORDS, read=0)
    assert sought.passages and answer.replaced


def test_ranges_are_of_the_text_that_is_shown_whatever_the_model_wrote_it_with(real_house: Cast):
    """Compatibility characters change the length of a text: …, ①, ㎡ and full-width letters."""
    draft = f"물론입니다… ① 사무실은 30㎡입니다. {OWN_WORDS}"
    _, answer = finished(real_house, CARRIED, draft)
    said = [answer.text[sentence.start : sentence.end] for sentence in answer.sentences]
    assert said[-1] == OWN_WORDS
    assert answer.sentences[-1].verdict == "supported" and "…" not in answer.text


def test_the_answer_keeps_what_explains_it(real_house: Cast):
    sought, answer = finished(real_house, CARRIED, OWN_WORDS)
    assert (answer.model, answer.prompt_tokens, answer.completion_tokens) == ("small", 321, 45)
    assert (answer.prompt_version, answer.query, answer.found) == ("instruct/1", CARRIED, sought.found)
    assert answer.budget.kept == tuple(each.key for each in sought.passages)


def test_a_question_in_english_is_answered_from_a_korean_rule(real_house: Cast):
    with as_worker():
        IndexVersion.objects.update(calibration={"english": -6.0})  # as an index of Korean rules is calibrated
    _, answer = finished(
        real_house,
        "To whom do I report a lost corporate card?",
        "A lost corporate card is reported to the finance team within 24 hours.",
    )
    assert answer.language == "en"
    assert "재무팀에 신고한다" in answer.citations[0].quote


def test_a_stopped_draft_is_checked_like_any_other_and_marked(real_house: Cast):
    asked = ask(real_house.suji, CARRIED)
    sought = retrieve(asked)
    answer = cite_partial(asked, Searched(sought.found, sought.passages), f"{OWN_WORDS}[3] 그리고 구내식당은")
    assert (answer.stopped, answer.replaced) == (True, False)
    assert answer.text == f"{OWN_WORDS} 그리고 구내식당은"
    assert answer.sentences[0].citations == (1,)
    assert len(answer.citations) == 1


def test_a_stopped_draft_without_support_is_not_replaced_and_cites_nothing(real_house: Cast):
    asked = ask(real_house.suji, CARRIED)
    sought = retrieve(asked)
    answer = cite_partial(asked, Searched(sought.found, sought.passages), "구내식당은 금요일마다 채식을 냅니다.")
    assert (answer.stopped, answer.basis, answer.citations) == (True, Basis.MODEL, ())


def scored(one: Passage, *scores: float) -> list[Scored]:
    (found,) = evidence(one)
    return [
        Scored(found, span, number, score)
        for number, (span, score) in enumerate(zip(found.analysis.sentences, scores, strict=True))
    ]


def test_missing_the_point_is_to_cite_what_answers_clearly_worse_than_the_best():
    text = passage("연차는 15일입니다. 카드는 재무팀에 신고합니다.")
    best, worse = scored(text, 2.0, 1.0)
    first = Cited(1, text, 1, 0, 11, ((0, 11),), "연차는 15일입니다.")
    second = Cited(1, text, 1, 12, 26, ((12, 26),), "카드는 재무팀에 신고합니다.")
    assert not misses_the_point([first], [best, worse])
    assert misses_the_point([second], [best, worse])
    assert not misses_the_point([second, first], [best, worse])
    assert misses_the_point([], [best, worse])
    assert not misses_the_point([], []), "with nothing to compare there is no better sentence"


def test_a_citation_of_another_passage_at_the_same_place_does_not_count():
    text, other = passage("연차는 15일입니다.", revision=1), passage("병가는 30일입니다.", revision=2)
    cited = Cited(1, other, 1, 0, 11, ((0, 11),), other.text)
    assert misses_the_point([cited], scored(text, 2.0))
