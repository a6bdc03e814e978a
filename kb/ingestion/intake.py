"""Taking a file in: which document it belongs to, whether it says anything new, and the job that reads it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import PurePosixPath

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import may_manage
from accounts.errors import BadRequest, NotThere
from accounts.models import Audience, AuditEvent, User
from kb import files
from kb.documents.revisions import WrongDates
from kb.jobs.claim import add
from kb.jobs.queue import kick
from kb.models import Collection, Document, Job, Revision
from kb.models.documents import RevisionState
from kb.models.jobs import JobKind
from kb.normalise import normalise

LONGEST_NAME = 200
BACKGROUND = -1


class SameName(BadRequest):
    """A document of this name is there already: the person says whether the file replaces it."""

    code = "same_name"
    status = 409

    def __init__(self, message: str, document: Document) -> None:
        super().__init__(message)
        self.document = document


class OnSameName(StrEnum):
    """What an upload does when a document of its name is there."""

    ASK = "ask"
    REPLACE = "replace"
    KEEP_BOTH = "keep_both"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the person says about the file; everything has a sensible default.

    `external_id` is what another system calls it: a file under a known one replaces. `path` is where it lay in the folder
    that was uploaded: it tells files of one name apart, and asks as a name does.
    """

    external_id: str = ""
    path: str = ""
    title: str = ""
    label: str = ""
    effective_from: date | None = None
    effective_to: date | None = None
    owner: User | None = None
    review_on: date | None = None
    audience: Audience | None = None
    on_same_name: OnSameName = OnSameName.ASK
    in_background: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that was taken in. `unchanged`: the document says this already, and nothing was done."""

    document: Document
    revision: Revision
    job: Job | None
    unchanged: bool = False


def clean_name(name: str) -> str:
    """A file name as it may be shown: the last part of a path, NFC, without direction marks, controls and NUL."""
    last = PurePosixPath(name.replace("\\", "/")).name
    kept = "".join(char for char in unicodedata.normalize("NFC", last) if unicodedata.category(char)[0] != "C")
    kept = kept.strip().strip(".") or "file"
    if len(kept) > LONGEST_NAME:
        stem, dot, ending = kept.rpartition(".")
        kept = (
            f"{stem[: LONGEST_NAME - len(ending) - 2]}…{dot}{ending}"
            if dot and len(ending) < 10
            else kept[:LONGEST_NAME]
        )
    return kept


def clean_path(path: str) -> str:
    """A path inside an uploaded folder, each part cleaned as a name; what leads out of it is left out."""
    parts = [part for part in path.replace("\\", "/").split("/") if part.strip() not in ("", ".", "..")]
    return "/".join(clean_name(part) for part in parts)


def take_in(user: User, collection: Collection, name: str, parts: Iterable[bytes], wishes: Wishes = Wishes()) -> Taken:
    """Keep the bytes, and the rows and the job that they need, in one transaction.

    Bytes equal to the document's newest revision change nothing. Raises NotThere when the person does not manage the
    collection, SameName when they must say what a second file of a name is, and the errors of kb.files.
    """
    if not may_manage(user, collection.department):
        raise NotThere(_("There is no collection here that you may change."))
    _check(wishes)
    shown = clean_name(name)
    stored = files.store(parts, shown)
    try:
        taken = _place(user, collection, shown, stored, wishes)
    except BaseException:
        files.discard(stored.uuid)
        raise
    if taken.unchanged:
        files.discard(stored.uuid)
    return taken


def _check(wishes: Wishes) -> None:
    if wishes.effective_from and wishes.effective_to and wishes.effective_to <= wishes.effective_from:
        raise WrongDates(
            _("A revision must end after it begins: %(end)s is not after %(begin)s.")
            % {"begin": wishes.effective_from, "end": wishes.effective_to}
        )


def _place(user: User, collection: Collection, name: str, stored: files.StoredFile, wishes: Wishes) -> Taken:
    external_id = normalise(wishes.external_id or clean_path(wishes.path) or name)[:500]
    try:
        with transaction.atomic():
            document = _document(user, collection, name, external_id, stored, wishes)
            newest = document.revisions.order_by("-number").first()
            if newest is not None and newest.sha256 == stored.sha256 and newest.state != RevisionState.FAILED:
                return Taken(document, newest, newest.jobs.order_by("-id").first(), unchanged=True)
            revision = _revision(user, document, name, stored, wishes, newest)
            job = add(
                JobKind.INGEST,
                collection=collection,
                revision=revision,
                created_by=user,
                priority=BACKGROUND if wishes.in_background else 0,
            )
            kick(job.pk)
            AuditEvent.record(user, "document.upload", document, revision=revision.number, bytes=stored.size)
            return Taken(document, revision, job)
    except IntegrityError:
        # Two uploads of one new name at once: the other one made the document, so this one finds it.
        with transaction.atomic():
            if not _held(collection, external_id):
                raise
        return _place(user, collection, name, stored, wishes)


def _held(collection: Collection, external_id: str) -> Document | None:
    return Document.objects.kept().select_for_update().filter(collection=collection, external_id=external_id).first()


def _document(
    user: User, collection: Collection, name: str, external_id: str, stored: files.StoredFile, wishes: Wishes
) -> Document:
    """The document that the file belongs to, locked; a new one where there is none."""
    held = _held(collection, external_id)
    if held is not None and wishes.on_same_name == OnSameName.ASK and not wishes.external_id:
        newest = held.revisions.order_by("-number").first()
        if newest is not None and newest.state != RevisionState.FAILED and newest.sha256 != stored.sha256:
            raise SameName(
                _("%(name)s is there already. Say whether the file replaces it or is a document of its own.")
                % {"name": name},
                held,
            )
    if held is not None and wishes.on_same_name == OnSameName.KEEP_BOTH:
        external_id, held = _free_name(collection, external_id), None
    if held is None:
        return Document.objects.create(
            collection=collection,
            external_id=external_id,
            title=(wishes.title or _title_of(external_id))[:300],
            own_audience=wishes.audience,
            audience=wishes.audience or collection.audience,
            owner=wishes.owner or user,
            review_on=wishes.review_on,
            created_by=user,
        )
    return held


def _title_of(external_id: str) -> str:
    stem = PurePosixPath(external_id).stem
    return stem.replace("_", " ").strip() or external_id


def _free_name(collection: Collection, external_id: str) -> str:
    path = PurePosixPath(external_id)
    taken = set(Document.objects.kept().filter(collection=collection).values_list("external_id", flat=True))
    number = 2
    while f"{path.stem} ({number}){path.suffix}" in taken:
        number += 1
    return f"{path.stem} ({number}){path.suffix}"


def _revision(
    user: User,
    document: Document,
    name: str,
    stored: files.StoredFile,
    wishes: Wishes,
    newest: Revision | None,
) -> Revision:
    """A first revision counts since ever, a later one from today on, unless the person says otherwise."""
    number = (document.revisions.aggregate(last=Max("number"))["last"] or 0) + 1
    begin = wishes.effective_from or (timezone.localdate() if newest is not None else None)
    if begin and wishes.effective_to and wishes.effective_to <= begin:
        begin = None
    return Revision.objects.create(
        document=document,
        audience_id=document.audience_id,
        number=number,
        label=wishes.label[:60],
        file=stored.uuid,
        filename=name,
        size=stored.size,
        sha256=stored.sha256,
        effective_from=begin,
        effective_to=wishes.effective_to,
        created_by=user,
    )
