"""A collection's audience: its documents follow, those with one of their own do not."""

from __future__ import annotations

from accounts.access import as_user
from accounts.models import Audience, AudiencePerson, AuditEvent
from kb.documents.collections import set_audience
from kb.models import Chunk, Document, IndexEntry
from tests.cast import Cast
from tests.database import as_worker
from tests.made import add_document


def test_documents_follow_their_collection_down_to_the_index(cast: Cast):
    only_suji = Audience.objects.create(name="수지만")
    AudiencePerson.objects.create(audience=only_suji, user=cast.suji)
    own = Audience.objects.create(name="하나만")
    AudiencePerson.objects.create(audience=own, user=cast.hana)
    plain = add_document(cast.rules, "안내", ["안내합니다."])
    apart = add_document(cast.rules, "따로", ["따로 봅니다."], audience=own)
    with as_user(cast.admin):
        set_audience(cast.rules, only_suji, actor=cast.admin)
        set_audience(cast.rules, only_suji, actor=cast.admin)
    with as_worker():
        assert dict(Document.objects.values_list("pk", "audience")) == {plain.pk: only_suji.pk, apart.pk: own.pk}
        assert set(Chunk.objects.values_list("document", "audience")) == {(plain.pk, only_suji.pk), (apart.pk, own.pk)}
        assert set(IndexEntry.objects.values_list("document", "audience")) == {
            (plain.pk, only_suji.pk),
            (apart.pk, own.pk),
        }
    with as_user(cast.suji):
        assert list(Chunk.objects.visible_to(cast.suji).values_list("text", flat=True)) == ["안내합니다."]
    with as_user(cast.minsu):
        assert not Chunk.objects.visible_to(cast.minsu).exists()
    event = AuditEvent.objects.get(action="collection.audience")
    assert event.detail == {"before": cast.rules.audience_id, "audience": only_suji.pk, "documents": 1}
