"""Index versions and the rows in them."""

from __future__ import annotations

import numpy as np
import pytest
from django.db import connection

from accounts.errors import Unavailable
from kb.models import IndexEntry, IndexVersion
from kb.models.index import IndexState
from kb.retrieval import lexical
from kb.retrieval.index import (
    NoIndex,
    ensure_index,
    entries_for,
    live_index,
    refresh_terms,
    reweigh,
    versions_to_fill,
)
from tests.answers import chunks_of
from tests.cast import Cast
from tests.database import as_worker
from tests.doubles import WordEncoder
from tests.made import add_document

ENCODER = WordEncoder()


def sparse_of(term: str) -> list[float]:
    """The weights of a term in all rows that have it, in order."""
    place = lexical.dimension(term) - 1
    rows = IndexEntry.objects.order_by("pk")
    found = (dict(zip(row.sparse.indices(), row.sparse.values(), strict=True)).get(place) for row in rows)
    return [weight for weight in found if weight is not None]


def test_without_an_index_it_is_said_and_can_be_tried_again(db: None):
    with pytest.raises(NoIndex) as raised:
        live_index()
    assert isinstance(raised.value, Unavailable) and raised.value.retryable


def test_an_index_is_made_once_for_the_embedder_of_the_settings(db: None):
    with as_worker():
        first, second = ensure_index(), ensure_index()
    assert first.pk == second.pk
    assert (first.state, first.dimensions, first.profile) == ("live", 384, "multilingual-e5-small")


def test_a_version_that_is_built_is_filled_beside_the_live_one_and_a_retired_one_is_not(cast: Cast):
    with as_worker():
        for number, state in ((2, IndexState.BUILDING), (3, IndexState.RETIRED)):
            IndexVersion.objects.create(number=number, embedder="x", dimensions=8, profile="x", state=state)
        assert [version.number for version in versions_to_fill()] == [1, 2]
        assert live_index().number == 1


def test_a_row_is_found_on_no_day_before_its_revision_is_published(cast: Cast):
    add_document(cast.rules, "규정", ["연차는 15일입니다."])
    chunks = chunks_of(cast.suji, "규정")
    version = live_index()
    with as_worker():
        (entry,) = entries_for(version, chunks, ENCODER.analyse([chunks[0].full_text]), np.ones((1, 384), np.float32))
    assert (entry.valid, entry.language, entry.length) == ("empty", "ko", 4)
    assert (entry.audience_id, entry.collection_id) == (cast.rules.audience_id, cast.rules.pk)


def test_a_chunk_without_its_vector_is_a_mistake_and_not_left_out(cast: Cast):
    add_document(cast.rules, "규정", ["연차는 15일입니다.", "병가는 30일입니다."])
    chunks = chunks_of(cast.suji, "규정")
    analyses = ENCODER.analyse([chunk.full_text for chunk in chunks])
    with pytest.raises(ValueError, match="zip"), as_worker():
        entries_for(live_index(), chunks, analyses, np.ones((1, 384), np.float32))


def test_terms_are_counted_over_what_is_in_force(cast: Cast):
    add_document(cast.rules, "규정", ["연차는 15일입니다.", "연차와 병가입니다."])
    with as_worker(), connection.cursor() as cursor:
        IndexEntry.objects.filter(chunk__position=1).update(valid="empty")
        terms = refresh_terms(live_index())
        assert terms == 4  # 규정, 연차, 15, 일
        assert lexical.frequencies(cursor, 1, ["연차"]) == {"연차": 1}
        assert live_index().chunk_count == 1


def test_the_mean_length_follows_when_it_drifted_and_every_weight_with_it(cast: Cast):
    add_document(cast.rules, "규정", ["연차는 15일입니다.", "연차 휴가 병가 교육 출장 계약 구매 재고 급여 보안"])
    with as_worker():
        before = sparse_of("연차")
        lengths = list(IndexEntry.objects.order_by("pk").values_list("length", flat=True))
        average = live_index().average_length
        reweigh(live_index(), 50.0, batch=1)
        assert live_index().average_length == 50.0
        for old, new, length in zip(before, sparse_of("연차"), lengths, strict=True):
            expected = lexical.reweighted({1: old}, length, average, 50.0)[1]
            assert new == pytest.approx(expected, rel=1e-4) and new != pytest.approx(old, rel=1e-3)
        reweigh(live_index(), average)
        assert sparse_of("연차") == pytest.approx(before, rel=1e-4)


def test_a_count_weighs_anew_only_when_the_mean_is_half_as_long_again(cast: Cast):
    add_document(cast.rules, "규정", ["연차는 15일입니다.", "병가는 30일입니다."])
    with as_worker():
        IndexVersion.objects.update(average_length=3.0)
        refresh_terms(live_index())
        assert live_index().average_length == pytest.approx(3.0)
        IndexVersion.objects.update(average_length=100.0)
        refresh_terms(live_index())
        assert live_index().average_length == pytest.approx(4.0)


def test_an_empty_index_keeps_its_mean(cast: Cast):
    with as_worker():
        IndexVersion.objects.update(average_length=20.0)
        assert refresh_terms(live_index()) == 0
        assert (live_index().average_length, live_index().chunk_count) == (20.0, 0)
