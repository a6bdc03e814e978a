"""한빛정밀, the sample company: its people and collections at the first start, its documents through the usual way in.

`samples/company.toml` says who reads what and which file is which revision. Everything is made in one transaction, so
that a start that is cut off leaves an empty house and the next one makes it; the workers then read the files.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import sessions
from accounts.errors import BadRequest
from accounts.models import (
    Audience,
    AudienceDepartment,
    AudiencePerson,
    AuditEvent,
    Department,
    Membership,
    User,
)
from kb import files
from kb.ingestion.intake import OnSameName, Wishes, take_in
from kb.models import Collection, Conversation, Document, GoldenQuestion, QuestionSet, Revision
from kb.runtime.secrets import write_accounts
from samples import company as source
from samples import questions as golden

log = logging.getLogger(__name__)
CAST = ("admin", "hana", "minsu", "jiwoo", "suji")
SET = "hanbit"
PART = 1024 * 1024


class NotEmpty(BadRequest):
    """The sample company cannot go as long as something else stands on it."""

    code = "sample_company_in_use"
    status = 409


def is_wanted() -> bool:
    """Whether the house is empty and the settings ask for the sample company."""
    return bool(settings.MARU_DEMO) and not User.objects.exists() and not Collection.objects.exists()


def load() -> None:
    """Make people, departments and collections, and queue every file; accounts.txt gets the passwords of the cast."""
    company = source.load()
    passwords = {username: _password() for username in CAST}
    stored: list[Revision] = []
    try:
        with transaction.atomic():
            house = _House(company)
            house.make(passwords)
            for document in company.documents:
                stored += house.take_in(document)
            _questions(company)
    except BaseException:
        for revision in stored:
            files.discard(revision.file)
        raise
    write_accounts(settings.MARU, [(name, passwords[name], _role(company, name)) for name in CAST])


def _password() -> str:
    """Easy to type, 48 random bits: four groups of four letters and digits that are not mistaken for each other."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _place in range(4)) for _group in range(3))


def _role(company: source.Company, username: str) -> str:
    person = next(each for each in company.people if each.username == username)
    names = {department.slug: department.name for department in company.departments}
    told = ", ".join(f"{names[m.department]} {m.role}" for m in person.memberships)
    return f"{person.name} · {told}{' · admin' if person.admin else ''}"


@dataclass
class _House:
    """The company's rows, by the names that company.toml uses."""

    company: source.Company

    def make(self, passwords: dict[str, str]) -> None:
        """Departments, people, audiences and collections."""
        self.departments: dict[str, Department] = {}
        for each in self.company.departments:
            parent = self.departments[each.parent] if each.parent else None
            self.departments[each.slug] = Department.objects.create(
                slug=each.slug, name=each.name, name_en=each.name_en, parent=parent
            )
        self.people = {person.username: self._person(person, passwords) for person in self.company.people}
        self.collections = {each.slug: self._collection(each) for each in self.company.collections}

    def _person(self, person: source.Person, passwords: dict[str, str]) -> User:
        word = passwords.get(person.username)
        user = User.objects.create(
            username=person.username,
            email=f"{person.username}@{self.company.mail_domain}",
            name=person.name if person.language == "ko" else person.name_en,
            language=person.language,
            is_superuser=person.admin,
            is_staff=person.admin,
            password=make_password(word),  # without a word: nobody signs in until a link is made
        )
        for membership in person.memberships:
            Membership.objects.create(
                user=user, department=self.departments[membership.department], role=membership.role
            )
        return user

    def _audience(self, name: str, audience: source.Audience) -> Audience:
        row = Audience.objects.create(name=name, everyone=audience.kind == "everyone")
        for slug in audience.departments:
            AudienceDepartment.objects.create(audience=row, department=self.departments[slug], below=audience.below)
        for username in audience.people:
            AudiencePerson.objects.create(audience=row, user=self.people[username])
        return row

    def _collection(self, each: source.Collection) -> Collection:
        department = self.departments[each.department]
        contact = next((u for u in self.people.values() if _keeps(u, department)), None)
        return Collection.objects.create(
            slug=each.slug,
            name=each.name,
            name_en=each.name_en,
            department=department,
            audience=self._audience(each.name, each.audience),
            discoverable=each.discoverable,
            contact=contact,
        )

    def take_in(self, document: source.Document) -> Iterator[Revision]:
        """Every revision of a document, the oldest first, each with its job."""
        keeper = next(user for user in self.people.values() if user.is_superuser)
        audience = self._audience(document.title, document.audience) if document.audience else None
        wishes = Wishes(
            external_id=document.external_id,
            title=document.title,
            owner=self.people.get(document.owner),
            review_on=document.review_on,
            audience=audience,
            on_same_name=OnSameName.REPLACE,
            in_background=True,
        )
        for revision in document.revisions:
            dated = replace(
                wishes,
                label=revision.label,
                effective_from=revision.effective_from,
                effective_to=revision.effective_to + timedelta(days=1) if revision.effective_to else None,
            )
            collection = self.collections[document.collection]
            taken = take_in(keeper, collection, revision.file.name, _parts(revision.file), dated)
            Revision.objects.filter(pk=taken.revision.pk).update(created_by=None)  # nobody is told 81 times
            yield taken.revision


def _keeps(user: User, department: Department) -> bool:
    return user.memberships.filter(department=department, role__in=("editor", "manager")).exists()


def _parts(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while part := file.read(PART):
            yield part


def _questions(company: source.Company) -> None:
    """The golden questions as a question set; each carries the audience of the documents that answer it."""
    questions = QuestionSet.objects.create(slug=SET, name=company.name)
    everyone = Audience.objects.filter(everyone=True).order_by("pk")[0]
    for row in golden.load():
        document = Document.objects.filter(external_id__in=row["sources"]).order_by("pk").first()
        GoldenQuestion.objects.create(
            question_set=questions,
            audience=document.audience if document else everyone,
            key=row["id"],
            text=row["question"],
            kind=row["kind"],
            language=row["language"],
            asked_as=User.objects.get(username=row["as"]),
            sources=row["sources"],
            answers=row["answers"],
        )


def remove() -> dict[str, int]:
    """Take the sample company away: its documents, collections, people and departments. Raises NotEmpty.

    The web's and the workers' roles cannot do this; it runs as the owner.
    """
    company = source.load()
    usernames = [person.username for person in company.people]
    mail = f"@{company.mail_domain}"
    people = User.objects.filter(username__in=usernames, email__endswith=mail)
    collections = Collection.objects.filter(
        slug__in=[each.slug for each in company.collections], department__slug__in=[d.slug for d in company.departments]
    )
    departments = Department.objects.filter(slug__in=[each.slug for each in company.departments])
    _refuse_when_in_use(company, people, collections, departments)
    revisions = Revision.objects.filter(document__collection__in=collections)
    stored = list(revisions.values_list("file", flat=True))
    counts = {
        "documents": Document.objects.filter(collection__in=collections).count(),
        "collections": collections.count(),
        "people": people.count(),
        "departments": departments.count(),
    }
    with transaction.atomic():
        _remove_rows(people, collections, departments)
        AuditEvent.record(None, "sample_company.remove", None, address=None, counts=counts)
    for file in stored:
        files.discard(file)
    settings.MARU.accounts.unlink(missing_ok=True)
    return counts


def _refuse_when_in_use(
    company: source.Company,
    people: models.QuerySet[User],
    collections: models.QuerySet[Collection],
    departments: models.QuerySet[Department],
) -> None:
    if not people.exists() and not collections.exists():
        raise NotEmpty(_("There is no sample company here."))
    if not User.objects.filter(is_superuser=True, is_active=True).exclude(pk__in=people).exists():
        raise NotEmpty(_("Make an admin of your own first: without the sample company's nobody could sign in."))
    known = {document.external_id for document in company.documents}
    own = (
        Document.objects.filter(collection__in=collections)
        .exclude(external_id__in=known)
        .values_list("title", flat=True)
    )
    others = Membership.objects.filter(department__in=departments).exclude(user__in=people)
    kept = Collection.objects.filter(department__in=departments).exclude(pk__in=collections)
    if own.exists() or others.exists() or kept.exists():
        raise NotEmpty(
            _(
                "The sample company is in use: %(documents)s documents, %(people)s memberships and "
                "%(collections)s collections of yours lie in it. Move them first."
            )
            % {"documents": own.count(), "people": others.count(), "collections": kept.count()}
        )


def _remove_rows(
    people: models.QuerySet[User],
    collections: models.QuerySet[Collection],
    departments: models.QuerySet[Department],
) -> None:
    """Rows in the order of their references; departments from the leaves up."""
    from kb.models import IndexEntry

    for person in people:
        sessions.end_all(person, actor=None)
    ids = list(people.values_list("pk", flat=True))
    audiences = set(collections.values_list("audience_id", flat=True))
    audiences |= set(Document.objects.filter(collection__in=collections).values_list("audience_id", flat=True))
    QuestionSet.objects.filter(slug=SET).delete()
    Conversation.objects.filter(owner__in=ids).delete()
    IndexEntry.objects.filter(collection__in=collections).delete()
    Document.objects.filter(collection__in=collections).delete()
    collections.delete()
    Membership.objects.filter(Q(user__in=ids) | Q(department__in=departments)).delete()
    Audience.objects.filter(pk__in=audiences).delete()
    User.objects.filter(pk__in=ids).delete()
    while departments.exists():
        departments.filter(children=None).delete()
