"""The analyser of the encoder in this process, and shortcuts to check one sentence against one text."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kb.chat.support import Passage, SentenceSupport, check, prepare
from kb.chat.support.quantities import Quantity, quantities
from kb.normalise import normalise
from kb.retrieval.analysis import Analysis
from kb.retrieval.encoder.analyser import Analyser

Look = Callable[..., SentenceSupport]

# What measures on shared data is only collected where the data is.
collect_ignore = [] if os.environ.get("MARU_SHARED_DATA") else [str(Path(__file__).parent / "test_shared.py")]


@pytest.fixture(scope="session")
def analyser() -> Analyser:
    return Analyser()


@pytest.fixture(scope="session")
def analyse(analyser: Analyser) -> Callable[[str], Analysis]:
    return lambda text: analyser.analyse([normalise(text)])[0]


@pytest.fixture(scope="session")
def look(analyse: Callable[[str], Analysis]) -> Look:
    """look(sentence, source, ...): the verdict on a sentence with these texts as passages "0", "1", ..."""

    def look(sentence: str, *sources: str, **given: object) -> SentenceSupport:
        passages = [prepare(Passage(str(n), analyse(source))) for n, source in enumerate(sources)]
        return check(analyse(sentence), passages, **given)

    return look


@pytest.fixture(scope="session")
def read(analyse: Callable[[str], Analysis]) -> Callable[[str], tuple[Quantity, ...]]:
    """The quantities of a text, with the analyser's word borders."""

    def read(text: str) -> tuple[Quantity, ...]:
        analysis = analyse(text)
        return quantities(analysis.text, analysis.tokens)

    return read
