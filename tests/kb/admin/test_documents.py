"""Collections, documents, jobs and the index in the console."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_q.models import OrmQ

from accounts.access import as_user
from accounts.models import Audience, AudiencePerson, AuditEvent
from kb.models import Chunk, Collection, Document, IndexVersion, Job, Revision
from tests.cast import Cast
from tests.database import as_worker
from tests.kb.admin.conftest import House
from tests.made import add_revision, today


def row(model, pk: int):
    with as_worker():
        return model.objects.get(pk=pk)


def collection_form(collection: Collection, **changed: object) -> dict:
    return {
        "name": collection.name,
        "name_en": "",
        "slug": collection.slug,
        "description": "",
        "department": collection.department_id,
        "audience": collection.audience_id,
    } | changed


def document_form(house: House, **changed: object) -> dict:
    with as_worker():
        document = Document.objects.get(pk=house.common.pk)
        revisions = list(document.revisions.order_by("-number"))
    values: dict[str, object] = {"title": document.title, "owner": document.owner_id or "", "review_on": ""}
    values |= {"revisions-TOTAL_FORMS": len(revisions), "revisions-INITIAL_FORMS": len(revisions)}
    for place, each in enumerate(revisions):
        values |= {
            f"revisions-{place}-id": each.pk,
            f"revisions-{place}-document": document.pk,
            f"revisions-{place}-effective_from": each.effective_from or "",
            f"revisions-{place}-effective_to": each.effective_to or "",
        }
    return values | changed


def test_a_collections_audience_moves_its_documents_along(admin: Client, cast: Cast, house: House):
    only = Audience.objects.create(name="수지만")
    AudiencePerson.objects.create(audience=only, user=cast.suji)
    address = reverse("admin:kb_collection_change", args=[cast.rules.pk])
    answer = admin.post(address, collection_form(cast.rules, audience=only.pk, discoverable="on", contact=cast.hana.pk))
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    held = Collection.objects.get(pk=cast.rules.pk)
    assert (held.audience_id, held.discoverable, held.contact) == (only.pk, True, cast.hana)
    with as_user(cast.suji):
        assert Chunk.objects.visible_to(cast.suji).count() == 1
    with as_user(cast.minsu):
        assert Chunk.objects.visible_to(cast.minsu).count() == 0
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"collection.audience", "collection.change"} <= actions


def test_a_new_collection_is_made(admin: Client, cast: Cast):
    address = reverse("admin:kb_collection_add")
    values = {"name": "품질 자료", "slug": "quality", "department": cast.hr.pk, "audience": cast.rules.audience_id}
    assert admin.post(address, values).status_code == 302
    assert Collection.objects.get(slug="quality").department == cast.hr


def test_a_document_is_described_dated_and_given_an_audience_of_its_own(admin: Client, cast: Cast, house: House):
    only = Audience.objects.create(name="수지만")
    AudiencePerson.objects.create(audience=only, user=cast.suji)
    begin = today() + timedelta(days=3)
    second = add_revision(house.common, ["새로 정했습니다."], begin=begin)
    later = begin + timedelta(days=4)
    address = reverse("admin:kb_document_change", args=[house.common.pk])
    changed = {"title": "취업규칙 9판", "own_audience": only.pk, "revisions-0-effective_from": later.isoformat()}
    answer = admin.post(address, document_form(house, **changed))
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    document = row(Document, house.common.pk)
    assert (document.title, document.audience_id, document.own_audience_id) == ("취업규칙 9판", only.pk, only.pk)
    assert row(Revision, second.pk).valid.lower == later
    with as_worker():
        first = Revision.objects.get(document=document, number=1)
        assert first.valid.upper == later
        assert set(Chunk.objects.filter(document=document).values_list("audience_id", flat=True)) == {only.pk}


def test_days_that_cannot_be_become_a_message(admin: Client, cast: Cast, house: House):
    address = reverse("admin:kb_document_change", args=[house.common.pk])
    changed = {"revisions-0-effective_from": "2026-03-02", "revisions-0-effective_to": "2026-03-01"}
    answer = admin.post(address, document_form(house, title="halb", **changed), follow=True)
    assert answer.status_code == 200
    assert row(Document, house.common.pk).title == "취업규칙"


def test_documents_go_to_the_trash_and_back(admin: Client, cast: Cast, house: House):
    listed = reverse("admin:kb_document_changelist")
    admin.post(reverse("admin:kb_document_do", args=[house.common.pk, "delete"]), follow=True)
    assert row(Document, house.common.pk).deleted_at is not None
    assert "취업규칙" not in admin.get(listed).content.decode()
    assert "취업규칙" in admin.get(listed, {"state": "trash"}).content.decode()
    chosen = {"action": "restore_documents", "_selected_action": [house.common.pk]}
    answer = admin.post(f"{listed}?state=trash", chosen, follow=True)
    assert "1 documents are back." in answer.content.decode()
    assert row(Document, house.common.pk).deleted_at is None


def test_filters_find_what_is_to_be_mended(admin: Client, cast: Cast, house: House):
    with as_worker():
        Revision.objects.filter(document=house.secret).update(state="failed", reason="password")
        Document.objects.filter(pk=house.common.pk).update(review_on=today(), owner=None)
    listed = reverse("admin:kb_document_changelist")
    failed = admin.get(listed, {"state": "failed"}).content.decode()
    assert "급여 표" in failed and "취업규칙" not in failed
    for value in ("due", "nobody"):
        told = admin.get(listed, {"review": value}).content.decode()
        assert "취업규칙" in told
    page = admin.get(reverse("admin:kb_document_change", args=[house.secret.pk])).content.decode()
    assert "The file is protected by a password." in page


def test_a_job_says_why_it_failed_what_to_do_and_is_tried_again(admin: Client, cast: Cast, house: House):
    page = admin.get(reverse("admin:kb_job_change", args=[house.failed.pk])).content.decode()
    assert "The file is protected by a password." in page
    assert "Save it without the password and upload that." in page
    admin.post(reverse("admin:kb_job_do", args=[house.failed.pk, "retry"]))
    assert row(Job, house.failed.pk).state == "queued"
    assert OrmQ.objects.count() == 1
    page = admin.get(reverse("admin:kb_job_changelist")).content.decode()
    assert "Waiting, place 1" in page
    admin.post(reverse("admin:kb_job_do", args=[house.failed.pk, "cancel"]))
    assert row(Job, house.failed.pk).state == "cancelled"
    assert {"job.retry", "job.cancel"} <= set(AuditEvent.objects.values_list("action", flat=True))


def test_many_jobs_are_tried_again_at_once_and_refusals_are_said(admin: Client, cast: Cast, house: House):
    with as_worker():
        done = Job.objects.create(kind="refresh_terms", state="done")
    chosen = {"action": "retry_jobs", "_selected_action": [house.failed.pk, done.pk]}
    told = admin.post(reverse("admin:kb_job_changelist"), chosen, follow=True).content.decode()
    assert "1 jobs go on." in told
    assert "neither failed nor been cancelled" in told


def test_a_silent_worker_shows(admin: Client, cast: Cast, house: House):
    past = timezone.now() - timedelta(seconds=90)
    with as_worker():
        Job.objects.create(kind="refresh_terms", state="running", lease_until=past, heartbeat_at=past)
    assert "Its worker is silent" in admin.get(reverse("admin:kb_job_changelist")).content.decode()


def test_terms_are_counted_again_by_one_job(admin: Client, cast: Cast):
    address = reverse("admin:kb_indexversion_do", args=[IndexVersion.objects.get().pk, "refresh"])
    admin.post(address)
    admin.post(address)
    with as_worker():
        job = Job.objects.get(kind="refresh_terms")
    assert (job.created_by, job.state) == (cast.admin, "queued")
    assert OrmQ.objects.count() == 1
