"""Taking files in: names, doubles, replacement, rights, limits."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import IntegrityError, connection

from accounts.access import as_user
from accounts.errors import NotThere
from kb import files
from kb.documents.revisions import WrongDates
from kb.ingestion.intake import OnSameName, SameName, Wishes, clean_name, take_in
from kb.models import Document, Job, Revision
from kb.models.documents import RevisionState
from tests.cast import Cast
from tests.database import as_worker
from tests.made import today


def take(cast: Cast, name: str = "규정.md", content: bytes = b"one", **wishes):
    with as_user(cast.hana):
        return take_in(cast.hana, cast.hr_private, name, [content], Wishes(**wishes))


def test_a_new_file_becomes_a_document_a_revision_and_a_job(cast: Cast):
    taken = take(cast)
    assert taken.document.title == "규정"
    assert taken.revision.number == 1
    assert taken.revision.effective_from is None
    assert taken.job.revision == taken.revision
    assert files.path_of(taken.revision.file).read_bytes() == b"one"


def test_the_same_bytes_again_do_nothing(cast: Cast):
    first = take(cast)
    again = take(cast)
    assert again.unchanged
    with as_user(cast.hana):
        assert Revision.objects.count() == Job.objects.count() == 1
    assert files.path_of(first.revision.file).exists()


def test_other_bytes_under_the_same_name_ask_first_and_keep_nothing(cast: Cast):
    take(cast)
    before = set(files.settings.MARU.files.rglob("original"))
    with pytest.raises(SameName) as asked:
        take(cast, content=b"two")
    assert asked.value.document.title == "규정"
    assert set(files.settings.MARU.files.rglob("original")) == before


def test_replacing_makes_the_next_revision_from_today_on(cast: Cast):
    take(cast)
    taken = take(cast, content=b"two", on_same_name=OnSameName.REPLACE)
    assert (taken.revision.number, taken.revision.effective_from) == (2, today())


def test_keeping_both_makes_another_document(cast: Cast):
    take(cast)
    taken = take(cast, content=b"two", on_same_name=OnSameName.KEEP_BOTH)
    assert (taken.document.external_id, taken.revision.number) == ("규정 (2).md", 1)


def test_a_file_that_could_not_be_read_may_simply_be_sent_again(cast: Cast):
    first = take(cast)
    with as_worker():
        Revision.objects.update(state=RevisionState.FAILED)
        Job.objects.update(state="failed")
    again = take(cast)
    assert not again.unchanged
    assert again.revision.number == first.revision.number + 1


def test_an_external_id_matches_whatever_the_file_is_called(cast: Cast):
    first = take(cast, external_id="travel", title="출장")
    second = take(cast, "다른이름.md", b"two", external_id="travel")
    assert second.document == first.document


def test_someone_elses_collection_is_not_there(cast: Cast):
    with as_user(cast.minsu), pytest.raises(NotThere):
        take_in(cast.minsu, cast.hr_private, "x.md", [b"x"])
    with as_user(cast.jiwoo), pytest.raises(NotThere):
        take_in(cast.jiwoo, cast.hr_private, "x.md", [b"x"])


def test_impossible_dates_are_refused_before_anything_is_kept(cast: Cast):
    with pytest.raises(WrongDates):
        take(cast, effective_from=date(2026, 12, 1), effective_to=date(2026, 12, 1))
    with as_user(cast.hana):
        assert not Document.objects.exists()


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system.ini", "system.ini"),
        ("a\x00b.pdf", "ab.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("규정.hwp", "규정.hwp"),
        ("...", "file"),
        ("", "file"),
        ("a" * 400 + ".hwpx", "a" * 194 + "….hwpx"),
        ("line\nbreak.md", "linebreak.md"),
    ],
)
def test_names_are_made_harmless_and_never_name_a_file_on_disk(given: str, shown: str):
    assert clean_name(given) == shown


def test_what_is_stored_lies_under_a_uuid(cast: Cast):
    taken = take(cast, "../../../evil.md")
    path = files.path_of(taken.revision.file)
    assert path.is_relative_to(files.settings.MARU.files)
    assert path.name == "original"
    assert taken.revision.filename == "evil.md"


def test_an_empty_file_is_refused_by_name(cast: Cast):
    with pytest.raises(files.EmptyFile, match=r"규정\.md"):
        take(cast, content=b"")


def test_a_file_over_the_limit_is_stopped_as_it_comes_and_nothing_stays(cast: Cast, settings):
    settings.MARU_UPLOAD_BYTES = 1000
    before = set(files.settings.MARU.files.rglob("*"))

    def endless():
        while True:
            yield b"x" * 300

    with as_user(cast.hana), pytest.raises(files.TooLarge):
        take_in(cast.hana, cast.hr_private, "big.bin", endless())
    assert {p for p in files.settings.MARU.files.rglob("*") if p.is_file()} <= before


def test_a_nearly_full_disk_takes_nothing(cast: Cast, settings):
    settings.MARU_DISK_FREE_BYTES = 2**60
    with pytest.raises(files.DiskFull):
        take(cast)


def test_a_disk_that_fills_up_in_the_middle_leaves_no_half_file(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    import errno

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    before = {p for p in files.settings.MARU.files.rglob("*") if p.is_file()}
    monkeypatch.setattr("kb.files.os.fsync", full)
    with pytest.raises(files.DiskFull, match="No space left"):
        take(cast)
    assert {p for p in files.settings.MARU.files.rglob("*") if p.is_file()} == before
    with as_user(cast.hana):
        assert not Document.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_uploads_of_one_new_file_at_once_make_one_document(committed_cast: Cast):
    cast, outcomes = committed_cast, []
    gate = threading.Barrier(2)

    def parts():
        gate.wait()
        yield b"same"

    def upload() -> None:
        try:
            with as_user(cast.hana):
                outcomes.append(take_in(cast.hana, cast.hr_private, "a.md", parts()).unchanged)
        finally:
            connection.close()

    threads = [threading.Thread(target=upload) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False, True]
    with as_user(cast.hana):
        assert (Document.objects.count(), Revision.objects.count(), Job.objects.count()) == (1, 1, 1)


def test_a_third_file_that_stands_beside_gets_the_next_number(cast: Cast):
    names = [take(cast, content=content, on_same_name=OnSameName.KEEP_BOTH) for content in (b"1", b"2", b"3")]
    assert [taken.document.external_id for taken in names] == ["규정.md", "규정 (2).md", "규정 (3).md"]


def test_a_correction_that_has_ended_already_does_not_begin_today(cast: Cast):
    """It would end before it begins; so it counts as it would have as the first one: since ever."""
    take(cast)
    taken = take(cast, content=b"two", on_same_name=OnSameName.REPLACE, effective_to=date(2020, 1, 1))
    assert (taken.revision.effective_from, taken.revision.effective_to) == (None, date(2020, 1, 1))


def test_a_row_that_the_database_refuses_leaves_no_file(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    def refused(*_args, **_values):
        raise IntegrityError("not a name that is taken")

    before = set(files.settings.MARU.files.rglob("original"))
    monkeypatch.setattr("kb.ingestion.intake._revision", refused)
    with pytest.raises(IntegrityError):
        take(cast)
    assert set(files.settings.MARU.files.rglob("original")) == before
