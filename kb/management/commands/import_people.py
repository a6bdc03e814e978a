"""`manage.py import_people FILE.csv`: people from a list, all or none, with links to choose their passwords."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction

from accounts import importing, links
from accounts.errors import BadRequest
from accounts.models import User
from kb.management.base import MaruCommand


class Command(MaruCommand):
    """Look at a CSV file of people, say what is wrong line by line, and make them when nothing is."""

    help = "Make people from a CSV file: username, name, email, department, role, language."

    def arguments(self, parser: CommandParser) -> None:
        """The file, who asks, and whether to look only."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--as", dest="actor", metavar="USER", help="the admin in whose name it is done")
        parser.add_argument("--dry-run", action="store_true", help="say what would be made, and make nobody")

    def work(self, **options: Any) -> Mapping[str, Any]:
        """Plan, and carry out. Raises BadRequest for a file that cannot be read."""
        wanted = importing.plan(_content(options["file"]))
        result: dict[str, Any] = {
            "lines": len(wanted.lines),
            "made": [],
            "there": [line.username for line in wanted.there],
            "wrong": [{"line": line.number, "username": line.username, "why": line.problems} for line in wanted.wrong],
            "would_make": [person.username for person in wanted.makes],
        }
        if not options["dry_run"] and not wanted.wrong:
            result["made"] = _made(wanted, _actor(options["actor"]))
        return result

    def succeeded(self, result: Mapping[str, Any]) -> bool:
        """A wrong line is a failure: nobody was made."""
        return not result["wrong"]

    def show(self, result: Mapping[str, Any]) -> None:
        """Line by line."""
        for line in result["wrong"]:
            self.stdout.write(f"line {line['line']} {line['username']}: {' '.join(line['why'])}")
        for username in result["there"]:
            self.stdout.write(f"{username} is there already and stays as they are")
        for person in result["made"]:
            self.stdout.write(f"{person['username']}  {person['link'] or 'mailed'}")
        if not result["made"]:
            self.stdout.write(f"{len(result['would_make'])} people can be made; nobody was.")


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadRequest(f"{path} cannot be read: {error.strerror}.") from error


def _actor(username: str | None) -> User | None:
    if not username:
        return None
    actor = User.objects.filter(username=username, is_superuser=True, is_active=True).first()
    if actor is None:
        raise BadRequest(f"{username} is no admin.")
    return actor


@transaction.atomic
def _made(wanted: importing.Plan, actor: User | None) -> list[dict[str, str | None]]:
    made = importing.carry_out(wanted, actor=actor)
    return [{"username": user.username, "link": links.invite(user, actor=actor)} for user in made]
