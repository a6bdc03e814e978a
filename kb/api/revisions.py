"""One revision: its days, its chunks, its original."""

from __future__ import annotations

from typing import Any

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.errors import NotThere
from accounts.models import AuditEvent, User
from accounts.requests import address_of
from kb import files
from kb.api import finding
from kb.api.base import MaruView
from kb.api.bodies import ChunkBody, RevisionBody
from kb.api.fields import PageQuery, Strict
from kb.api.paging import listed, page_of
from kb.api.schema import listing
from kb.documents.revisions import set_dates
from kb.models import Chunk

TAG = ["revisions"]


class DaysPatch(Strict):
    """The days on which a revision counts; what is left out stays."""

    effective_from = serializers.DateField(required=False, allow_null=True, help_text="null: since ever.")
    effective_to = serializers.DateField(required=False, allow_null=True, help_text="Exclusive; null: for good.")


class OneRevision(MaruView):
    """One revision."""

    def find(self, user: User, **ids: Any) -> None:
        """By its id; to change its days one must manage the document."""
        self.revision = finding.revision(user, ids["pk"], to_change=self.request.method == "PATCH")

    @extend_schema(operation_id="get_revision", tags=TAG, summary="One revision", responses=RevisionBody)
    def get(self, request: Request, pk: int) -> Response:
        """As it stands now."""
        return Response(RevisionBody(self.revision).data)

    @extend_schema(
        operation_id="change_days",
        tags=TAG,
        summary="Change the days on which it counts",
        request=DaysPatch,
        responses=RevisionBody,
    )
    def patch(self, request: Request, pk: int) -> Response:
        """The days of the document's other revisions are laid anew around it, without a hole."""
        wanted = DaysPatch.sent(request, partial=True)
        held = self.revision
        set_dates(
            held,
            wanted.get("effective_from", held.effective_from),
            wanted.get("effective_to", held.effective_to),
        )
        AuditEvent.record(self.person, "revision.days", held, **{name: str(day) for name, day in wanted.items()})
        return Response(RevisionBody(finding.revision(self.person, pk)).data)


class Chunks(MaruView):
    """What was read from a revision."""

    def find(self, user: User, **ids: Any) -> None:
        """Only for readers: managing a document shows none of its text."""
        self.revision = finding.revision(user, ids["pk"], to_read=True)

    @extend_schema(
        operation_id="list_chunks",
        tags=TAG,
        summary="List a revision's passages",
        parameters=[PageQuery],
        responses=listing("ChunkList", ChunkBody),
    )
    def get(self, request: Request, pk: int) -> Response:
        """In their order. Offsets are counted in Unicode code points of the revision's text."""
        asked = PageQuery.of(request)
        rows = Chunk.objects.visible_to(self.person).filter(revision=self.revision)
        page = page_of(request, rows, "position", asked["limit"], asked["cursor"])
        return Response(listed(page, lambda row: ChunkBody(row).data))


class Original(MaruView):
    """The file as it was uploaded."""

    def find(self, user: User, **ids: Any) -> None:
        """Only for readers."""
        self.revision = finding.revision(user, ids["pk"], to_read=True)

    @extend_schema(
        operation_id="download_original",
        tags=TAG,
        summary="Download the original",
        responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY, "The file's bytes.")},
    )
    def get(self, request: Request, pk: int) -> StreamingHttpResponse:
        """Always as an attachment, never to be opened in place. Each download is kept in the audit trail."""
        held = self.revision
        if not files.path_of(held.file).is_file():
            raise NotThere(_("The original is not on the server's disk. Tell your admin."), code="original_lost")
        address = address_of(request._request)
        AuditEvent.record(self.person, "document.download", held.document, revision=held.number, address=address)
        response = StreamingHttpResponse(files.parts(held.file), content_type="application/octet-stream")
        response["Content-Length"] = str(held.size)
        response["Content-Disposition"] = content_disposition_header(True, held.filename) or "attachment"
        response["X-Content-Type-Options"] = "nosniff"
        return response
