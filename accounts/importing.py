"""People from a CSV file: first what would be made and what is wrong, line by line; then all of it or nothing.

Columns: username, name, email, department, role, language; Korean names of columns and roles are understood. UTF-8 (with
or without a mark) and CP949, separated by comma, semicolon or tab.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import people
from accounts.errors import BadRequest
from accounts.models import AuditEvent, Department, User
from accounts.models.people import Language, Role

MOST_BYTES = 2 * 1024 * 1024
MOST_LINES = 5000
COLUMNS = ("username", "name", "email", "department", "role", "language")

_COLUMN_NAMES = {
    "아이디": "username",
    "사번": "username",
    "이름": "name",
    "성명": "name",
    "이메일": "email",
    "메일": "email",
    "부서": "department",
    "역할": "role",
    "언어": "language",
}
_ROLES = {
    "": Role.EMPLOYEE,
    "employee": Role.EMPLOYEE,
    "직원": Role.EMPLOYEE,
    "사원": Role.EMPLOYEE,
    "editor": Role.EDITOR,
    "편집자": Role.EDITOR,
    "manager": Role.MANAGER,
    "책임자": Role.MANAGER,
    "부서장": Role.MANAGER,
}
_LANGUAGES = {
    "": Language.KOREAN,
    "ko": Language.KOREAN,
    "korean": Language.KOREAN,
    "한국어": Language.KOREAN,
    "en": Language.ENGLISH,
    "english": Language.ENGLISH,
    "영어": Language.ENGLISH,
}


class NotImportable(BadRequest):
    """A file that is no list of people, or a list with something wrong in it."""

    code = "not_importable"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file: the person it makes, or what is wrong with it. `there` : the user name exists already."""

    number: int
    username: str
    person: people.NewPerson | None = None
    problems: tuple[str, ...] = ()
    there: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do. Nothing is done while a line is wrong."""

    lines: tuple[Line, ...]

    @property
    def makes(self) -> tuple[people.NewPerson, ...]:
        """The people that would be made."""
        return tuple(line.person for line in self.lines if line.person is not None)

    @property
    def wrong(self) -> tuple[Line, ...]:
        """Lines that stop the import."""
        return tuple(line for line in self.lines if line.problems)

    @property
    def there(self) -> tuple[Line, ...]:
        """Lines of people who exist already; they are left as they are."""
        return tuple(line for line in self.lines if line.there)


def plan(content: bytes) -> Plan:
    """Look at a file, changing nothing. Raises NotImportable when it is no list of people at all."""
    rows = list(_rows(decoded(content)))
    if len(rows) > MOST_LINES:
        raise NotImportable(_("The file has more than %(most)s lines. Split it.") % {"most": MOST_LINES})
    if not rows:
        raise NotImportable(_("There is nobody in this file."))
    known = _Known()
    return Plan(tuple(known.line(number, row) for number, row in rows))


@transaction.atomic
def carry_out(wanted: Plan, *, actor: User | None) -> list[User]:
    """Make the people of a plan, all or none. They cannot sign in before they use a link (accounts/links.py)."""
    if wanted.wrong:
        raise NotImportable(_("Nobody was made, because %(count)s lines are wrong.") % {"count": len(wanted.wrong)})
    try:
        with transaction.atomic():
            made = [people.make(person, actor=actor) for person in wanted.makes]
    except IntegrityError as error:
        raise NotImportable(_("Somebody of this list was made meanwhile. Nobody was made now; look again.")) from error
    AuditEvent.record(actor, "person.import", people=len(made))
    return made


def decoded(content: bytes) -> str:
    """A file's text. Raises NotImportable for one that is too large or in another encoding."""
    if len(content) > MOST_BYTES:
        raise NotImportable(_("The file is larger than %(most)s MB.") % {"most": MOST_BYTES // 1024**2})
    for encoding in ("utf-8-sig", "cp949"):
        try:
            return unicodedata.normalize("NFC", content.decode(encoding)).replace("\0", "")
        except UnicodeDecodeError:
            continue
    raise NotImportable(_("The file is neither UTF-8 nor CP949 text. Save it as CSV."))


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The lines that have something in them, by line number and column."""
    head = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text), delimiter=max(",;\t", key=head.count))
    try:
        names = [_column(name) for name in next(reader, [])]
        if not {"username", "name"} <= set(names):
            raise NotImportable(
                _("The first line must name the columns: %(columns)s. Only the first two must be there.")
                % {"columns": ", ".join(COLUMNS)}
            )
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, dict(zip(names, (cell.strip() for cell in cells), strict=False))
    except csv.Error as error:
        raise NotImportable(_("Line %(line)s cannot be read as CSV.") % {"line": reader.line_num}) from error


def _column(name: str) -> str:
    plain = name.strip().lower()
    return _COLUMN_NAMES.get(plain, plain)


def _lower(name: str) -> set[str]:
    return {value.lower() for value in User.objects.values_list(name, flat=True) if value}


def _departments() -> dict[str, Department]:
    """Departments by short name, name and English name. A name that two have is not taken; their short names are."""
    found: dict[str, Department] = {}
    twice: set[str] = set()
    for department in Department.objects.all():
        for name in {department.name.lower(), department.name_en.lower()} - {""}:
            twice |= {name} & found.keys()
            found[name] = department
    for name in twice:
        del found[name]
    return found | {department.slug.lower(): department for department in Department.objects.all()}


@dataclass(slots=True)
class _Known:
    """Who and what is there already, in the database and in the lines before."""

    usernames: set[str] = field(default_factory=lambda: _lower("username"))
    emails: set[str] = field(default_factory=lambda: _lower("email"))
    departments: dict[str, Department] = field(default_factory=_departments)
    seen: set[str] = field(default_factory=set)
    seen_emails: set[str] = field(default_factory=set)

    def line(self, number: int, row: dict[str, str]) -> Line:
        username = unicodedata.normalize("NFKC", row.get("username", ""))
        low = username.lower()
        if low in self.usernames and low not in self.seen:
            self.seen.add(low)
            return Line(number, username, there=True)
        problems = tuple(self._problems(username, row))
        self.seen.add(low)
        self.seen_emails.add(row.get("email", "").lower())
        if problems:
            return Line(number, username, problems=problems)
        return Line(number, username, self._person(username, row))

    def _person(self, username: str, row: dict[str, str]) -> people.NewPerson:
        return people.NewPerson(
            username,
            row["name"],
            row.get("email", ""),
            self.departments.get(row.get("department", "").lower()),
            _ROLES[row.get("role", "").lower()],
            _LANGUAGES[row.get("language", "").lower()],
        )

    def _problems(self, username: str, row: dict[str, str]) -> Iterator[str]:
        yield from self._problems_of_name(username, row.get("name", ""))
        yield from self._problems_of_email(row.get("email", "").lower())
        department, role, language = (row.get(name, "") for name in ("department", "role", "language"))
        if department and department.lower() not in self.departments:
            yield _("There is no department “%(name)s”.") % {"name": department}
        if role.lower() not in _ROLES:
            yield _("“%(role)s” is no role: employee, editor or manager.") % {"role": role}
        elif role and not department:
            yield _("A role needs a department.")
        if language.lower() not in _LANGUAGES:
            yield _("“%(language)s” is no language of Maru: ko or en.") % {"language": language}

    def _problems_of_name(self, username: str, name: str) -> Iterator[str]:
        if not username:
            yield _("The user name is missing.")
        elif username.lower() in self.seen:
            yield _("This user name stands further up already.")
        elif len(username) > 150 or not _valid(UnicodeUsernameValidator(), username):
            yield _("A user name has letters, digits and . _ - + @ alone, at most 150.")
        if not name:
            yield _("The name is missing.")
        elif len(name) > 120:
            yield _("The name is longer than 120 letters.")

    def _problems_of_email(self, email: str) -> Iterator[str]:
        if not email:
            return
        if len(email) > 254 or not _valid(validate_email, email):
            yield _("“%(email)s” is no mail address.") % {"email": email}
        elif email in self.emails or email in self.seen_emails:
            yield _("Somebody has the mail address %(email)s already.") % {"email": email}


def _valid(validator: object, value: str) -> bool:
    try:
        validator(value)  # type: ignore[operator]
    except ValidationError:
        return False
    return True
