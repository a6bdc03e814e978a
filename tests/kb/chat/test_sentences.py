"""Sentences of an answer, to its row and back."""

from __future__ import annotations

import json

from kb.chat.sentences import AnswerSentence, Difference


def test_a_sentence_comes_back_from_its_row_as_it_was():
    said = AnswerSentence(3, 20, "contradicted", (2, 1), (Difference("number", "16일", "15일"),))
    assert AnswerSentence.from_json(json.loads(json.dumps(said.as_json()))) == said


def test_an_older_row_without_citations_and_differences_can_be_read():
    assert AnswerSentence.from_json({"start": 0, "end": 4, "verdict": "supported"}) == AnswerSentence(0, 4, "supported")
