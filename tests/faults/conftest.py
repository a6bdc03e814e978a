"""One house for all of these tests; each finds it working and leaves it so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.house import House, whole_house
from tests.kb.runtime.conftest import until


@pytest.fixture(scope="session")
def one_house() -> Iterator[House]:
    with whole_house() as house:
        yield house


@pytest.fixture
def house(one_house: House) -> House:
    one_house.words.lie = one_house.words.poison = None
    until(lambda: one_house.answers() and len(one_house.parts()) == 6, 30, "the house works")
    return one_house
