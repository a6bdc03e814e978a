"""People from CSV: what would be made and what is wrong comes first; then all of it or nothing."""

from __future__ import annotations

import pytest
from django.utils import translation

from accounts import importing, people
from accounts.importing import NotImportable, carry_out, plan
from accounts.models import AuditEvent, Department, Membership, User
from accounts.models.people import Role
from tests.cast import Cast

GOOD = """username,name,email,department,role,language
yuna,한유나,yuna@hanbit.example,영업팀,editor,ko
john,John Park,john@hanbit.example,sales,,en
mira,오미라,,,,
"""


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def problems(text: str) -> dict[int, tuple[str, ...]]:
    return {line.number: line.problems for line in plan(text.encode()).wrong}


def test_a_look_at_the_file_makes_nobody(cast: Cast):
    before = User.objects.count()
    wanted = plan(GOOD.encode())
    assert [(p.username, p.name, p.role, p.language) for p in wanted.makes] == [
        ("yuna", "한유나", Role.EDITOR, "ko"),
        ("john", "John Park", Role.EMPLOYEE, "en"),
        ("mira", "오미라", Role.EMPLOYEE, "ko"),
    ]
    assert [p.department for p in wanted.makes] == [cast.sales, cast.sales, None]
    assert User.objects.count() == before


def test_the_people_are_made_with_their_membership_and_cannot_sign_in_yet(cast: Cast):
    made = carry_out(plan(GOOD.encode()), actor=cast.admin)
    assert [user.username for user in made] == ["yuna", "john", "mira"]
    assert not any(user.has_usable_password() or user.is_superuser for user in made)
    member = Membership.objects.get(user__username="yuna")
    assert (member.department, member.role) == (cast.sales, Role.EDITOR)
    assert AuditEvent.objects.filter(action="person.create", actor="admin").count() == 3
    assert AuditEvent.objects.get(action="person.import").detail == {"people": 3}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_files_of_excel_are_understood(cast: Cast, encoding: str):
    text = "사번;이름;이메일;부서;역할;언어\r\nyuna;한유나;yuna@hanbit.example;영업팀;편집자;한국어\r\n"
    (person,) = plan(text.encode(encoding)).makes
    assert (person.username, person.name, person.department, person.role) == ("yuna", "한유나", cast.sales, Role.EDITOR)


def test_a_tab_separates_too_and_decomposed_hangul_is_composed(cast: Cast):
    import unicodedata

    text = unicodedata.normalize("NFD", "아이디\t이름\nyuna\t한유나\n")
    assert plan(text.encode()).makes[0].name == "한유나"


def test_each_wrong_line_says_all_that_is_wrong_with_it(cast: Cast):
    found = problems(
        "username,name,email,department,role,language\n"
        ",,nomail,없는팀,chief,fr\n"
        "has space,이름,,,,\n"
        "yuna,한유나,HANA@hanbit.example,,,\n"
        "minji,김민지,a@b.example,,editor,\n"
        "Minji,김민지,A@B.example,,,\n"
        f"{'x' * 151},{'이' * 121},,,,\n"
    )
    assert [len(each) for each in found.values()] == [6, 1, 1, 1, 2, 2]
    assert list(found) == [2, 3, 4, 5, 6, 7]
    assert found[2][3] == "There is no department “없는팀”."
    assert "Somebody has the mail address hana@hanbit.example already." in found[4]
    assert found[5] == ("A role needs a department.",)
    assert found[6][0] == "This user name stands further up already."


def test_nothing_is_half_done_while_a_line_is_wrong(cast: Cast):
    before = User.objects.count()
    with pytest.raises(NotImportable, match="1 lines are wrong"):
        carry_out(plan((GOOD + "bad name,x,,,,\n").encode()), actor=cast.admin)
    assert User.objects.count() == before


def test_somebody_made_meanwhile_stops_all_of_it(cast: Cast):
    wanted = plan(GOOD.encode())
    people.make(people.NewPerson("JOHN", "John"), actor=cast.admin)
    before = User.objects.count()
    with pytest.raises(NotImportable, match="meanwhile"):
        carry_out(wanted, actor=cast.admin)
    assert User.objects.count() == before
    assert not AuditEvent.objects.filter(action="person.import").exists()


def test_people_who_are_there_are_left_as_they_are(cast: Cast):
    wanted = plan(b"username,name,email\nHANA,Somebody else,x@y.example\nyuna,Yuna,\n")
    assert [line.username for line in wanted.there] == ["HANA"]
    assert [person.username for person in wanted.makes] == ["yuna"]
    carry_out(wanted, actor=cast.admin)
    cast.hana.refresh_from_db()
    assert cast.hana.name == "김하나"


def test_a_department_name_that_two_have_must_be_said_by_its_short_name(cast: Cast):
    Department.objects.create(name="영업팀", slug="sales-2")
    assert list(problems("username,name,department\nyuna,한유나,영업팀\n")) == [2]
    (person,) = plan("username,name,department\nyuna,한유나,sales-2\n".encode()).makes
    assert person.department.slug == "sales-2"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "must name the columns"),
        (b"name,email\nx,y\n", "must name the columns"),
        (b"username,name\n\n , \n", "nobody"),
        (b"\xff\xfe\x00\xd8", "neither UTF-8 nor CP949"),
        (b"username,name\n" + b"x,y\n" * 5001, "more than 5000 lines"),
        (b"x" * (2 * 1024 * 1024 + 1), "larger than 2 MB"),
        (b'username,name\nx,"' + b"y" * 200_000 + b'"\n', "cannot be read as CSV"),
        (b"PK\x03\x04\x14\x00\x06\x00", "must name the columns"),
    ],
)
def test_what_is_no_list_of_people_is_said_so(cast: Cast, content: bytes, why: str):
    with pytest.raises(NotImportable, match=why):
        plan(content)


def test_nul_and_formulas_are_only_text(cast: Cast):
    (person,) = plan(b"username,name\nyu\0na,=1+1\n").makes
    assert (person.username, person.name) == ("yuna", "=1+1")


def test_every_column_is_known_by_a_korean_name():
    assert set(importing.COLUMNS) <= set(importing._COLUMN_NAMES.values())
