"""Chips behind what is supported, words behind what is not."""

from __future__ import annotations

from html import unescape

import pytest
from django.utils import translation
from django.utils.safestring import SafeString

from kb.chat.sentences import AnswerSentence, Difference
from kb.views.marks import marked, remark
from kb.views.notes import SourceNote
from kb.views.standing import Counts, Standing


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def note(number: int, title: str = "출장여비 규정") -> SourceNote:
    place = "제7조 · p. 4"
    name = f"Source {number}: {title}, {place}"
    return SourceNote(
        number + 10, number, f"card-1-{number}", f"/sources/{number + 10}/", name, title, place, "", SafeString(""),
        Standing(Counts.CURRENT), 4,
    )  # fmt: skip


def sentence(text: str, words: str, verdict: str, *cites: int, differences=()) -> AnswerSentence:
    start = text.index(words)
    return AnswerSentence(start, start + len(words), verdict, cites, tuple(differences))


def test_a_supported_sentence_is_followed_by_named_links_to_its_sources():
    text = "식비는 35,000원입니다."
    html = marked(text, [sentence(text, text, "supported", 1, 2)], {1: note(1), 2: note(2)})
    assert html.count("cite-chip") == 2
    assert 'href="/sources/11/"' in html and 'aria-label="Source 2: 출장여비 규정, 제7조 · p. 4"' in html
    assert "unsupported" not in html


def test_a_citation_that_may_not_be_read_has_no_chip():
    text = "식비는 35,000원입니다."
    assert "cite-chip" not in marked(text, [sentence(text, text, "supported", 1)], {})


@pytest.mark.parametrize(("verdict", "words"), [("unsupported", "no source"), ("partial", "only partly sourced")])
def test_what_is_not_supported_says_so_in_words(verdict: str, words: str):
    text = "영수증은 필요 없습니다."
    html = marked(text, [sentence(text, text, verdict)], {})
    assert '<span class="unsupported">영수증은 필요 없습니다.</span>' in html
    assert words in html


def test_a_contradiction_names_both_values():
    text = "연차는 16일입니다."
    said = sentence(text, text, "contradicted", 1, differences=[Difference("number", "16일", "15일")])
    html = marked(text, [said], {1: note(1)})
    assert "differs from its source: answer 16일, source 15일" in html
    assert 'class="unsupported contradicted"' in html and "cite-chip" in html


@pytest.mark.parametrize(
    ("difference", "words"),
    [
        (Difference("condition", "", "정규직에 한해"), "the source also says: 정규직에 한해"),
        (Difference("universal", "모든 직원", ""), "not so in the source: 모든 직원"),
        (Difference("binding", "", ""), "differs from its source"),
    ],
)
def test_a_difference_of_one_side_says_what_there_is(difference: Difference, words: str):
    assert words in remark(AnswerSentence(0, 1, "contradicted", (), (difference,)))


def test_what_is_no_claim_is_left_alone():
    assert remark(AnswerSentence(0, 1, "not_a_claim")) == ""


def test_words_of_documents_and_models_are_escaped_everywhere():
    evil = "<img src=x onerror=alert(1)>\"'"
    text = "값입니다."
    html = marked(
        text,
        [sentence(text, text, "contradicted", 1, differences=[Difference("number", evil, evil)])],
        {1: note(1, evil)},
    )
    assert "<img" not in html
    assert evil in unescape(html)
