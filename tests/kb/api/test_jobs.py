"""Jobs: how it goes, cancelling, trying again."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django_q.models import OrmQ

from accounts.access import as_user
from kb.jobs.claim import claim
from kb.jobs.figures import queue_figures
from kb.models import Job, Revision
from kb.models.documents import RevisionState
from tests.cast import Cast
from tests.database import as_worker
from tests.kb.api.conftest import Api


def upload(api: Api, slug: str = "rules", name: str = "a.md") -> dict:
    return api.upload(f"/collections/{slug}/documents/", file=SimpleUploadedFile(name, name.encode())).json()


def failed(job: int, reason: str = "password") -> None:
    with as_worker():
        held = claim(job)
        held.fail(reason)
        Revision.objects.filter(jobs=job).update(state=RevisionState.FAILED, reason=reason)


def test_a_waiting_job_says_its_place_among_all_jobs_not_only_ones_own(cast: Cast):
    first = upload(Api(cast.jiwoo), "dev-private")
    second = upload(Api(cast.hana))
    assert (first["job"]["place"], second["job"]["place"]) == (1, 2)
    listed = Api(cast.hana).get("/jobs/").json()["results"]
    assert [(row["id"], row["place"]) for row in listed] == [(second["job"]["id"], 2)]
    assert queue_figures().waiting == 2


def test_a_job_of_another_department_is_not_there(cast: Cast):
    job = upload(Api(cast.jiwoo), "dev-private")["job"]["id"]
    for person in (cast.hana, cast.minsu):
        api = Api(person)
        assert api.get(f"/jobs/{job}/").status_code == 404
        assert api.post(f"/jobs/{job}/cancel/").status_code == 404
        assert api.post(f"/jobs/{job}/retry/").status_code == 404
        assert api.get("/jobs/").json()["results"] == []
    with as_worker():
        assert Job.objects.get(pk=job).state == "queued"


def test_a_failed_job_says_why_in_the_readers_language_and_goes_on(cast: Cast):
    api = Api(cast.hana)
    taken = upload(api)
    job = taken["job"]["id"]
    failed(job)
    row = api.client.get(f"/api/v1/jobs/{job}/", headers={"Accept-Language": "en"}).json()
    assert (row["state"], row["reason"]["code"], row["reason"]["way_on"]) == ("failed", "password", "replace")
    assert row["reason"]["text"] == "The file is protected by a password."
    kicks = OrmQ.objects.count()
    again = api.post(f"/jobs/{job}/retry/")
    assert (again.status_code, again.json()["state"], again.json()["reason"]) == (202, "queued", None)
    assert OrmQ.objects.count() == kicks + 1
    assert api.get(f"/revisions/{taken['revision']['id']}/").json()["state"] == "pending"


@pytest.mark.parametrize("verb", ["retry"])
def test_only_what_ended_badly_is_tried_again(cast: Cast, verb: str):
    api = Api(cast.hana)
    answer = api.post(f"/jobs/{upload(api)['job']['id']}/{verb}/")
    assert (answer.status_code, answer.json()["code"]) == (409, "job_not_ended")


def test_a_waiting_job_is_cancelled_at_once_and_only_once(cast: Cast):
    api = Api(cast.hana)
    job = upload(api)["job"]["id"]
    assert api.post(f"/jobs/{job}/cancel/").json()["state"] == "cancelled"
    again = api.post(f"/jobs/{job}/cancel/")
    assert (again.status_code, again.json()["code"]) == (409, "job_ended")


def test_lists_are_narrowed_by_state_and_document(cast: Cast):
    api = Api(cast.hana)
    one, two = upload(api), upload(api, name="b.md")
    failed(one["job"]["id"])
    assert [row["id"] for row in api.get("/jobs/", state="failed").json()["results"]] == [one["job"]["id"]]
    assert [row["id"] for row in api.get("/jobs/", document=two["document"]["id"]).json()["results"]] == [
        two["job"]["id"]
    ]
    assert api.get("/jobs/", state="sleeping").status_code == 400


def test_an_admin_sees_the_houses_own_jobs_and_nobody_else_does(cast: Cast):
    with as_worker():
        job = Job.objects.create(kind="refresh_terms")
    assert Api(cast.admin).get(f"/jobs/{job.pk}/").json()["collection"] is None
    assert Api(cast.hana).get(f"/jobs/{job.pk}/").status_code == 404
    with as_user(cast.hana):
        assert not Job.objects.visible_to(cast.hana).exists()
