"""The encoder, asked once for each question, so that what is timed behind it compares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from kb.retrieval.analysis import Analysis
from kb.retrieval.encoder.client import EncoderClient


class Remembering:
    """Passes everything on to the client; vectors of questions and analyses of single texts are kept."""

    def __init__(self, client: EncoderClient) -> None:
        self._client = client
        self._vectors: dict[str, np.ndarray] = {}
        self._analyses: dict[str, Analysis] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def embed_query(self, text: str) -> np.ndarray:
        """The question's vector."""
        if text not in self._vectors:
            self._vectors[text] = self._client.embed_query(text)
        return self._vectors[text]

    def analyse(self, texts: Sequence[str]) -> list[Analysis]:
        """Analyses; single texts are remembered."""
        if len(texts) != 1:
            return self._client.analyse(texts)
        if texts[0] not in self._analyses:
            self._analyses[texts[0]] = self._client.analyse(texts)[0]
        return [self._analyses[texts[0]]]
