"""Each private collection's canary is in it, and in no other file."""

from __future__ import annotations

import pytest

from samples.company import Canary, Document, load
from tests.samples.extract import flat, text_of

COMPANY = load()
TEXTS = {r.file: flat(text_of(r.file)) for document in COMPANY.documents for r in document.revisions}


def files_of(document: Document) -> set[str]:
    return {str(revision.file) for revision in document.revisions}


def may_hold(canary: Canary, document: Document) -> bool:
    return document.external_id == canary.document if canary.document else document.collection == canary.collection


@pytest.mark.parametrize("canary", COMPANY.canaries, ids=lambda canary: canary.collection)
def test_a_canary_is_nowhere_outside_its_place(canary: Canary) -> None:
    found = {str(path) for path, text in TEXTS.items() if flat(canary.phrase) in text}
    allowed = set().union(*(files_of(document) for document in COMPANY.documents if may_hold(canary, document)))

    assert found
    assert found <= allowed


def test_every_collection_that_is_not_for_everyone_has_a_canary() -> None:
    private = {collection.slug for collection in COMPANY.collections if collection.audience.kind != "everyone"}
    own = {document.external_id for document in COMPANY.documents if document.audience}

    assert {canary.collection for canary in COMPANY.canaries if not canary.document} == private
    assert {canary.document for canary in COMPANY.canaries if canary.document} == own


@pytest.mark.parametrize("word", ["결산 조정", "처우 협의", "목표 원가", "할인권한"])
def test_words_of_private_matters_are_in_no_document_for_everyone(word: str) -> None:
    open_collections = {collection.slug for collection in COMPANY.collections if collection.audience.kind == "everyone"}

    assert any(flat(word) in text for text in TEXTS.values())
    assert [
        path.name for path, text in TEXTS.items() if path.parent.name in open_collections and flat(word) in text
    ] == []
