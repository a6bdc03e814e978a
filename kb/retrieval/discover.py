"""Whether something near a question lies in a discoverable collection that the person may not read."""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.utils import timezone

from accounts.access import current_access
from kb.retrieval import lexical
from kb.retrieval.centring import question_vector
from kb.retrieval.encoder.client import EncoderClient
from kb.retrieval.encoder.connection import encoder as default_encoder
from kb.retrieval.hits import Found
from kb.retrieval.index import live_index
from kb.retrieval.profiles import profile_named
from kb.retrieval.terms import QuestionTerms


def collections_elsewhere(
    found: Found, *, day: date | None = None, encoder: EncoderClient | None = None
) -> tuple[int, ...]:
    """Ids of discoverable collections with a passage near the question; inside `as_user`. No title ever leaves here."""
    version = live_index()
    if not _any_discoverable():
        return ()
    encoder = encoder or default_encoder()
    profile = profile_named(version.profile)
    vector = question_vector(found.question, found.language, encoder, profile)
    terms = QuestionTerms.of(encoder.analyse([found.question])[0], encoder)
    with connection.cursor() as cursor:
        weighed = terms.weigh(cursor, version)
        cursor.execute(
            "select collection, dense, lexical from maru_discover(%s, %s::halfvec, %s::sparsevec, %s, %s)",
            [
                version.number,
                lexical.dense_literal(vector),
                lexical.query_literal(weighed.weights),
                day or timezone.localdate(),
                list(current_access().audiences),
            ],
        )
        rows = cursor.fetchall()
    threshold = profile.threshold(found.language, version.calibration)
    return tuple(
        collection
        for collection, dense, words in rows
        if profile.confidence(dense, words / weighed.most, version.calibration) >= threshold
    )


def _any_discoverable() -> bool:
    from kb.models import Collection

    return Collection.objects.filter(discoverable=True).exists()
