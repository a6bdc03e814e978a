"""One house for all of these tests; each finds it working and leaves it so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.house import House, whole_house


@pytest.fixture(scope="session")
def one_house() -> Iterator[House]:
    with whole_house() as house:
        yield house


@pytest.fixture
def house(one_house: House) -> House:
    one_house.words.lie = one_house.words.poison = None
    one_house.works()
    return one_house
