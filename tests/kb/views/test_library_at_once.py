"""Uploads that cross: two of one new file, two of one name, and one into a document that is being deleted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client

from accounts.access import as_user
from accounts.models import User
from kb.models import Document, Job, Revision
from tests.cast import Cast


@pytest.fixture
def cast(committed_cast: Cast) -> Cast:
    User.objects.update(language="en")
    return committed_cast


def send_all(user: User, files: list[tuple[str, bytes]], **data: str) -> list[int]:
    """Send the files at once, each in a session of its own; returns the statuses."""

    def send(file: tuple[str, bytes]) -> int:
        try:
            client = Client()
            client.force_login(User.objects.get(pk=user.pk))
            sent = {"file": SimpleUploadedFile(*file), **data}
            return client.post("/library/rules/upload/", sent, headers={"Maru-Upload": "one"}).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(files)) as pool:
        return list(pool.map(send, files))


def test_one_new_file_twice_at_once_is_one_document_with_one_job(cast: Cast):
    assert send_all(cast.hana, [("여비.md", b"# one\n")] * 6) == [200] * 6
    with as_user(cast.hana):
        assert (Document.objects.count(), Revision.objects.count(), Job.objects.count()) == (1, 1, 1)


def test_six_files_of_one_name_at_once_are_asked_about_but_for_the_first(cast: Cast):
    statuses = send_all(cast.hana, [("여비.md", b"# %d\n" % number) for number in range(6)])
    assert sorted(statuses) == [200, 409, 409, 409, 409, 409]
    with as_user(cast.hana):
        assert Revision.objects.count() == 1


def test_six_that_replace_at_once_are_six_revisions_in_a_row(cast: Cast):
    files = [("여비.md", b"# %d\n" % number) for number in range(6)]
    assert send_all(cast.hana, files, on_same_name="replace") == [200] * 6
    with as_user(cast.hana):
        assert Document.objects.count() == 1
        assert sorted(Revision.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]


def test_six_that_stand_beside_each_other_have_names_of_their_own(cast: Cast):
    files = [("여비.md", b"# %d\n" % number) for number in range(6)]
    assert send_all(cast.hana, files, on_same_name="keep_both") == [200] * 6
    with as_user(cast.hana):
        assert len(set(Document.objects.values_list("external_id", flat=True))) == 6
