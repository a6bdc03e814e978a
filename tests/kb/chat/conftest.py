"""What tests of answers share: documents to answer from, and an encoder and a model server that are doubles."""

from __future__ import annotations

import pytest

from kb.retrieval import profiles
from tests.cast import Cast
from tests.doubles import WordEncoder
from tests.kb.api.conftest import WatchedServer
from tests.made import add_document

CARRY = "연차는 다음 해 3월 31일까지 이월됩니다."
SICK = "병가는 한 해에 30일입니다."
MEALS = "식비는 1일 35,000원을 한도로 지급합니다."
ROOMS = "숙박비는 1박 120,000원까지 지급합니다."
PAY = "과장의 기본급은 4,200,000원입니다."
LOSS = "9월 결산에서 재고 평가 손실은 31,000,000원입니다."


def furnish(cast: Cast, encoder: object = None) -> Cast:
    """Two documents that all may read, and one of 인사팀 and of 재무팀 each."""
    add_document(cast.rules, "취업규칙", [CARRY, SICK], encoder=encoder)
    add_document(cast.rules, "출장여비 규정", [MEALS, ROOMS], encoder=encoder)
    add_document(cast.hr_private, "급여 표", [PAY], encoder=encoder)
    add_document(cast.finance_private, "결산 메모", [LOSS], encoder=encoder)
    return cast


@pytest.fixture
def by_words(word_encoder: WordEncoder, monkeypatch: pytest.MonkeyPatch) -> WordEncoder:
    """The encoder's double. Its cosines mean nothing: a common word makes something found."""
    found = profiles.Calibration(dense=0.0, lexical=25.0, bias=-1.0)
    monkeypatch.setattr(profiles.Profile, "_fitted", lambda self, own: found)
    return word_encoder


@pytest.fixture
def house(cast: Cast, by_words: WordEncoder) -> Cast:
    """The documents, for code that runs in this thread."""
    return furnish(cast)


@pytest.fixture
def committed_house(committed_cast: Cast, by_words: WordEncoder) -> Cast:
    """The documents, committed, for code in other threads."""
    return furnish(committed_cast)


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> WatchedServer:
    """A model server that answers with a rule's own words, and notes when it is stopped."""
    server = WatchedServer(CARRY)
    monkeypatch.setattr("kb.chat.route.model_server", lambda: server)
    return server
