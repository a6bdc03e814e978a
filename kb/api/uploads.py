"""Files in: a new document of a collection, or a further revision of a document."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.errors import BadRequest
from accounts.models import User
from kb.api import finding
from kb.api.base import UploadView
from kb.api.bodies import RevisionBody, TakenBody
from kb.api.fields import Strict, Text
from kb.api.paging import listed, page_of
from kb.api.schema import listing, problems
from kb.documents.revisions import locked
from kb.ingestion.intake import OnSameName, Taken, Wishes, take_in
from kb.models import Collection

_ON_SAME_NAME = [(str(each), str(each)) for each in OnSameName]
_ERRORS = problems(
    status_413="The file is larger than Maru takes: `file_too_large`.",
    status_507="The disk is (nearly) full: `disk_full`. Nothing was changed.",
)


class RevisionUpload(Strict):
    """A file and what you say about it."""

    file = serializers.FileField(max_length=None, allow_empty_file=True, help_text="The file's bytes.")
    label = Text(  # type: ignore[assignment]  # the body's own name
        max_length=60, required=False, help_text="What people call this revision: 5판, 2026-03."
    )
    effective_from = serializers.DateField(
        required=False, help_text="It counts from this day on. Default: a first revision since ever, a later one today."
    )
    effective_to = serializers.DateField(required=False, help_text="It counts until the day before this one.")


class DocumentUpload(RevisionUpload):
    """A file and what you say about it; all but the file may be left out."""

    external_id = Text(
        max_length=500,
        required=False,
        help_text="What later uploads are matched by, such as the other system's id. A file under a known one replaces. "
        "Default: the file's name.",
    )
    title = Text(max_length=300, required=False, help_text="Default: from the file's name.")
    review_on = serializers.DateField(required=False, help_text="When its owner looks at it again.")
    on_same_name = serializers.ChoiceField(
        _ON_SAME_NAME,
        default=str(OnSameName.ASK),
        help_text="When a document of this name is there: ask (409), replace, or keep_both.",
    )


class UploadDocument(UploadView):
    """Files into a collection."""

    def find(self, user: User, **ids: Any) -> None:
        """A collection that one manages."""
        self.collection = finding.collection(user, ids["slug"], to_change=True)

    @extend_schema(
        operation_id="upload_document",
        tags=["documents"],
        summary="Upload a file",
        request={"multipart/form-data": DocumentUpload},
        responses={
            202: TakenBody,
            200: TakenBody,
            **problems(status_409="A document of this name is there: `same_name`; `document` is its id."),
            **_ERRORS,
        },
    )
    def post(self, request: Request, slug: str) -> Response:
        """202 with the job that reads the file, whose address is also in `Location`.

        200 when the document says this already: the bytes are those of its newest revision.
        """
        wanted = DocumentUpload.sent(request)
        wishes = _wishes(wanted, external_id=wanted.get("external_id", ""), title=wanted.get("title", ""))
        return _taken(self.person, self.collection, wanted["file"], wishes)


class Revisions(UploadView):
    """The revisions of a document."""

    def find(self, user: User, **ids: Any) -> None:
        """Of a document that one sees; to add one must manage it."""
        self.document = finding.document(user, ids["pk"], to_change=self.request.method == "POST")

    @extend_schema(
        operation_id="list_revisions",
        tags=["revisions"],
        summary="List a document's revisions",
        responses=listing("RevisionList", RevisionBody),
    )
    def get(self, request: Request, pk: int) -> Response:
        """All of them, the newest first."""
        rows = self.document.revisions.select_related("created_by")
        page = page_of(request, rows, "-number", 10_000, "")
        return Response(listed(page, lambda row: RevisionBody(row).data))

    @extend_schema(
        operation_id="upload_revision",
        tags=["revisions"],
        summary="Upload a further revision",
        request={"multipart/form-data": RevisionUpload},
        responses={
            202: TakenBody,
            200: TakenBody,
            **problems(status_409="The document lies in the trash: `in_trash`."),
            **_ERRORS,
        },
    )
    def post(self, request: Request, pk: int) -> Response:
        """It replaces the one in force on its own first day, so that no day is without a rule. Answers as an upload does."""
        wanted = RevisionUpload.sent(request)
        document = locked(self.document.pk)
        if document.deleted_at is not None:
            raise InTrash(_("This document lies in the trash. Bring it back first."))
        wishes = _wishes(wanted, external_id=document.external_id, on_same_name=OnSameName.REPLACE)
        return _taken(self.person, self.document.collection, wanted["file"], wishes)


class InTrash(BadRequest):
    """The document must be brought back first."""

    code = "in_trash"
    status = 409


def _wishes(wanted: dict[str, Any], **more: Any) -> Wishes:
    plain: dict[str, Any] = {
        name: wanted[name] for name in ("label", "effective_from", "effective_to", "review_on") if name in wanted
    }
    if "on_same_name" in wanted:
        plain["on_same_name"] = OnSameName(wanted["on_same_name"])
    return Wishes(**(plain | more))


def _taken(user: User, collection: Collection, file: UploadedFile, wishes: Wishes) -> Response:
    taken = take_in(user, collection, file.name or "file", file.chunks(), wishes)
    body = TakenBody(_body(user, taken)).data
    if taken.unchanged:
        return Response(body, 200)
    return Response(body, 202, headers={"Location": body["job"]["url"]})


def _body(user: User, taken: Taken) -> dict[str, Any]:
    return {
        "document": finding.document(user, taken.document.pk),
        "revision": taken.revision,
        "job": taken.job,
        "unchanged": taken.unchanged,
    }
