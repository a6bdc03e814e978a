"""Files in: what is taken, under which name, and what is refused with a reason."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django_q.models import OrmQ

from accounts.access import as_user
from kb import files
from kb.models import Job, Revision
from tests.cast import Cast
from tests.kb.api.conftest import Api, Shelf
from tests.made import today

RULES = "/collections/rules/documents/"


def file(name: str = "규칙.md", content: bytes = "# 규칙\n\n연차는 이월됩니다.".encode()) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def stored() -> list[str]:
    from django.conf import settings

    return sorted(path.name for path in settings.MARU.files.glob("*/*")) if settings.MARU.files.exists() else []


def test_an_upload_is_taken_and_its_job_has_an_address(cast: Cast):
    api = Api(cast.hana)
    answer = api.upload(RULES, file=file(), label="9판", effective_from="2026-03-01", external_id="hr/rules")
    assert answer.status_code == 202, answer.content
    body = answer.json()
    assert body["unchanged"] is False
    assert (body["document"]["title"], body["document"]["external_id"]) == ("rules", "hr/rules")
    assert (body["revision"]["label"], body["revision"]["effective_from"]) == ("9판", "2026-03-01")
    assert (body["revision"]["state"], body["job"]["state"], body["job"]["place"]) == ("pending", "queued", 1)
    assert answer["Location"] == body["job"]["url"]
    assert api.client.get(answer["Location"]).json()["document"] == body["document"]["id"]
    assert OrmQ.objects.count() == 1
    with as_user(cast.hana):
        kept = Revision.objects.get(pk=body["revision"]["id"])
        assert files.path_of(kept.file).read_bytes() == file().read()


def test_the_same_bytes_again_change_nothing(cast: Cast):
    api = Api(cast.hana)
    first = api.upload(RULES, file=file()).json()
    before = stored()
    again = api.upload(RULES, file=file())
    assert (again.status_code, again.json()["unchanged"]) == (200, True)
    assert again.json()["revision"]["id"] == first["revision"]["id"]
    assert stored() == before


def test_another_file_of_a_name_asks_what_it_is(cast: Cast):
    api = Api(cast.hana)
    first = api.upload(RULES, file=file()).json()
    asked = api.upload(RULES, file=file(content=b"other"))
    assert (asked.status_code, asked.json()["code"]) == (409, "same_name")
    assert asked.json()["document"] == first["document"]["id"]
    assert api.upload(RULES, file=file(content=b"other"), on_same_name="replace").json()["revision"]["number"] == 2
    both = api.upload(RULES, file=file(content=b"third"), on_same_name="keep_both").json()
    assert both["document"]["external_id"] == "규칙 (2).md"


def test_a_further_revision_counts_from_its_own_day(cast: Cast, shelf: Shelf):
    api = Api(cast.hana)
    answer = api.upload(f"/documents/{shelf.common.pk}/revisions/", file=file(), effective_from="2027-01-01")
    assert answer.status_code == 202, answer.content
    assert (answer.json()["revision"]["number"], answer.json()["document"]["id"]) == (2, shelf.common.pk)
    listed = api.get(f"/documents/{shelf.common.pk}/revisions/").json()
    assert [row["number"] for row in listed["results"]] == [2, 1]
    today_one = api.upload(f"/documents/{shelf.common.pk}/revisions/", file=file(content=b"third")).json()
    assert date.fromisoformat(today_one["revision"]["effective_from"]) == today()


def test_a_document_in_the_trash_takes_no_revision(cast: Cast, shelf: Shelf):
    api = Api(cast.hana)
    api.delete(f"/documents/{shelf.common.pk}/")
    answer = api.upload(f"/documents/{shelf.common.pk}/revisions/", file=file())
    assert (answer.status_code, answer.json()["code"]) == (409, "in_trash")


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("a\u202efdp.exe.md", "afdp.exe.md"),
        ("규칙.md", "규칙.md"),
    ],
)
def test_names_are_cleaned_and_never_become_paths(cast: Cast, sent: str, shown: str):
    answer = Api(cast.hana).upload(RULES, file=file(sent))
    assert answer.status_code == 202, answer.content
    assert answer.json()["revision"]["filename"] == shown
    with as_user(cast.hana):
        row = Revision.objects.get(pk=answer.json()["revision"]["id"])
    assert files.path_of(row.file).parent.name == str(row.file)


def multipart(api: Api, disposition: bytes) -> object:
    body = b"--b\r\nContent-Disposition: form-data; " + disposition + b"\r\n\r\nhello\r\n--b--\r\n"
    return api.client.generic("POST", "/api/v1" + RULES, body, content_type="multipart/form-data; boundary=b")


def test_a_nul_in_a_name_is_dropped(cast: Cast):
    answer = multipart(Api(cast.hana), b'name="file"; filename="a\x00b.txt"')
    assert answer.status_code in (202, 400)
    if answer.status_code == 202:
        assert answer.json()["revision"]["filename"] == "ab.txt"


def test_external_ids_are_matched_not_followed(cast: Cast):
    answer = Api(cast.hana).upload(RULES, file=file(), external_id="../../secret/\u202ex")
    assert answer.json()["document"]["external_id"] == "../../secret/x"


def test_what_cannot_be_taken_is_said_and_leaves_nothing(cast: Cast, settings):
    api, before = Api(cast.hana), stored()
    settings.MARU_UPLOAD_BYTES = 1000
    for answer, status, code in (
        (api.upload(RULES, file=file(content=b"x" * 1001)), 413, "file_too_large"),
        (api.upload(RULES, file=file(content=b"")), 400, "file_empty"),
        (api.upload(RULES), 400, "invalid"),
        (api.upload(RULES, file="text, not a file"), 400, "invalid"),
        (api.upload(RULES, file=file(), effective_from="2026-03-01", effective_to="2026-03-01"), 400, "wrong_dates"),
        (api.upload(RULES, file=file(), effective_from="tomorrow"), 400, "invalid"),
        (api.upload(RULES, file=file(), on_same_name="destroy"), 400, "invalid"),
        (api.upload(RULES, file=file(), audience=cast.rules.audience_id), 400, "invalid"),
        (api.upload(RULES, file=file(), external_id="x" * 501), 400, "invalid"),
        (api.post(RULES, {"file": "eA=="}), 400, "invalid"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content
    settings.MARU_DISK_FREE_BYTES = 2**60
    full = api.upload(RULES, file=file())
    assert (full.status_code, full.json()["code"], full.json()["retryable"]) == (507, "disk_full", True)
    assert stored() == before
    assert api.get("/documents/", collection="rules").json()["results"] == []


def test_who_does_not_manage_a_collection_uploads_nothing(cast: Cast, shelf: Shelf):
    before = stored()
    for person, address in (
        (cast.minsu, RULES),
        (cast.minsu, "/collections/finance-private/documents/"),
        (cast.jiwoo, "/collections/hr-private/documents/"),
        (cast.jiwoo, f"/documents/{shelf.hr.pk}/revisions/"),
        (cast.minsu, f"/documents/{shelf.common.pk}/revisions/"),
    ):
        assert Api(person).upload(address, file=file()).status_code == 404
    assert stored() == before


def test_two_uploads_of_one_new_name_at_once_make_one_document(committed_cast: Cast):
    answers = []

    def upload(content: bytes) -> None:
        try:
            answers.append(api.upload(RULES, file=file(content=content), on_same_name="replace").status_code)
        finally:
            connection.close()

    api = Api(committed_cast.hana)
    threads = [threading.Thread(target=upload, args=(f"판 {number}".encode(),)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [202] * 4
    rows = api.get("/documents/", collection="rules").json()["results"]
    assert len(rows) == 1
    numbers = [row["number"] for row in api.get(f"/documents/{rows[0]['id']}/revisions/").json()["results"]]
    assert numbers == [4, 3, 2, 1]
    with as_user(committed_cast.hana):
        assert Job.objects.count() == 4
