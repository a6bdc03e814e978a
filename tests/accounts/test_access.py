"""Who may see what: the one definition, and the database behind it."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from accounts.access import (
    NestedAsUser,
    as_user,
    current_access,
    managed_departments,
    may_manage,
    readable_audiences,
    revoke_membership,
    why_readable,
)
from accounts.errors import MaruError, NotThere
from accounts.models import Audience, AudienceDepartment, AudiencePerson, Department
from kb.models import (
    Chunk,
    Collection,
    Document,
    Feedback,
    GoldenQuestion,
    IndexEntry,
    Job,
    Page,
    QuestionSet,
    Revision,
)
from tests.answers import Said, answered, chunks_of
from tests.cast import Cast
from tests.database import as_worker
from tests.made import add_document

TEXT_TABLES = (
    "kb_document",
    "kb_revision",
    "kb_page",
    "kb_chunk",
    "kb_indexentry",
    "kb_citation",
    "kb_conversation",
    "kb_question",
    "kb_answer",
    "kb_feedback",
    "kb_job",
    "kb_goldenquestion",
)


def test_tests_run_as_a_role_that_neither_owns_nor_bypasses(cast: Cast):
    with connection.cursor() as cursor:
        cursor.execute("select rolname, rolsuper, rolbypassrls from pg_roles where rolname = current_user")
        name, superuser, bypasses = cursor.fetchone()
        cursor.execute("select count(*) from pg_tables where schemaname = 'public' and tableowner = current_user")
        owned = cursor.fetchone()[0]
    assert (name, superuser, bypasses, owned) == ("maru_app", False, False, 0)


@pytest.mark.parametrize("table", TEXT_TABLES)
def test_every_table_with_company_text_forces_row_level_security(cast: Cast, table: str):
    with connection.cursor() as cursor:
        cursor.execute("select relrowsecurity, relforcerowsecurity from pg_class where relname = %s", [table])
        assert cursor.fetchone() == (True, True)


@pytest.mark.parametrize("table", TEXT_TABLES)
def test_a_read_outside_as_user_fails_loudly(cast: Cast, table: str):
    """With a row in the table: on an empty one PostgreSQL may come to its end before it asks the policy."""
    _a_row_in_every_table(cast)
    with (
        pytest.raises(ProgrammingError, match="only inside as_user"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"select count(*) from {table}")  # a fixed list of names


def _a_row_in_every_table(cast: Cast) -> None:
    add_document(cast.hr_private, "급여표", ["기본급은 3,000,000원입니다."])
    said = [Said("기본급은 3,000,000원입니다.", cites=[1])]
    answer = answered(cast.hana, "기본급은?", said, chunks_of(cast.hana, "급여표"))
    with as_user(cast.hana):
        Feedback.objects.create(answer=answer, owner=cast.hana, helpful=True)
    with as_worker():
        Job.objects.create(kind="ingest", collection=cast.hr_private)
        GoldenQuestion.objects.create(
            question_set=QuestionSet.objects.create(slug="x", name="x"),
            audience=cast.hr_private.audience,
            key="1",
            text="기본급은?",
            kind="fact",
            language="ko",
            asked_as=cast.hana,
        )


def test_everyone_reads_the_rules_and_only_hr_reads_what_is_theirs(cast: Cast):
    assert cast.rules.audience_id in readable_audiences(cast.minsu)
    assert cast.hr_private.audience_id in readable_audiences(cast.hana)
    assert cast.hr_private.audience_id not in readable_audiences(cast.minsu)
    assert cast.hr_private.audience_id not in readable_audiences(cast.admin)


@pytest.mark.parametrize("model", [Document, Revision, Page, Chunk, IndexEntry])
def test_without_the_orm_filter_the_database_still_shows_nothing(cast: Cast, model: type):
    add_document(cast.hr_private, "급여표", ["기본급은 3,000,000원입니다."])
    with as_user(cast.minsu):
        assert model.objects.count() == 0
    with as_user(cast.hana):
        assert model.objects.count() == 1


@pytest.mark.parametrize("model", [Page, Chunk, IndexEntry])
def test_keeping_a_collection_does_not_let_anyone_read_its_text(cast: Cast, model: type):
    closed = Audience.objects.create(name="hana만")
    AudiencePerson.objects.create(audience=closed, user=cast.hana)
    add_document(cast.dev_private, "설계", ["HB-220의 백래시는 3분입니다."], audience=closed)
    with as_user(cast.jiwoo):
        assert Document.objects.count() == 1
        assert model.objects.count() == 0
        assert not Document.objects.readable_by(cast.jiwoo).exists()


def test_the_admin_sees_titles_of_everything_and_text_of_nothing_private(cast: Cast):
    add_document(cast.hr_private, "급여표", ["기본급은 3,000,000원입니다."])
    with as_user(cast.admin):
        assert Document.objects.count() == 1
        assert Chunk.objects.count() == 0


def test_a_grant_with_those_below_reaches_a_child_department_and_one_without_does_not(cast: Cast):
    office = Department.objects.get(slug="office")
    wide = Audience.objects.create(name="본부와 아래")
    narrow = Audience.objects.create(name="본부만")
    AudienceDepartment.objects.create(audience=wide, department=office, below=True)
    AudienceDepartment.objects.create(audience=narrow, department=office, below=False)
    assert wide.pk in readable_audiences(cast.hana)
    assert narrow.pk not in readable_audiences(cast.hana)
    assert wide.pk not in readable_audiences(cast.suji)


def test_a_named_person_reads(cast: Cast):
    named = Audience.objects.create(name="지정")
    AudiencePerson.objects.create(audience=named, user=cast.suji)
    assert named.pk in readable_audiences(cast.suji)
    assert named.pk not in readable_audiences(cast.hana)


def test_a_revoked_membership_takes_effect_at_the_next_query(cast: Cast):
    add_document(cast.hr_private, "급여표", ["기본급은 3,000,000원입니다."])
    with as_user(cast.hana):
        assert Chunk.objects.count() == 1
    revoke_membership(cast.hana.memberships.get())
    with as_user(cast.hana):
        assert Chunk.objects.count() == 0
        assert not may_manage(cast.hana, cast.hr)


def test_a_suspended_person_reads_nothing_and_as_user_refuses_them(cast: Cast):
    cast.hana.is_active = False
    cast.hana.save(update_fields=["is_active"])
    assert readable_audiences(cast.hana) == []
    assert managed_departments(cast.hana) == []
    with pytest.raises(NotThere), as_user(cast.hana):
        pass


def test_a_suspended_admin_manages_nothing(cast: Cast):
    cast.admin.is_active = False
    cast.admin.save(update_fields=["is_active"])
    assert managed_departments(cast.admin) == []


def test_a_changed_grant_counts_without_touching_a_row(cast: Cast):
    add_document(cast.hr_private, "급여표", ["기본급은 3,000,000원입니다."])
    AudienceDepartment.objects.create(audience=cast.hr_private.audience, department=cast.finance)
    with as_user(cast.minsu):
        assert Chunk.objects.count() == 1


def test_editors_manage_their_department_and_those_below_and_employees_nothing(cast: Cast):
    team = Department.objects.create(name="채용파트", slug="hiring", parent=cast.hr)
    assert set(managed_departments(cast.hana)) == {cast.hr.pk, team.pk}
    assert managed_departments(cast.minsu) == []
    assert len(managed_departments(cast.admin)) == Department.objects.count()


def test_an_editor_cannot_write_into_another_departments_collection(cast: Cast):
    with pytest.raises(ProgrammingError, match="row-level security"), as_user(cast.hana):
        Document.objects.create(
            collection=cast.dev_private, external_id="x", title="x", audience=cast.dev_private.audience
        )


def test_settings_do_not_outlive_the_block_in_the_same_transaction(cast: Cast):
    add_document(cast.hr_private, "급여표", ["기본급은 3,000,000원입니다."])
    with as_user(cast.hana):
        assert Chunk.objects.count() == 1
    with pytest.raises(ProgrammingError), transaction.atomic():
        Chunk.objects.count()


def test_a_second_person_inside_the_first_ones_block_is_refused(cast: Cast):
    with as_user(cast.hana), pytest.raises(NestedAsUser), as_user(cast.minsu):
        pass


def test_the_same_person_again_is_the_same_block(cast: Cast):
    with as_user(cast.hana) as outer, as_user(cast.hana) as inner:
        assert inner is outer
        assert current_access().user_id == cast.hana.pk


def test_current_access_outside_a_block_is_an_error(cast: Cast):
    with pytest.raises(MaruError):
        current_access()


def test_the_index_cannot_be_written_by_the_web(cast: Cast):
    add_document(cast.rules, "규정", ["연차는 15일입니다."])
    with pytest.raises(ProgrammingError, match="permission denied"), as_user(cast.hana):
        Chunk.objects.update(text="x")


def test_the_terms_of_the_company_are_closed_to_the_web(cast: Cast):
    with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("select * from kb_term")


def test_collections_are_listed_for_readers_and_keepers_only(cast: Cast):
    assert set(Collection.objects.visible_to(cast.minsu)) == {cast.rules, cast.finance_private}
    assert set(Collection.objects.visible_to(cast.hana)) == {cast.rules, cast.hr_private}
    assert Collection.objects.visible_to(cast.admin).count() == 4


def test_why_somebody_may_read_is_said_in_words(cast: Cast):
    office = Department.objects.get(slug="office")
    wide = Audience.objects.create(name="본부와 아래")
    AudienceDepartment.objects.create(audience=wide, department=office, below=True)
    why = {(grant.audience_id, grant.why) for grant in why_readable(cast.hana)}
    assert {audience for audience, _ in why} == set(readable_audiences(cast.hana))
    assert any(audience == wide.pk and "경영지원본부" in reason for audience, reason in why)


def test_the_tree_of_departments_stays_a_tree(cast: Cast):
    from django.core.exceptions import ValidationError

    office = Department.objects.get(slug="office")
    office.parent = cast.hr
    with pytest.raises(ValidationError):
        office.clean()
