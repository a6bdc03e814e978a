"""The cast of style.md's sample company: who owns, who may read, who has no access."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.contrib.auth.hashers import make_password

from accounts.models import Audience, AudienceDepartment, Department, Membership, User
from accounts.models.people import Role
from kb.models import Collection
from kb.retrieval.index import ensure_index

PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Cast:
    """admin runs the console; hana edits for 인사팀; minsu is of 재무팀; jiwoo edits for 개발팀; suji is of 영업팀."""

    admin: User
    hana: User
    minsu: User
    jiwoo: User
    suji: User
    hr: Department
    finance: Department
    development: Department
    sales: Department
    rules: Collection
    hr_private: Collection
    finance_private: Collection
    dev_private: Collection


def make_cast() -> Cast:
    """Departments, people and collections; the index version that answers is there too."""
    ensure_index()
    office = Department.objects.create(name="경영지원본부", name_en="Management support", slug="office")
    hr = Department.objects.create(name="인사팀", name_en="HR", slug="hr", parent=office)
    finance = Department.objects.create(name="재무팀", name_en="Finance", slug="finance", parent=office)
    development = Department.objects.create(name="개발팀", name_en="Development", slug="dev")
    sales = Department.objects.create(name="영업팀", name_en="Sales", slug="sales")
    everyone = Audience.objects.create(name="모두", everyone=True)
    return Cast(
        admin=_person("admin", "관리자", is_superuser=True, is_staff=True),
        hana=_member("hana", "김하나", hr, Role.EDITOR),
        minsu=_member("minsu", "이민수", finance, Role.EMPLOYEE),
        jiwoo=_member("jiwoo", "박지우", development, Role.EDITOR),
        suji=_member("suji", "정수지", sales, Role.EMPLOYEE),
        hr=hr,
        finance=finance,
        development=development,
        sales=sales,
        rules=Collection.objects.create(slug="rules", name="회사 규정", department=hr, audience=everyone),
        hr_private=_private("hr-private", "인사팀 자료", hr),
        finance_private=_private("finance-private", "재무팀 자료", finance),
        dev_private=_private("dev-private", "개발팀 자료", development),
    )


@cache
def _hash(hasher: str) -> str:
    """The cast's one password, hashed once a process: hashing is slow on purpose."""
    return make_password(PASSWORD)


def _person(username: str, name: str, **values: bool) -> User:
    encoded = _hash(settings.PASSWORD_HASHERS[0])
    email = f"{username}@hanbit.example"
    return User.objects.create(username=username, email=email, password=encoded, name=name, **values)


def _member(username: str, name: str, department: Department, role: Role) -> User:
    person = _person(username, name)
    Membership.objects.create(user=person, department=department, role=role)
    return person


def _private(slug: str, name: str, department: Department) -> Collection:
    audience = Audience.objects.create(name=name)
    AudienceDepartment.objects.create(audience=audience, department=department)
    return Collection.objects.create(slug=slug, name=name, department=department, audience=audience)
