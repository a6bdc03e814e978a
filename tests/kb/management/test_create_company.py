"""The first admin, where there is no sample company, and people from a list."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from accounts import passwords
from accounts.errors import BadRequest
from accounts.models import AuditEvent, Department, PasswordLink, User
from kb.management.commands import create_company, import_people
from kb.models import Collection, IndexVersion
from tests.cast import Cast

GIVEN = {
    "admin": "boss",
    "name": "김대표",
    "email": "boss@hanbit.example",
    "language": "ko",
    "department": ["인사팀:hr", "Sales"],
    "collection": "회사 규정:rules",
    "ask_password": False,
}


@pytest.fixture(autouse=True)
def _no_keyboard(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))


def make(**changed) -> dict:
    return dict(create_company.Command().work(**{**GIVEN, **changed}))


def test_it_makes_an_admin_departments_and_a_collection_and_prints_a_link(db):
    result = make()
    admin = User.objects.get(username="boss")
    assert admin.is_admin and admin.is_staff and not admin.has_usable_password()
    assert result["departments"] == ["hr", "sales"]
    collection = Collection.objects.get()
    assert (collection.slug, collection.department.slug, collection.audience.everyone) == ("rules", "hr", True)
    assert IndexVersion.objects.exists()
    secret = result["link"].rstrip("/").rsplit("/", 1)[1]
    assert passwords.choose(secret, "twelve quiet floor boards") == admin


def test_the_password_can_be_asked_for_instead(db, monkeypatch):
    monkeypatch.setattr(create_company.getpass, "getpass", lambda prompt: "twelve quiet floor boards")
    assert make(ask_password=True)["link"] is None
    assert User.objects.get().check_password("twelve quiet floor boards")
    assert not PasswordLink.objects.exists()


def test_two_passwords_that_differ_make_nobody(db, monkeypatch):
    typed = iter(["twelve quiet floor boards", "twelve quiet floor board"])
    monkeypatch.setattr(create_company.getpass, "getpass", lambda prompt: next(typed))
    with pytest.raises(BadRequest, match="not the same"):
        make(ask_password=True)
    assert not User.objects.exists()


def test_at_a_keyboard_what_is_missing_is_asked_for(db, monkeypatch):
    class Keyboard(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Keyboard("chief\n\n인사팀:hr\n-\n"))
    result = make(admin=None, name=None, department=None, collection=None)
    assert (result["admin"], result["departments"], result["collection"]) == ("chief", ["hr"], None)
    assert User.objects.get().name == "chief"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"admin": None}, "--admin"),
        ({"admin": "two words"}, "username"),
        ({"email": "nomail"}, "email"),
        ({"department": ["인사팀"]}, "short name"),
        ({"department": ["a:hr", "b:hr"]}, "slug"),
        ({"department": []}, "keeps it"),
        ({"department": ["x:not a slug"]}, "slug"),
    ],
)
def test_what_cannot_be_is_said_and_leaves_nothing_half_done(db, changed: dict, why: str):
    with pytest.raises(BadRequest, match=why):
        make(**changed)
    assert not User.objects.exists() and not Department.objects.exists() and not AuditEvent.objects.exists()


def test_where_there_is_an_admin_it_makes_no_second_one(cast: Cast):
    with pytest.raises(BadRequest, match="an admin already"):
        make()


def load(tmp_path: Path, text: str, **options) -> dict:
    file = tmp_path / "people.csv"
    file.write_text(text)
    return dict(import_people.Command().work(**{"file": file, "actor": None, "dry_run": False, **options}))


PEOPLE = "username,name,department\nyuna,한유나,영업팀\nhana,김하나,\n"


def test_people_of_a_list_are_made_and_get_links(cast: Cast, tmp_path: Path):
    result = load(tmp_path, PEOPLE, actor="admin")
    assert result["there"] == ["hana"]
    assert [person["username"] for person in result["made"]] == ["yuna"]
    assert "/accounts/link/" in result["made"][0]["link"]
    assert AuditEvent.objects.get(action="person.import").actor == "admin"


def test_a_dry_run_makes_nobody(cast: Cast, tmp_path: Path):
    result = load(tmp_path, PEOPLE, dry_run=True)
    assert (result["would_make"], result["made"]) == (["yuna"], [])
    assert not User.objects.filter(username="yuna").exists()


def test_a_wrong_line_is_named_and_makes_nobody(cast: Cast, tmp_path: Path):
    result = load(tmp_path, PEOPLE + "bad name,x,\n")
    assert not import_people.Command().succeeded(result)
    assert [line["line"] for line in result["wrong"]] == [4]
    assert result["made"] == []


def test_only_an_admin_imports(cast: Cast, tmp_path: Path):
    with pytest.raises(BadRequest, match="no admin"):
        load(tmp_path, PEOPLE, actor="hana")
    with pytest.raises(BadRequest, match="cannot be read"):
        import_people.Command().work(file=tmp_path / "none.csv", actor=None, dry_run=True)
