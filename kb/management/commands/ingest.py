"""`manage.py ingest PATH… --collection SLUG`: files or folders in, with a progress bar."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from accounts.access import as_user
from accounts.errors import BadRequest, MaruError
from accounts.models import User
from kb.ingestion.intake import OnSameName, Taken, Wishes, take_in
from kb.ingestion.reasons import reason_sentence
from kb.jobs.claim import claim
from kb.jobs.queue import work
from kb.management.base import MaruCommand
from kb.models import Collection, Job
from kb.models.jobs import JobState
from kb.people import person_named

PART = 1024 * 1024
ENDED = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    external_id: str


class Command(MaruCommand):
    """Load files and wait until each can be asked about, or its reason is known."""

    help = "Load files or folders into a collection and wait until they are read."
    needs_encoder = True

    def arguments(self, parser: CommandParser) -> None:
        """PATH… --collection SLUG [--as USER]."""
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument("--collection", required=True, metavar="SLUG")
        parser.add_argument("--as", dest="user", metavar="USER", help="default: the first admin")

    def work(self, **options: Any) -> Mapping[str, Any]:
        """Take all files in, then see every job to its end."""
        user = person_named(options["user"]) if options["user"] else _first_admin()
        collection = _collection(user, options["collection"])
        found = list(_files(options["paths"]))
        rows = [_loaded(user, collection, file, place, len(found)) for place, file in enumerate(found, 1)]
        return {"files": rows}

    def show(self, result: Mapping[str, Any]) -> None:
        """One line a file."""
        for row in result["files"]:
            told = row["reason"] or _("%(pages)s pages, %(chunks)s chunks") % row
            self.stdout.write(f"{row['state']:9} {_shown(row['path'])}  {told}  {row['seconds']:.1f} s")

    def succeeded(self, result: Mapping[str, Any]) -> bool:
        """Whether every file is in."""
        return all(row["state"] in ("ready", "unchanged") for row in result["files"])


def _shown(path: str) -> str:
    """A path for a terminal: what would move its cursor, colour it or turn it around is shown as a mark."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in path)


def _first_admin() -> User:
    admin = User.objects.filter(is_superuser=True, is_active=True).order_by("pk").first()
    if admin is None:
        raise BadRequest(_("There is no admin yet. Say --as USER, or make one with `manage.py create_company`."))
    return admin


def _collection(user: User, slug: str) -> Collection:
    with as_user(user):
        collection = (
            Collection.objects.managed_by(user).select_related("department", "audience").filter(slug=slug).first()
        )
    if collection is None:
        raise BadRequest(
            _("There is no collection %(slug)s that %(user)s may change.") % {"slug": slug, "user": user.username}
        )
    return collection


def _files(paths: list[Path]) -> Iterator[_File]:
    """The files themselves, and those in folders, named by their path below the folder."""
    for path in paths:
        if path.is_dir():
            inside = sorted(each for each in path.rglob("*") if each.is_file() and not each.name.startswith("."))
            yield from (_File(each, str(each.relative_to(path))) for each in inside)
        elif path.is_file():
            yield _File(path, path.name)
        else:
            raise BadRequest(_("There is no file %(path)s.") % {"path": path})


def _loaded(user: User, collection: Collection, file: _File, place: int, of: int) -> dict[str, Any]:
    begun = time.monotonic()
    row = {"path": str(file.path), "state": "failed", "reason": "", "pages": 0, "chunks": 0}
    try:
        with file.path.open("rb") as source, as_user(user):
            wishes = Wishes(external_id=file.external_id, on_same_name=OnSameName.REPLACE)
            taken = take_in(user, collection, file.path.name, iter(lambda: source.read(PART), b""), wishes)
        row |= {"state": "unchanged"} if taken.unchanged else _see_through(taken, f"[{place}/{of}] {file.path.name}")
        revision = taken.revision
        revision.refresh_from_db()
        row |= {"pages": revision.pages, "chunks": revision.chunk_count}
    except MaruError as error:
        row["reason"] = str(error)
    return {**row, "seconds": round(time.monotonic() - begun, 2)}


def _see_through(taken: Taken, label: str) -> dict[str, Any]:
    """Do the job here, or, when a worker of `up` was quicker, watch it."""
    if taken.job is None:
        return {"state": "ready"}
    while True:
        held = claim(taken.job.pk)
        if held is not None:
            work(held)
        job = Job.objects.get(pk=taken.job.pk)
        _bar(label, job)
        if job.state in ENDED:
            break
        time.sleep(0.3)
    if sys.stderr.isatty():
        sys.stderr.write("\n")
    if job.state == JobState.DONE:
        return {"state": "ready"}
    return {"state": str(job.state), "reason": reason_sentence(job.reason, job.reason_params)}


def _bar(label: str, job: Job) -> None:
    if sys.stderr.isatty():
        filled = int(job.percent / 5)
        sys.stderr.write(
            f"\r{_shown(label)[:50]:50} {job.stage:6} [{'█' * filled}{'░' * (20 - filled)}] {job.percent:3.0f} %"
        )
        sys.stderr.flush()
