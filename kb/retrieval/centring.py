"""A question's vector without what all questions of its language share.

An embedder of many languages lays the questions of one language near each other, and near the passages of that language,
whatever they are about. So a question finds passages of its own language before better ones of the other. Subtracting a
share of the mean question of its language (of the 40 background questions, which are about no company) takes most of
that away, touches no stored vector, and separates what is relevant from what is not better in one language, too. After
Libovický, Rosa and Fraser, "On the Language Neutrality of Pre-trained Multilingual Representations", 2020, who centre
both sides; figures are in docs/decisions/retrieval.md.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from kb.retrieval.background import ENGLISH, KOREAN
from kb.retrieval.encoder.client import EncoderClient
from kb.retrieval.profiles import Profile


def question_vector(text: str, language: str, encoder: EncoderClient, profile: Profile) -> np.ndarray:
    """The centred vector (dimensions,) of a question in `language` (ko or en); shorter than unit length.

    Its inner product with a passage's vector ranks passages. Raises the encoder client's errors.
    """
    vector = encoder.embed_query(text)
    return vector - profile.centring * _centre(encoder, language) if profile.centring else vector


@lru_cache(maxsize=8)
def _centre(encoder: EncoderClient, language: str) -> np.ndarray:
    """The mean vector of the background questions of a language: 40 embeddings, once a process and language."""
    return encoder.embed_queries(ENGLISH if language == "en" else KOREAN).mean(axis=0)
