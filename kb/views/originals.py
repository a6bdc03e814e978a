"""The bytes of an original: its page pictures, and the file itself to download."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.access import as_user
from accounts.errors import NotThere
from accounts.models import AuditEvent, User
from accounts.requests import address_of
from kb import files
from kb.ingestion.readers.reasons import ReadFailure
from kb.models import Citation, Document, Page, Revision
from kb.views.page_images import WIDTHS, picture
from kb.views.pages import no_such_place, person_of, reading, signed_in, verbs

PART = 256 * 1024


class FileGone(NotThere):
    """The row is there and its file is not: a restored backup without its files."""

    code = "file_gone"


def readable_revision(user: User, document_id: int, number: int) -> Revision:
    """A revision by its number, or 404. One that this person's own answers quote stays readable after its document was
    moved to the trash. Inside `as_user`."""
    quoted = Citation.objects.visible_to(user).filter(document_id=document_id).values("document_id")
    readable = Document.objects.readable_by(user).filter(pk=document_id)
    if not readable.exists() and not quoted.exists():
        raise no_such_place()
    revisions = Revision.objects.select_related("document__collection__department", "document__owner")
    return get_object_or_404(revisions, document_id=document_id, number=number)


@verbs("GET")
@signed_in
def page_picture(request: HttpRequest, document_id: int, number: int, page: int) -> HttpResponse:
    """A page of a PDF as WebP, drawn at the first look. 404 for any other format and for a page that cannot be drawn."""
    user = person_of(request)
    with as_user(user):
        revision = readable_revision(user, document_id, number)
        there = Page.objects.visible_to(user).filter(revision=revision, number=page).exists()
    if not there or not revision.is_pdf:
        raise NotThere(_("There is no picture of this page."))
    width = WIDTHS[1] if request.GET.get("wide") else WIDTHS[0]
    try:
        response = HttpResponse(picture(revision, page, width), content_type="image/webp")
    except ReadFailure as failure:
        raise NotThere(_("There is no picture of this page.")) from failure
    response["Cache-Control"] = "private, max-age=3600"
    return response


@verbs("GET")
@reading
def original(request: HttpRequest, document_id: int, number: int) -> HttpResponseBase:
    """The original to download, never to open in the browser. Each download is in the audit trail."""
    user = person_of(request)
    revision = readable_revision(user, document_id, number)
    if not Page.objects.visible_to(user).filter(revision=revision).exists() and not _may_read(user, revision):
        raise no_such_place()
    path = files.path_of(revision.file)
    if not path.is_file():
        raise FileGone(
            _("The file is not on the server any more. Tell your admin; the text that was read is still here.")
        )
    AuditEvent.record(user, "document.download", revision, address=address_of(request), document=document_id)
    return download(path, revision.filename)


def _may_read(user: User, revision: Revision) -> bool:
    return Document.objects.readable_by(user).filter(pk=revision.document_id).exists()


def download(path: Path, filename: str) -> StreamingHttpResponse:
    """A file as an attachment, read in parts. Its type is withheld, so that no browser opens it here."""
    response = StreamingHttpResponse(_parts(path), content_type="application/octet-stream")
    response["Content-Length"] = str(path.stat().st_size)
    response["Content-Disposition"] = attachment(filename)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


def attachment(filename: str) -> str:
    """Content-Disposition after RFC 6266 and RFC 5987: a plain name for old clients, the real one in UTF-8."""
    name = "".join(char for char in filename if char.isprintable() and char not in '/\\"').strip() or "document"
    plain = "".join(char if char.isascii() and char not in "%" else "_" for char in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


async def _parts(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while part := await asyncio.to_thread(file.read, PART):
            yield part
