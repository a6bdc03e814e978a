"""What tests of answers share: documents to answer from, and an encoder and a model server that are doubles."""

from __future__ import annotations

import pytest

from kb.retrieval import profiles
from kb.retrieval.encoder.client import EncoderClient
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


REST = "제3조(연차) 직원은 해마다 연차 15일을 받는다. 남은 연차는 10일까지 다음 해 3월 31일까지 이월한다. 다만, 퇴직자는 수당으로 받는다."
CARDS = (
    "제5조(법인카드) 법인카드를 잃어버린 직원은 24시간 안에 재무팀에 신고한다. 신고가 늦으면 손해를 직원이 부담한다."
)
TABLE = "직급 | 숙박비 | 식비\n부장 | 150,000원 | 40,000원\n사원 | 110,000원 | 30,000원"
ENGLISH = "Employees in Chicago may work from home two days a week. The manager approves the days in advance."


@pytest.fixture
def real_house(cast: Cast, real_encoder: EncoderClient) -> Cast:
    """Rules as a company writes them, embedded and analysed by the real encoder."""
    add_document(cast.rules, "취업규칙", [REST, CARDS], encoder=real_encoder)
    add_document(cast.rules, "여비 기준표", [TABLE], encoder=real_encoder)
    add_document(cast.rules, "US Handbook", [ENGLISH], encoder=real_encoder)
    add_document(cast.hr_private, "급여 표", ["과장의 기본급은 4,200,000원이다."], encoder=real_encoder)
    return cast
