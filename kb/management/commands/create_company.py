"""`manage.py create_company`: the first admin, departments and a collection, where there is no sample company."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandParser
from django.db import transaction
from django.utils.text import slugify

from accounts import links, passwords, people
from accounts.errors import BadRequest
from accounts.models import Audience, Department, User
from accounts.models.people import Language
from kb.management.base import MaruCommand
from kb.models import Collection
from kb.retrieval.index import ensure_index


class Command(MaruCommand):
    """Make the first admin, who makes everybody else in the console. What is not given is asked for."""

    help = "Make the first admin, departments and a collection that everyone reads."

    def arguments(self, parser: CommandParser) -> None:
        """Everything can be given, so that a script needs no keyboard."""
        parser.add_argument("--admin", metavar="USERNAME", help="user name of the first admin")
        parser.add_argument("--name", help="the admin's name as people see it")
        parser.add_argument("--email", default="", help="the admin's mail address")
        parser.add_argument("--language", choices=Language.values, default=Language.KOREAN)
        parser.add_argument(
            "--department",
            action="append",
            metavar="NAME[:SHORT-NAME]",
            help="a department; give it several times. The first one keeps the collection",
        )
        parser.add_argument("--collection", metavar="NAME[:SHORT-NAME]", help="a collection that everyone reads")
        parser.add_argument(
            "--ask-password", action="store_true", help="ask for the admin's password now, print no link"
        )

    def work(self, **options: Any) -> Mapping[str, Any]:
        """Make them. Raises BadRequest when there is an admin, or for names that cannot be."""
        if User.objects.filter(is_superuser=True).exists():
            raise BadRequest("There is an admin already, who makes people, departments and collections in /admin/.")
        wanted = _asked_for(options) if sys.stdin.isatty() else options
        if not wanted["admin"]:
            raise BadRequest("Say who the first admin is: --admin USERNAME.")
        password = _password() if options["ask_password"] else None
        ensure_index()
        return _make(wanted, password)

    def show(self, result: Mapping[str, Any]) -> None:
        """What to do next."""
        self.stdout.write(f"The admin {result['admin']} is made.")
        if result["link"]:
            self.stdout.write(f"Choose a password here, within seven days; the link works once:\n{result['link']}")
        if result["departments"]:
            self.stdout.write("Departments: " + ", ".join(result["departments"]))
        if result["collection"]:
            self.stdout.write(f"Collection: {result['collection']}, read by everyone")


def _asked_for(options: dict[str, Any]) -> dict[str, Any]:
    """The options, with what is missing asked for."""
    given = dict(options)
    given["admin"] = given["admin"] or _ask("User name of the first admin", "admin")
    given["name"] = given["name"] or _ask("Name as people see it", given["admin"])
    if given["department"] is None:
        names = _ask("Departments, separated by commas (may stay empty)", "")
        given["department"] = [name for name in names.split(",") if name.strip()]
    if given["collection"] is None and given["department"]:
        given["collection"] = _ask("A collection that everyone reads (- for none)", "회사 규정:rules")
    return given


def _ask(question: str, default: str) -> str:
    shown = f" [{default}]" if default else ""
    sys.stderr.write(f"{question}{shown}: ")
    sys.stderr.flush()
    return sys.stdin.readline().strip() or default


def _password() -> str:
    first = getpass.getpass("Password: ")
    if first != getpass.getpass("Once more: "):
        raise BadRequest("The two are not the same.")
    return first


@transaction.atomic
def _make(wanted: Mapping[str, Any], password: str | None) -> Mapping[str, Any]:
    departments = [_department(text) for text in wanted["department"] or []]
    person = people.NewPerson(
        wanted["admin"],
        wanted["name"] or wanted["admin"],
        wanted["email"],
        language=Language(wanted["language"]),
        admin=True,
    )
    admin = people.make(person, actor=None)
    _checked(admin)
    collection = None
    if wanted["collection"] and wanted["collection"] != "-":
        collection = _collection(wanted["collection"], departments)
    if password is not None:
        passwords.change(admin, password)
    return {
        "admin": admin.username,
        "link": None if password is not None else links.hand_out(admin, actor=None),
        "departments": [department.slug for department in departments],
        "collection": collection.slug if collection else None,
    }


def _checked(row: User | Department | Collection) -> None:
    try:
        row.full_clean(exclude=["password"])
    except ValidationError as error:
        raise BadRequest("; ".join(f"{name}: {' '.join(why)}" for name, why in error.message_dict.items())) from error


def _named(text: str) -> tuple[str, str]:
    """NAME:SHORT-NAME, or a NAME whose letters make a short name."""
    name, _colon, slug = (part.strip() for part in text.partition(":"))
    slug = slug or slugify(name)
    if not name or not slug:
        raise BadRequest(f"{text!r} needs a short name of letters and digits: {name or 'NAME'}:short-name.")
    return name, slug


def _department(text: str) -> Department:
    name, slug = _named(text)
    department = Department(name=name, slug=slug)
    _checked(department)
    department.save()
    return department


def _collection(text: str, departments: list[Department]) -> Collection:
    if not departments:
        raise BadRequest("A collection needs a department that keeps it: --department NAME:SHORT-NAME.")
    name, slug = _named(text)
    everyone = Audience.objects.filter(everyone=True).first() or Audience.objects.create(name="모두", everyone=True)
    collection = Collection(name=name, slug=slug, department=departments[0], audience=everyone)
    _checked(collection)
    collection.save()
    return collection
