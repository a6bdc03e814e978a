"""The library as each of the cast meets it: what they see, what they may change, and that nothing leaks."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.test import Client
from django.urls import reverse

from accounts.access import as_user
from accounts.models import Audience, AudiencePerson, AuditEvent, Membership, User
from kb import files
from kb.documents.revisions import publish
from kb.jobs.claim import add
from kb.models import Collection, Document, Job, Revision
from kb.models.documents import RevisionState
from kb.models.jobs import JobKind, JobState
from tests.cast import Cast
from tests.database import as_worker
from tests.made import add_document, add_revision, today

SECRET = "기본급은 3,000,000원입니다."


@pytest.fixture(autouse=True)
def _english(db):
    User.objects.all().update(language="en")


@pytest.fixture
def cast(cast: Cast) -> Cast:
    User.objects.update(language="en")
    return cast


def browser(user: User) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    return client


def text(response: Any) -> str:
    """The page's words, without its tags and without what a person typed into a box."""
    body = re.sub(r"<(script|template)\b.*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def upload(
    client: Client, slug: str, name: str = "여비.md", content: bytes = b"# one\n", *, one: bool = True, **data: Any
):
    file = SimpleUploadedFile(name, content)
    return client.post(
        reverse("upload", args=[slug]), {"file": file, **data}, headers={"Maru-Upload": "one"} if one else {}
    )


def pending(collection: Collection, title: str, **job: Any) -> Document:
    """A document whose first revision is unfinished, with a job."""
    with as_worker():
        document = Document.objects.create(
            collection=collection, external_id=title, title=title, audience=collection.audience
        )
        revision = Revision.objects.create(
            document=document,
            audience=collection.audience,
            number=1,
            file=f"00000000-0000-0000-0000-{document.pk:012d}",
            filename=f"{title}.pdf",
            size=1,
            sha256="0" * 64,
            state=job.pop("revision_state", RevisionState.PENDING),
            reason=job.pop("revision_reason", ""),
        )
        if job.get("state"):
            add(JobKind.INGEST, collection=collection, revision=revision, **job)
    return document


# ---- Who sees what ----


def test_each_sees_the_collections_that_they_read_or_keep(cast: Cast):
    assert "인사팀 자료" in text(browser(cast.hana).get("/library/"))
    seen = text(browser(cast.minsu).get("/library/"))
    assert "회사 규정" in seen and "재무팀 자료" in seen
    assert "인사팀 자료" not in seen and "개발팀 자료" not in seen


def test_a_reader_sees_what_is_in_force_and_none_of_the_keepers_tools(cast: Cast):
    add_document(cast.rules, "취업 규칙", ["제1조"])
    pending(cast.rules, "개정안 초안", state=JobState.QUEUED)
    page = browser(cast.minsu).get("/library/rules/")
    assert "취업 규칙" in text(page)
    assert "개정안 초안" not in text(page) and "Trash" not in text(page)
    assert 'type="file"' not in page.content.decode() and 'name="id"' not in page.content.decode()


def test_a_keeper_sees_unfinished_ones_with_their_states(cast: Cast):
    add_document(cast.rules, "취업 규칙", ["제1조"])
    pending(cast.rules, "개정안 초안", state=JobState.QUEUED)
    seen = text(browser(cast.hana).get("/library/rules/"))
    assert "개정안 초안" in seen and "It is next." in seen and "Can be found" in seen


@pytest.fixture
def closed(cast: Cast) -> Document:
    """A document of jiwoo's collection that only hana reads."""
    only_hana = Audience.objects.create(name="hana")
    AudiencePerson.objects.create(audience=only_hana, user=cast.hana)
    return add_document(cast.dev_private, "감속기 설계", [SECRET], audience=only_hana)


def test_a_keeper_who_may_not_read_sees_title_and_state_and_no_text(cast: Cast, closed: Document):
    client = browser(cast.jiwoo)
    page = client.get(f"/library/documents/{closed.pk}/")
    assert "감속기 설계" in text(page) and "you do not read it" in text(page)
    assert SECRET not in page.content.decode() and "Download" not in text(page) and "See the passages" not in text(page)
    for address in (
        f"/library/documents/{closed.pk}/chunks/",
        f"/documents/{closed.pk}/1/original/",
        f"/documents/{closed.pk}/1/1/",
    ):
        assert client.get(address).status_code == 404


def test_a_keeper_who_may_not_read_cannot_give_themselves_the_reading(cast: Cast, closed: Document):
    address = f"/library/documents/{closed.pk}/audience/"
    client = browser(cast.jiwoo)
    assert client.get(address).status_code == 404
    assert client.post(address, {"who": "everyone", "seen": "x"}).status_code == 404
    with as_user(cast.hana):
        assert Document.objects.get(pk=closed.pk).audience_id == closed.audience_id


def test_a_reader_of_one_document_does_not_see_its_collections_other_ones(cast: Cast, closed: Document):
    add_document(cast.dev_private, "다른 설계", ["비밀"])
    client = browser(cast.hana)
    assert client.get("/library/dev-private/").status_code == 404
    assert client.get(f"/library/documents/{closed.pk}/").status_code == 200


def test_the_admin_keeps_everything_and_reads_what_audiences_let(cast: Cast):
    document = add_document(cast.hr_private, "급여표", [SECRET])
    client = browser(cast.admin)
    assert "급여표" in text(client.get("/library/hr-private/"))
    page = client.get(f"/library/documents/{document.pk}/")
    assert page.status_code == 200 and SECRET not in page.content.decode()
    assert client.get(f"/library/documents/{document.pk}/chunks/").status_code == 404


# ---- Forged addresses ----

GETS = ["library_document", "document_describe", "document_audience", "document_replace", "document_chunks"]
POSTS = [
    "document_describe",
    "document_audience",
    "document_replace",
    "document_delete",
    "document_retry",
    "document_cancel",
]
OF_COLLECTION = ["collection", "collection_live", "upload", "documents_delete"]


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
@pytest.mark.parametrize("name", sorted({*GETS, *POSTS, "document_days"}))
def test_another_departments_document_is_nowhere_in_every_verb(cast: Cast, name: str, method: str):
    document = add_document(cast.hr_private, "급여표", [SECRET])
    address = reverse(name, args=[document.pk, 1] if name == "document_days" else [document.pk])
    for person in (cast.minsu, cast.jiwoo, cast.suji):
        response = getattr(browser(person), method)(address)
        assert response.status_code in (404, 405), (name, method, response.status_code)
        assert "급여표" not in response.content.decode() and SECRET not in response.content.decode()
    with as_user(cast.hana):
        assert Document.objects.get(pk=document.pk).deleted_at is None


@pytest.mark.parametrize("name", OF_COLLECTION)
def test_another_departments_collection_is_nowhere(cast: Cast, name: str):
    address = reverse(name, args=["hr-private"])
    for person in (cast.minsu, cast.jiwoo):
        for method in ("get", "post"):
            response = getattr(browser(person), method)(address)
            assert response.status_code in (404, 405)
            assert "인사팀 자료" not in response.content.decode()


@pytest.mark.parametrize("name", POSTS)
def test_a_reader_who_keeps_nothing_changes_nothing(cast: Cast, name: str):
    document = add_document(cast.rules, "취업 규칙", ["제1조"])
    assert browser(cast.minsu).post(reverse(name, args=[document.pk])).status_code == 404
    assert browser(cast.minsu).get(f"/library/documents/{document.pk}/").status_code == 200


def test_what_is_done_to_several_is_refused_whole_for_one_forged_id(cast: Cast):
    mine, foreign = add_document(cast.hr_private, "급여표", ["x"]), add_document(cast.dev_private, "설계", ["x"])
    client = browser(cast.hana)
    for ids in ([mine.pk, foreign.pk], [foreign.pk], [mine.pk, 999_999]):
        assert client.post("/library/hr-private/delete/", {"id": ids}).status_code == 404
        assert client.post("/library/documents/restore/", {"id": ids}).status_code == 404
    with as_user(cast.hana):
        assert Document.objects.get(pk=mine.pk).deleted_at is None


def test_a_kept_document_of_another_collection_is_not_deleted_through_this_one(cast: Cast):
    rule = add_document(cast.rules, "취업 규칙", ["제1조"])
    assert browser(cast.hana).post("/library/hr-private/delete/", {"id": [rule.pk]}).status_code == 404


def test_live_states_leave_out_foreign_ids(cast: Cast):
    foreign = pending(cast.dev_private, "비밀 설계", state=JobState.QUEUED)
    response = browser(cast.hana).get(f"/library/hr-private/live/?ids={foreign.pk},x,1e9,{'9' * 40}")
    assert response.status_code == 200
    assert "비밀 설계" not in response.content.decode() and f"state-{foreign.pk}" not in response.content.decode()


def test_a_reader_does_not_see_the_live_states(cast: Cast):
    assert browser(cast.minsu).get("/library/rules/live/?ids=1").status_code == 404


@pytest.mark.parametrize("address", ["/library/", "/library/rules/", "/me/", "/notices/"])
def test_nobody_is_led_to_sign_in_and_back(cast: Cast, address: str):
    response = Client().get(address)
    assert response.status_code == 302 and response["Location"].startswith("/accounts/login/?next=%2F")


@pytest.mark.parametrize(
    "address", ["/library/no-such/", "/library/documents/999999/", "/library/documents/99999999999999999999/"]
)
def test_what_is_not_there_looks_the_same(cast: Cast, address: str):
    assert browser(cast.hana).get(address).status_code == 404


def test_a_revoked_membership_counts_at_the_next_page(cast: Cast):
    client = browser(cast.hana)
    assert client.get("/library/hr-private/").status_code == 200
    Membership.objects.filter(user=cast.hana).update(ended_at="2026-01-01T00:00Z")
    assert client.get("/library/hr-private/").status_code == 404


# ---- Finding ----


@pytest.mark.parametrize("words", ["출장", "ㅊㅈㅇㅂ", "출자", "출장 규정", "김하나", "ㄱㅎㄴ"])
def test_documents_are_found_by_title_and_owner_and_initials(cast: Cast, words: str):
    add_document(cast.rules, "출장 여비 규정", ["x"], owner=cast.hana)
    add_document(cast.rules, "취업 규칙", ["x"])
    words = words.replace("출장 규정", "여비 규정")
    seen = text(browser(cast.minsu).get("/library/rules/", {"q": words}))
    assert "출장 여비 규정" in seen and "취업 규칙" not in seen


@pytest.mark.parametrize("words", ["' or 1=1 --", "(", "\\", "%", "{{ 7*7 }}", "x" * 5000, "ﷺ" * 40, "a\0b"])
def test_odd_words_find_nothing_and_break_nothing(cast: Cast, words: str):
    add_document(cast.rules, "취업 규칙", ["x"])
    response = browser(cast.minsu).get("/library/rules/", {"q": words})
    assert response.status_code == 200
    assert "취업 규칙" not in text(response)


def test_the_states_narrow_the_list_and_are_counted(cast: Cast):
    add_document(cast.rules, "취업 규칙", ["x"])
    add_document(cast.rules, "재택 시범", ["x"], begin=date(2025, 1, 1), end=today())
    add_document(cast.rules, "내년 규정", ["x"], begin=today() + timedelta(days=30))
    due, looked = add_document(cast.rules, "복리후생", ["x"]), add_document(cast.rules, "그림뿐", ["x"])
    with as_worker():
        Document.objects.filter(pk=due.pk).update(review_on=today())
        Revision.objects.filter(document=looked).update(
            warnings=[{"code": "pages_without_text", "params": {"pages": "7"}}]
        )
    pending(cast.rules, "읽는 중", state=JobState.RUNNING, stage="load")
    pending(cast.rules, "암호", state=JobState.FAILED, revision_state=RevisionState.FAILED, revision_reason="password")
    pending(cast.rules, "끝없는", state=JobState.FAILED, reason="worker_lost")
    client = browser(cast.hana)
    expected = {
        "reading": {"읽는 중"},
        "failed": {"암호", "끝없는"},
        "look": {"복리후생", "그림뿐"},
        "past": {"재택 시범"},
        "trash": set(),
    }
    for show, titles in expected.items():
        page = client.get("/library/rules/", {"show": show})
        found = set(re.findall(r'/library/documents/\d+/"[^>]*>([^<]+)</a>', page.content.decode())) - {"Another file"}
        assert found == titles, show
        assert re.search(
            rf'id="chip-{show}"[^>]*aria-pressed="true">[^<]*<span class="num">{len(titles)}<', page.content.decode()
        )
    assert (
        'id="chip-all" name="show" value="all" aria-pressed="true">All <span class="num">8<'
        in client.get("/library/rules/").content.decode()
    )


def test_a_failed_upload_after_a_good_one_counts_as_failed_and_what_was_replaced_does_not(cast: Cast):
    document = add_document(cast.rules, "여비", ["x"])
    with as_worker():
        Revision.objects.create(
            document=document, audience=document.audience, number=2, file="11111111-0000-0000-0000-000000000000",
            filename="x", size=1, sha256="1" * 64, state=RevisionState.FAILED, reason="password",
        )  # fmt: skip
    client = browser(cast.hana)
    assert "Revision 1 stays in force." in text(client.get("/library/rules/", {"show": "failed"}))
    add_revision(document, ["y"])
    assert "There is nothing of this kind" in text(client.get("/library/rules/", {"show": "failed"}))


def test_the_list_comes_page_by_page(cast: Cast):
    for number in range(60):
        add_document(cast.rules, f"규정 {number:02d}", ["x"])
    client = browser(cast.minsu)
    first, second = (client.get("/library/rules/", {"page": page}).content.decode() for page in (1, 2))
    assert (first.count("<tr>"), second.count("<tr>")) == (51, 11)
    assert client.get("/library/rules/", {"page": "x"}).status_code == 200
    assert client.get("/library/rules/", {"page": 99}).content.decode().count("<tr>") == 11


def test_for_htmx_the_list_comes_alone(cast: Cast):
    add_document(cast.rules, "취업 규칙", ["x"])
    page = browser(cast.minsu).get("/library/rules/", headers={"HX-Request": "true"}).content.decode()
    assert "취업 규칙" in page and "<html" not in page and 'id="chips"' in page and "hx-swap-oob" in page


# ---- Uploading ----


def test_an_uploaded_file_becomes_a_document_with_a_job(cast: Cast):
    response = upload(browser(cast.hana), "hr-private", "급여_규정.md")
    assert response.status_code == 200 and "Taken" in text(response)
    with as_user(cast.hana):
        document = Document.objects.get()
        assert (document.title, document.owner, document.audience) == ("급여 규정", cast.hana, cast.hr_private.audience)
        job = Job.objects.get()
        assert (job.state, job.kind, job.collection) == (JobState.QUEUED, JobKind.INGEST, cast.hr_private)
        assert files.path_of(document.revisions.get().file).read_bytes() == b"# one\n"


def test_the_same_bytes_are_said_and_nothing_is_done(cast: Cast):
    client = browser(cast.hana)
    upload(client, "rules")
    response = upload(client, "rules")
    assert response.status_code == 200 and "The same file is here already" in text(response)
    with as_user(cast.hana):
        assert Revision.objects.count() == 1


def test_a_second_file_of_a_name_is_asked_about_then_replaces_or_stands_beside(cast: Cast):
    client = browser(cast.hana)
    upload(client, "rules")
    asked = upload(client, "rules", content=b"# two\n")
    assert (
        asked.status_code == 409
        and "is there already" in text(asked)
        and 'data-kind="same_name"' in asked.content.decode()
    )
    assert "revision 2" in text(upload(client, "rules", content=b"# two\n", on_same_name="replace"))
    upload(client, "rules", content=b"# three\n", on_same_name="keep_both")
    with as_user(cast.hana):
        assert sorted(Document.objects.values_list("external_id", "title")) == [
            ("여비 (2).md", "여비 (2)"),
            ("여비.md", "여비"),
        ]
        assert Revision.objects.filter(document__external_id="여비.md").count() == 2


def test_files_of_one_name_in_two_folders_are_two_documents(cast: Cast):
    client = browser(cast.hana)
    for year in ("2024", "2025"):
        upload(client, "rules", "회의록.md", f"# {year}\n".encode(), path=f"회의/{year}/회의록.md")
    asked = upload(client, "rules", "회의록.md", b"# new\n", path="회의/2025/회의록.md")
    assert asked.status_code == 409
    with as_user(cast.hana):
        assert sorted(Document.objects.values_list("external_id", flat=True)) == [
            "회의/2024/회의록.md",
            "회의/2025/회의록.md",
        ]


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("../../etc/passwd.md", "etc/passwd.md"),
        ("..\\..\\x.md", "x.md"),
        ("/abs/./x.md", "abs/x.md"),
        ("a\u202eb/x\x07.md", "ab/x.md"),
        ("a/" * 400 + "x.md", None),
    ],
)
def test_paths_lead_nowhere(cast: Cast, path: str, kept: str | None):
    assert upload(browser(cast.hana), "rules", "x.md", path=path).status_code == 200
    with as_user(cast.hana):
        document = Document.objects.get()
    assert kept is None or document.external_id == kept
    assert ".." not in document.external_id and len(document.external_id) <= 500


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../x.hwp", "x.hwp"),
        ("보\u202eg.hwp", "보g.hwp"),
        ("\u1112\u1161\u11ab.pdf", "한.pdf"),
        ("a" * 400 + ".pdf", None),
        ("<b>x</b>.md", "b>.md"),
    ],
)
def test_odd_file_names_are_cleaned_and_shown_as_text(cast: Cast, name: str, shown: str | None):
    client = browser(cast.hana)
    upload(client, "rules", name)
    with as_user(cast.hana):
        revision = Revision.objects.get()
    assert len(revision.filename) <= 200 and (shown is None or revision.filename == shown)
    assert "<b>x" not in client.get("/library/rules/").content.decode()


@pytest.mark.parametrize(
    ("content", "setting", "status", "why"),
    [
        (b"", None, 400, "is empty: it has no bytes"),
        (b"x" * 2048, 1024, 413, "is larger than"),
        (b"x", "disk", 507, "disk of the server is nearly full"),
    ],
)
def test_what_cannot_be_taken_is_said_and_leaves_nothing(
    cast: Cast, settings, content: bytes, setting: Any, status: int, why: str
):
    if setting == "disk":
        settings.MARU_DISK_FREE_BYTES = 2**60
    elif setting:
        settings.MARU_UPLOAD_BYTES = setting
    before = set(settings.MARU.files.glob("*/*"))
    response = upload(browser(cast.hana), "rules", content=content)
    assert response.status_code == status and why in text(response) and 'data-kind="wrong"' in response.content.decode()
    with as_user(cast.hana):
        assert not Document.objects.exists()
    assert set(settings.MARU.files.glob("*/*")) == before


def test_the_days_of_an_upload_count_with_the_last_day(cast: Cast):
    upload(browser(cast.hana), "rules", begin="2026.12.1", last="2026-12-31")
    with as_user(cast.hana):
        revision = Revision.objects.get()
        assert (revision.effective_from, revision.effective_to) == (date(2026, 12, 1), date(2027, 1, 1))


@pytest.mark.parametrize(
    ("days", "why"),
    [
        ({"begin": "2026-13-01"}, "There is no month 13"),
        ({"begin": "2026-12-02", "last": "2026-12-01"}, "lies before the first one"),
    ],
)
def test_wrong_days_are_said_and_nothing_is_taken(cast: Cast, days: dict, why: str):
    response = upload(browser(cast.hana), "rules", **days)
    assert response.status_code == 422 and why in text(response)
    with as_user(cast.hana):
        assert not Document.objects.exists()


def test_without_script_several_files_go_in_one_form_each_with_its_outcome(cast: Cast):
    client = browser(cast.hana)
    upload(client, "rules", "a.md")
    sent = [
        SimpleUploadedFile("a.md", b"# other\n"),
        SimpleUploadedFile("b.md", b"# b\n"),
        SimpleUploadedFile("c.md", b""),
    ]
    response = client.post("/library/rules/upload/", {"file": sent})
    seen = text(response)
    assert response.status_code == 200
    assert "a.md is there already" in seen and "Taken. It can be asked about" in seen and "c.md is empty" in seen
    with as_user(cast.hana):
        assert sorted(Document.objects.values_list("external_id", flat=True)) == ["a.md", "b.md"]


def test_a_form_without_a_file_says_so(cast: Cast):
    assert "Choose a file first." in text(browser(cast.hana).post("/library/rules/upload/"))


def test_every_upload_form_needs_its_token(cast: Cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.hana)
    assert upload(client, "rules").status_code == 403


# ---- One document ----


@pytest.fixture
def rule(cast: Cast) -> Document:
    return add_document(cast.rules, "출장 여비 규정", ["제1조 여비", "제2조 식비"], owner=cast.hana)


def seen_of(client: Client, address: str) -> str:
    """The mark in a form."""
    return re.search(r'name="seen" value="([0-9a-f]+)"', client.get(address).content.decode()).group(1)


def test_a_document_page_says_what_it_is(cast: Cast, rule: Document):
    seen = text(browser(cast.hana).get(f"/library/documents/{rule.pk}/"))
    for part in (
        "출장 여비 규정",
        "Read by everyone",
        "Revision 1",
        "In force",
        "always",
        "2 passages",
        "김하나",
        "See the passages",
        "Move to the trash",
    ):
        assert part in seen, part
    reader = text(browser(cast.minsu).get(f"/library/documents/{rule.pk}/"))
    assert "Download" in reader and "Move to the trash" not in reader and "Matched by" not in reader


def test_title_owner_and_review_are_changed(cast: Cast, rule: Document):
    client, address = browser(cast.hana), f"/library/documents/{rule.pk}/describe/"
    sent = {"title": "  여비\n규정 ", "owner": "", "review_on": "2027.1.2", "seen": seen_of(client, address)}
    assert client.post(address, sent)["Location"] == f"/library/documents/{rule.pk}/"
    with as_user(cast.hana):
        rule.refresh_from_db()
    assert (rule.title, rule.owner, rule.review_on) == ("여비 규정", None, date(2027, 1, 2))


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"title": " "}, "This field is required."),
        ({"review_on": "2026-02-31"}, "There is no day 31"),
        ({"owner": "999999"}, ""),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_saved(
    cast: Cast, rule: Document, changed: dict, why: str
):
    client, address = browser(cast.hana), f"/library/documents/{rule.pk}/describe/"
    sent = {"title": "새 제목", "owner": cast.hana.pk, "review_on": "", "seen": seen_of(client, address), **changed}
    response = client.post(address, sent)
    assert response.status_code == 422 and why in text(response)
    with as_user(cast.hana):
        rule.refresh_from_db()
    assert rule.title == "출장 여비 규정"


def test_only_the_keeping_departments_people_can_look_after_it(cast: Cast, rule: Document):
    client, address = browser(cast.hana), f"/library/documents/{rule.pk}/describe/"
    assert "이민수" not in text(client.get(address))
    sent = {"title": "x", "owner": cast.minsu.pk, "review_on": "", "seen": seen_of(client, address)}
    assert client.post(address, sent).status_code == 422


def test_a_change_that_crossed_another_is_not_saved_over_it(cast: Cast, rule: Document):
    client, address = browser(cast.hana), f"/library/documents/{rule.pk}/describe/"
    mark = seen_of(client, address)
    with as_user(cast.hana):
        Document.objects.filter(pk=rule.pk).update(title="남이 고친 제목")
    sent = {"title": "내 제목", "owner": cast.hana.pk, "review_on": "", "seen": mark}
    response = client.post(address, sent)
    assert response.status_code == 409
    assert "Somebody changed this meanwhile" in text(response) and "Now: 남이 고친 제목" in text(response)
    assert 'value="내 제목"' in response.content.decode(), "what was typed stays"
    again = re.search(r'name="seen" value="([0-9a-f]+)"', response.content.decode()).group(1)
    assert client.post(address, {**sent, "seen": again}).status_code == 302
    with as_user(cast.hana):
        rule.refresh_from_db()
    assert rule.title == "내 제목"


def test_for_htmx_a_wrong_form_comes_back_into_the_dialog(cast: Cast, rule: Document):
    client, address = browser(cast.hana), f"/library/documents/{rule.pk}/describe/"
    response = client.post(address, {"title": ""}, headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Retarget"]) == (422, "#dialog")
    assert "<html" not in response.content.decode()
    sent = {"title": "x", "owner": "", "review_on": "", "seen": seen_of(client, address)}
    assert client.post(address, sent, headers={"HX-Request": "true"})["HX-Redirect"] == f"/library/documents/{rule.pk}/"


def test_the_days_of_a_revision_are_changed_and_the_others_follow(cast: Cast, rule: Document):
    add_revision(rule, ["제1조 새 여비"], begin=date(2026, 12, 1))
    client, address = browser(cast.hana), f"/library/documents/{rule.pk}/days/2/"
    assert "until 2026-11-30" in text(client.get(address))
    assert (
        client.post(address, {"begin": "2027-01-01", "last": "", "seen": seen_of(client, address)}).status_code == 302
    )
    assert "until 2026-12-31" in text(client.get(address))


def test_days_that_cannot_be_are_said(cast: Cast, rule: Document):
    client, address = browser(cast.hana), f"/library/documents/{rule.pk}/days/1/"
    response = client.post(address, {"begin": "2026-13-01", "last": "", "seen": seen_of(client, address)})
    assert response.status_code == 422
    assert "There is no month 13. Write it like 2026-12-01." in text(response)
    assert client.get(f"/library/documents/{rule.pk}/days/7/").status_code == 404


def test_a_document_gets_readers_of_its_own_and_the_collections_again(cast: Cast):
    document = add_document(cast.hr_private, "채용 회의록", [SECRET])
    client, address = browser(cast.hana), f"/library/documents/{document.pk}/audience/"

    def say(**data: Any):
        return client.post(address, {"seen": seen_of(client, address), "people": "", **data})

    assert say(who="chosen", people="minsu, hana").status_code == 302
    assert "채용 회의록" in text(browser(cast.minsu).get(f"/library/documents/{document.pk}/"))
    assert say(who="chosen", departments=[cast.sales.pk], people="hana").status_code == 302
    assert browser(cast.minsu).get(f"/library/documents/{document.pk}/").status_code == 404
    assert browser(cast.suji).get(f"/library/documents/{document.pk}/").status_code == 200
    assert say(who="everyone").status_code == 302
    assert browser(cast.jiwoo).get(f"/library/documents/{document.pk}/").status_code == 200
    assert say(who="collection").status_code == 302
    assert browser(cast.jiwoo).get(f"/library/documents/{document.pk}/").status_code == 404
    assert AuditEvent.objects.filter(action="document.audience", actor="hana").count() == 4


@pytest.mark.parametrize(
    ("data", "why"),
    [({"people": "nobody"}, "Nobody signs in as nobody."), ({"people": ""}, "Choose a department or name a person.")],
)
def test_readers_must_be_somebody(cast: Cast, rule: Document, data: dict, why: str):
    client, address = browser(cast.hana), f"/library/documents/{rule.pk}/audience/"
    response = client.post(address, {"who": "chosen", "seen": seen_of(client, address), **data})
    assert response.status_code == 422 and why in text(response)


def test_a_new_file_in_its_place_becomes_the_next_revision(cast: Cast, rule: Document):
    client, address = browser(cast.hana), f"/library/documents/{rule.pk}/replace/"
    sent = {"file": SimpleUploadedFile("7판.md", b"# seven\n"), "label": "7판", "begin": "2027-01-01", "last": ""}
    assert client.post(address, sent).status_code == 302
    with as_user(cast.hana):
        second = rule.revisions.get(number=2)
        assert (second.label, second.effective_from, second.state) == ("7판", date(2027, 1, 1), RevisionState.PENDING)
        assert rule.current_revision().number == 1
    again = {**sent, "file": SimpleUploadedFile("7판.md", b"# seven\n")}
    assert "The same file is here already" in text(client.post(address, again))
    assert "Choose a file first." in text(client.post(address, {"label": "x"}))
    assert "is empty" in text(client.post(address, {"file": SimpleUploadedFile("e.md", b"")}))


def test_deleting_offers_the_way_back_and_the_trash_holds_it(cast: Cast, rule: Document):
    client = browser(cast.hana)
    page = client.post(f"/library/documents/{rule.pk}/delete/", follow=True)
    assert (
        "was moved to the trash" in text(page) and f"/library/documents/restore/?ids={rule.pk}" in page.content.decode()
    )
    assert "출장 여비 규정" not in text(client.get("/library/rules/"))
    assert "출장 여비 규정" in text(client.get("/library/rules/", {"show": "trash"}))
    assert browser(cast.minsu).get(f"/library/documents/{rule.pk}/").status_code == 404
    assert "In the trash" in text(client.get(f"/library/documents/{rule.pk}/"))
    assert client.post(f"/library/documents/restore/?ids={rule.pk}").status_code == 302
    assert browser(cast.minsu).get(f"/library/documents/{rule.pk}/").status_code == 200


def test_several_are_deleted_and_brought_back_together(cast: Cast):
    made = [add_document(cast.rules, f"규정 {number}", ["x"]) for number in range(3)]
    client = browser(cast.hana)
    page = client.post("/library/rules/delete/", {"id": [each.pk for each in made[:2]], "show": "all"}, follow=True)
    assert "2 documents were moved to the trash." in text(page)
    assert client.post("/library/documents/restore/", {"id": [each.pk for each in made[:2]]}).status_code == 302
    with as_user(cast.hana):
        assert Document.objects.kept().count() == 3


def test_a_failed_one_is_tried_again_from_its_stage(cast: Cast):
    failed = pending(cast.rules, "끝없는", state=JobState.FAILED, reason="worker_lost", checkpoint="split")
    client = browser(cast.hana)
    assert "Try again" in text(client.get("/library/rules/"))
    assert client.post(f"/library/documents/{failed.pk}/retry/").status_code == 302
    with as_user(cast.hana):
        job = Job.objects.get()
        assert (job.state, job.checkpoint, job.reason) == (JobState.QUEUED, "split", "")
    assert client.post(f"/library/documents/{failed.pk}/retry/").status_code == 409


def test_a_waiting_one_is_cancelled(cast: Cast):
    waiting = pending(cast.rules, "기다림", state=JobState.QUEUED)
    client = browser(cast.hana)
    assert client.post(f"/library/documents/{waiting.pk}/cancel/").status_code == 302
    assert "Cancelled" in text(client.get("/library/rules/"))
    assert client.post(f"/library/documents/{waiting.pk}/cancel/").status_code == 409


def test_live_states_come_into_their_places_until_all_are_at_their_end(cast: Cast):
    document = pending(cast.rules, "읽는 중", state=JobState.RUNNING, stage="embed", percent=50)
    client = browser(cast.hana)
    address = re.search(r'hx-get="(/library/rules/live/[^"]+)"', client.get("/library/rules/").content.decode()).group(
        1
    )
    first = client.get(address).content.decode()
    assert (
        f'id="state-{document.pk}" hx-swap-oob="true"' in first
        and "Being made findable" in first
        and "every 2s" in first
    )
    with as_worker():
        Job.objects.update(state=JobState.DONE)
        Revision.objects.update(state=RevisionState.READY)
    last = client.get(address).content.decode()
    assert "every 2s" not in last and "읽는 중 is done." in last
    assert 'id="chips"' not in first
    counts = dict(re.findall(r'id="chip-(\w+)".*?<span class="num">(\d+)</span>', last))
    assert counts["reading"] == "0" and counts["all"] == "1", "the counts beside the filters stay behind"


def test_a_documents_page_shows_the_new_revision_when_it_is_read(cast: Cast):
    document = pending(cast.rules, "읽는 중", state=JobState.RUNNING, stage="embed", percent=50)
    client = browser(cast.hana)
    html = client.get(f"/library/documents/{document.pk}/").content.decode()
    address = f"/library/documents/{document.pk}/live/"
    assert f'hx-get="{address}"' in html
    first = client.get(address).content.decode()
    assert f'id="state-{document.pk}" hx-swap-oob="true"' in first and 'id="revisions"' not in first
    with as_worker():
        Job.objects.update(state=JobState.DONE)
        publish(Revision.objects.get(document=document))
    last = client.get(address).content.decode()
    assert "every 2s" not in last and 'id="revisions" reversed hx-swap-oob="true"' in last
    assert "In force" in last and f"/documents/{document.pk}/1/1/" in last
    assert browser(cast.minsu).get(address).status_code == 404


def test_collections_with_the_same_readers_share_a_heading(cast: Cast):
    with as_user(cast.admin):
        second = Audience.objects.create(name="모두", everyone=True)
        Collection.objects.create(slug="safety", name="안전", audience=second, department=cast.rules.department)
    page = text(browser(cast.suji).get("/library/")).split("The documents that Maru", 1)[1]
    assert page.count("Read by everyone") == 1 and "안전" in page and "회사 규정" in page


@pytest.mark.parametrize("name", ["replace", "describe", "audience", "days/1"])
def test_a_form_on_a_page_of_its_own_is_no_dialog(cast: Cast, name: str):
    document = add_document(cast.rules, "여비 규정", ["식비."])
    address = f"/library/documents/{document.pk}/{name}/"
    client = browser(cast.hana)
    main = client.get(address).content.decode().split("<main", 1)[1].split("</main>")[0]
    assert f'action="{address}"' in main and 'hx-target="#dialog"' not in main
    assert 'hx-target="#dialog"' in client.get(address, headers={"HX-Request": "true"}).content.decode()


# ---- Passages ----


def test_passages_stand_beside_their_page(cast: Cast, rule: Document):
    client = browser(cast.hana)
    page = client.get(f"/library/documents/{rule.pk}/chunks/").content.decode()
    assert page.count("제1조 여비") == 2 and "제2조" not in page
    assert 'id="region-0"' in page and 'id="chunk-0"' in page
    assert "제2조 식비" in client.get(f"/library/documents/{rule.pk}/chunks/", {"page": 2}).content.decode()
    assert client.get(f"/library/documents/{rule.pk}/chunks/", {"page": "x", "revision": "1"}).status_code == 200


@pytest.mark.parametrize("query", [{"revision": "7"}, {"revision": "x"}, {"revision": "-1"}])
def test_a_revision_that_is_not_there_has_no_passages(cast: Cast, rule: Document, query: dict):
    assert browser(cast.hana).get(f"/library/documents/{rule.pk}/chunks/", query).status_code == 404


def test_readers_who_keep_nothing_meet_no_passages_page(cast: Cast, rule: Document):
    assert browser(cast.minsu).get(f"/library/documents/{rule.pk}/chunks/").status_code == 404


# ---- The states of many documents, past row-level security ----


def states(collection: Collection) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute("select document from maru_library(%s, %s, %s)", [collection.pk, today(), []])
        return cursor.fetchall()


def test_the_states_are_told_only_of_what_one_reads_or_keeps(cast: Cast, closed: Document):
    open_one = add_document(cast.dev_private, "다른 설계", ["x"])
    for person, seen in (
        (cast.jiwoo, {closed.pk, open_one.pk}),
        (cast.admin, {closed.pk, open_one.pk}),
        (cast.hana, {closed.pk}),
        (cast.minsu, set()),
    ):
        with as_user(person):
            assert {row[0] for row in states(cast.dev_private)} == seen


def test_the_states_are_told_to_nobody_outside_as_user(cast: Cast, closed: Document):
    with pytest.raises(ProgrammingError, match="only inside as_user"), transaction.atomic():
        states(cast.dev_private)
