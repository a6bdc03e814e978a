"""What every test may ask for: the database, the cast, the encoder, a model server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import TransactionTestCase

from tests import database
from tests.cast import Cast, make_cast
from tests.doubles import WordEncoder


@pytest.fixture(scope="session", autouse=True)
def _passwords_are_hashed_quickly() -> None:
    """The cast is made for nearly every test; the real hash takes a third of a second a person on purpose."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def maru_database() -> Iterator[None]:
    """The embedded PostgreSQL of the tests' MARU_HOME, for the whole session."""
    from kb.management.base import use_addresses
    from kb.runtime.borrow import borrowed

    with borrowed(database=True, encoder=False, model_server=False) as home:
        use_addresses(home)
        yield


@pytest.fixture(scope="session")
def django_db_setup(maru_database: None, django_db_blocker: Any) -> Iterator[None]:
    """In place of pytest-django's: the database is made by the owner and used by the web's role."""
    with django_db_blocker.unblock():
        database.create()
        database.empty()
    yield


@pytest.fixture(scope="session", autouse=True)
def _transactional_tests_empty_the_database() -> Iterator[None]:
    """The web's role may not truncate tables, so that the superuser does it after transactional tests."""
    held = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = lambda self: database.empty()  # type: ignore[method-assign]
    yield
    TransactionTestCase._fixture_teardown = held  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """What a process keeps in memory of one test's rows is forgotten before the next."""
    from kb.retrieval import population

    population.forget()
    yield


@pytest.fixture
def cast(db: None) -> Cast:
    """The people and departments of 한빛정밀, and a collection for each (tests/cast.py)."""
    return make_cast()


@pytest.fixture
def committed_cast(transactional_db: None) -> Cast:
    """The same, committed: for tests whose code runs in other threads or processes."""
    return make_cast()


_ASK_THE_ENCODER = (
    "kb.ingestion.split.encoder",
    "kb.ingestion.embed.encoder",
    "kb.ingestion.store.encoder",
    "kb.retrieval.search.default_encoder",
    "kb.retrieval.discover.default_encoder",
    "kb.chat.cite.encoder",
    "kb.chat.quoting.encoder",
)


@pytest.fixture
def word_encoder(monkeypatch: pytest.MonkeyPatch) -> WordEncoder:
    """Words in place of the encoder process, wherever it is asked."""
    client = WordEncoder()
    use_encoder(monkeypatch, client)
    return client


def use_encoder(monkeypatch: pytest.MonkeyPatch, client: object) -> None:
    """This client in every place that asks for the encoder."""
    for place in _ASK_THE_ENCODER:
        monkeypatch.setattr(place, lambda: client)
