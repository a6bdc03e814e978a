"""The encoder that the settings name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kb.retrieval.encoder import connection
from tests.kb.retrieval.encoder.test_client import unit
from tests.kb.serving.rogue import Exchange, rogue


@pytest.fixture(autouse=True)
def _asked_anew() -> Iterator[None]:
    """A process keeps its client: each test begins and ends without one."""
    connection.encoder.cache_clear()
    yield
    connection.encoder.cache_clear()


def act(exchange: Exchange) -> None:
    """An embedder whose vectors have 384 dimensions."""
    if exchange.path == "/info":
        exchange.answer({"model_id": "BAAI/some-embedder", "model_sha": "1", "max_input_length": 512})
    else:
        exchange.answer([unit(384) for _ in exchange.json["inputs"]])


def test_one_client_serves_the_whole_process():
    assert connection.encoder() is connection.encoder()


def test_the_bundled_model_is_known_without_asking(settings):
    settings.MARU_EMBEDDER = ""
    settings.ENCODER_URL = "http://127.0.0.1:1"
    assert connection.profile_in_use().name == "multilingual-e5-small"


def test_a_tei_server_embeds_with_its_own_key_and_says_what_it_is(settings):
    with rogue(act) as tei:
        settings.MARU_EMBEDDER = f"tei+{tei.url}"
        settings.MARU_EMBEDDER_KEY = "key of the embedder"
        profile = connection.profile_in_use()
        connection.encoder().embed_query("연차는?")
    assert (profile.model, profile.dimensions) == ("BAAI/some-embedder", 384)
    assert {each.headers["authorization"] for each in tei.seen} == {"Bearer key of the embedder"}


def test_the_key_for_texts_is_not_sent_to_somebody_elses_embedder(settings):
    with rogue(act) as tei:
        settings.MARU_EMBEDDER = f"tei+{tei.url}"
        settings.MARU_EMBEDDER_KEY = ""
        connection.encoder().embed_query("연차는?")
    assert tei.seen
    assert not any(settings.SECRETS.encoder_key in str(each.headers) for each in tei.seen)
