"""What tests of pages share: signed-in browsers that speak English, and a model server's double."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from kb.retrieval import profiles
from tests.cast import Cast
from tests.doubles import WordEncoder
from tests.made import add_document
from tests.servers import ScriptedServer

Browser = Callable[[User], Client]


@pytest.fixture
def browser() -> Browser:
    """browser(person): a client that is signed in, with the interface in English."""

    def open_browser(person: User) -> Client:
        User.objects.filter(pk=person.pk).update(language="en")
        client = Client()
        client.force_login(person)
        return client

    return open_browser


@pytest.fixture
def shelf(cast: Cast) -> Cast:
    """A document that everyone reads and one of 재무팀's own."""
    _fill(cast)
    return cast


@pytest.fixture
def committed_shelf(committed_cast: Cast) -> Cast:
    """The same, committed."""
    _fill(committed_cast)
    return committed_cast


def _fill(cast: Cast) -> None:
    add_document(
        cast.rules,
        "출장여비 규정",
        ["식비는 1일 35,000원을 한도로 실비를 지급한다.", "숙박비는 1박 120,000원까지 지급한다."],
    )
    add_document(cast.finance_private, "10월 결산 메모", ["10월 매출원가는 12억 3천만 원이다."])


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, word_encoder: WordEncoder) -> ScriptedServer:
    """A model server that answers with the rule's own words, and an encoder of words."""
    scripted = ScriptedServer("식비는 1일 35,000원을 한도로 실비를 지급한다.")
    monkeypatch.setattr("kb.chat.route.model_server", lambda: scripted)
    return scripted


@pytest.fixture(autouse=True)
def _found_by_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cosines of the double lie elsewhere than an encoder's: one common word makes something found here."""
    one_word = profiles.Calibration(dense=0.0, lexical=25.0, bias=-1.0)
    monkeypatch.setattr(profiles.Profile, "_fitted", lambda self, own: one_word)
