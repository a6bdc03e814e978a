"""Doubles of our own seams, for tests that are not about the encoder or a model server."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import numpy as np

from kb.retrieval.analysis import Analysis, Token
from kb.retrieval.profiles import GENERIC

_WORD = re.compile(r"[가-힣]+|[A-Za-z]+|\d[\d,.]*")
_ENDINGS = re.compile("(은|는|이|가|을|를|의|에|로|까지|부터|입니다|합니다|한다|나요|인가요)$")


class WordEncoder:
    """Stands in for the encoder: words as tokens, and a vector that is the sum of its words' random directions.

    Texts with common words lie near each other, so that dense search finds what shares words. 384 dimensions.
    """

    dimensions = 384
    profile = GENERIC

    def embed_query(self, text: str) -> np.ndarray:
        """One unit vector."""
        return self._vector(text)

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        """Unit vectors, (n, 384)."""
        return self.embed_passages(texts)

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        """Unit vectors, (n, 384)."""
        return np.stack([self._vector(text) for text in texts]) if texts else np.zeros((0, 384), np.float32)

    def count(self, texts: Sequence[str]) -> list[int]:
        """Words and the two special tokens."""
        return [len(_WORD.findall(text)) + 2 for text in texts]

    def analyse(self, texts: Sequence[str]) -> list[Analysis]:
        """Lines cut at full stops as sentences, words without common endings as nouns."""
        return [self._analysis(text) for text in texts]

    def _vector(self, text: str) -> np.ndarray:
        total = np.ones(384, np.float32) * 0.05
        for token in self._analysis(text).tokens:
            seed = int.from_bytes(hashlib.sha256(token.form.lower().encode()).digest()[:4])
            total += np.random.default_rng(seed).standard_normal(384).astype(np.float32)
        return total / np.linalg.norm(total)

    def _analysis(self, text: str) -> Analysis:
        tokens = []
        for match in _WORD.finditer(text):
            word = match.group()
            stem = _ENDINGS.sub("", word) or word
            tag = "SL" if word.isascii() and word[0].isalpha() else "SN" if word[0].isdigit() else "NNG"
            tokens.append(Token(stem, tag, match.start(), match.start() + len(stem)))
        spans = [m.span() for m in re.finditer(r"[^\n.!?]+[.!?]?", text) if m.group().strip()]
        return Analysis(text, tuple(spans), tuple(tokens))
