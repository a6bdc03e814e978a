"""A question's vector without what all questions of its language share."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kb.retrieval.background import ENGLISH, KOREAN
from kb.retrieval.centring import question_vector
from kb.retrieval.encoder.client import EncoderClient
from kb.retrieval.profiles import GENERIC, PROFILES, Profile
from tests.doubles import WordEncoder

E5 = PROFILES["multilingual-e5-small"]
RULES = {
    "How long is the warranty on a reducer?": "감속기의 보증 기간은 출하일부터 24개월입니다.",
    "When is the plant closed in summer?": "여름 휴무는 8월 2일부터 8월 6일까지이며 공장 전체가 쉽니다.",
    "Who approves a visitor to the test building?": "시험동에 들어오는 방문객은 개발팀장의 승인을 받습니다.",
    "What must a new supplier do before its first delivery?": "새 협력사는 첫 납품 전에 자가 평가와 현장 심사를 받는다.",
    "How much may a dinner with a customer cost?": "고객과의 식사는 한 사람에 5만 원까지 인정합니다.",
}
OTHERS = (
    "Please remember when you call us that the clocks here change on November 1.",
    "In September we moved our service bench into a larger room.",
    "The cafeteria serves lunch from noon to one, and every guest is welcome.",
    "Our newsletter appears four times a year in both languages.",
)


class Counting(WordEncoder):
    """Counts what it is asked to embed."""

    def __init__(self) -> None:
        self.batches: list[int] = []

    def embed_queries(self, texts):
        self.batches.append(len(texts))
        return super().embed_queries(texts)


def before_others(encoder: EncoderClient, profile: Profile) -> list[float]:
    """By how much each question prefers the Korean rule that answers it to the nearest English sentence, in units of
    how much passages differ at all."""
    others = encoder.embed_passages(OTHERS)
    rules = encoder.embed_passages(list(RULES.values()))
    margins = []
    for question, rule in zip(RULES, rules, strict=True):
        vector = question_vector(question, "en", encoder, profile)
        margins.append(float((vector @ rule - (others @ vector).max()) / np.linalg.norm(vector)))
    return margins


def test_a_question_prefers_the_foreign_passage_that_answers_more_clearly(real_encoder: EncoderClient):
    plain = before_others(real_encoder, replace(E5, centring=0.0))
    centred = before_others(real_encoder, E5)
    assert sum(centred) > 1.2 * sum(plain)
    assert min(centred) > 0


@pytest.mark.parametrize(("language", "background"), [("ko", KOREAN), ("en", ENGLISH)])
def test_the_mean_of_its_own_language_is_taken_out(language: str, background: tuple[str, ...]):
    encoder = WordEncoder()
    mean = np.stack([encoder.embed_query(each) for each in background]).mean(axis=0)
    found = question_vector("연차 days", language, encoder, E5)  # type: ignore[arg-type]
    assert np.allclose(found, encoder.embed_query("연차 days") - E5.centring * mean, atol=1e-6)


def test_the_background_is_embedded_once_a_language():
    encoder = Counting()
    for language in ("ko", "en", "ko", "en"):
        question_vector("연차", language, encoder, E5)  # type: ignore[arg-type]
    assert sorted(encoder.batches) == sorted([len(KOREAN), len(ENGLISH)])


def test_a_model_without_centring_embeds_no_background():
    encoder = Counting()
    vector = question_vector("연차", "ko", encoder, GENERIC)  # type: ignore[arg-type]
    assert np.array_equal(vector, encoder.embed_query("연차"))
    assert encoder.batches == []
