"""Where "not found" begins in an index: measured on its own background, kept with the index, renewed as it grows.

The confidence z of docs/decisions/retrieval.md was fitted on other corpora, and the largest cosine of a question grows
with the number of passages. So a list of questions that no company answers is asked of the index itself; what it says to
them is the background, and the threshold lies just above it, for each language by itself.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from django.db import connection

from kb.models import IndexVersion
from kb.retrieval import lexical
from kb.retrieval.background import ENGLISH, KOREAN
from kb.retrieval.centring import question_vector
from kb.retrieval.encoder.client import EncoderClient
from kb.retrieval.profiles import Profile, profile_named
from kb.retrieval.question import language_of
from kb.retrieval.terms import QuestionTerms

SHARE = 0.88  # of the background that is refused; what passes is still checked sentence by sentence
LEAST_CHUNKS = 50  # below it the background is noise, and the profile's own threshold holds
BOUNDS = (-6.0, 2.0)  # how far the threshold may move from the profile's

_BEST = """
select max(-(dense::halfvec({dimensions}) <#> %s::halfvec({dimensions}))), max(-(sparse <#> %s::sparsevec))
from kb_indexentry where version = %s and not isempty(valid)
"""


def calibrate(version: IndexVersion, encoder: EncoderClient) -> dict[str, float]:
    """Measure the index's background and keep the thresholds with it; returns them. A worker's work."""
    calibration: dict[str, float] = {}
    if version.chunk_count >= LEAST_CHUNKS:
        profile = profile_named(version.profile)
        korean = _threshold(KOREAN, version, profile, encoder)
        english = _threshold(ENGLISH, version, profile, encoder)
        fitted = profile.calibration
        calibration = {
            "dense": fitted.dense,
            "lexical": fitted.lexical,
            "centring": profile.centring,
            "bias": fitted.bias - korean,
            "english": english - korean,
        }
    IndexVersion.objects.filter(pk=version.pk).update(calibration=calibration)
    version.calibration = calibration
    return calibration


def _threshold(questions: Sequence[str], version: IndexVersion, profile: Profile, encoder: EncoderClient) -> float:
    heard = [_confidence(question, version, profile, encoder) for question in questions]
    return float(np.clip(np.quantile(heard, SHARE), *BOUNDS))


def _confidence(question: str, version: IndexVersion, profile: Profile, encoder: EncoderClient) -> float:
    """The profile's confidence that the index answers a question, over everything in it."""
    vector = question_vector(question, language_of(question), encoder, profile)
    terms = QuestionTerms.of(encoder.analyse([question])[0], encoder)
    with connection.cursor() as cursor:
        weighed = terms.weigh(cursor, version)
        statement = _BEST.format(dimensions=version.dimensions)
        cursor.execute(
            statement, [lexical.dense_literal(vector), lexical.query_literal(weighed.weights), version.number]
        )
        dense, words = cursor.fetchone()
    return profile.confidence(dense or 0.0, (words or 0.0) / weighed.most)
