"""Documents: the list with its filters, one of them, its title and owner, the trash."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from kb.api import finding
from kb.api.base import MaruView
from kb.api.bodies import DocumentBody
from kb.api.fields import PageQuery, Strict, Text
from kb.api.paging import listed, page_of
from kb.api.schema import listing, problems
from kb.documents import changes
from kb.models import Document, Revision
from kb.models.documents import RevisionState

TAG = ["documents"]


class DocumentQuery(PageQuery):
    """Which documents."""

    collection = serializers.SlugField(required=False, help_text="Of this collection.")
    q = Text(max_length=200, required=False, help_text="With this in the title or in the external id.")
    state = serializers.ChoiceField(RevisionState.choices, required=False, help_text="Of the newest revision.")
    owner = serializers.CharField(max_length=150, required=False, help_text="Looked after by this person.")
    review_before = serializers.DateField(required=False, help_text="Due for review before this day.")
    in_force = serializers.BooleanField(
        required=False, allow_null=True, default=None, help_text="With (or without) a revision that counts today."
    )
    trash = serializers.BooleanField(required=False, default=False, help_text="Those in the trash that you manage.")


class DocumentPatch(Strict):
    """What changes; what is left out stays."""

    title = Text(max_length=300, required=False)
    owner = serializers.CharField(max_length=150, required=False, allow_null=True, help_text="A user name; null: none.")
    review_on = serializers.DateField(required=False, allow_null=True, help_text="When its owner looks at it again.")

    def validate_owner(self, name: str | None) -> User | None:
        """The person of this name."""
        if name is None:
            return None
        person = User.objects.filter(username=name, is_active=True).first()
        if person is None:
            raise serializers.ValidationError(_("Nobody signs in as %(name)s.") % {"name": name}, "unknown")
        return person


class Documents(MaruView):
    """The documents that you may read or manage."""

    @extend_schema(
        operation_id="list_documents",
        tags=TAG,
        summary="List documents",
        parameters=[DocumentQuery],
        responses=listing("DocumentList", DocumentBody),
    )
    def get(self, request: Request) -> Response:
        """The latest first. Managing a collection shows the titles and states of its documents, not their text."""
        asked = DocumentQuery.of(request)
        rows = _chosen(finding.documents(self.person, trash=asked["trash"]), self.person, asked)
        page = page_of(request, rows, "-id", asked["limit"], asked["cursor"])
        return Response(listed(page, lambda row: DocumentBody(row).data))


def _chosen(rows: QuerySet[Document], user: User, asked: dict[str, Any]) -> QuerySet[Document]:
    """Those that the filters name."""
    if "collection" in asked:
        rows = rows.filter(collection=finding.collection(user, asked["collection"]))
    if asked.get("q"):
        rows = rows.filter(Q(title__icontains=asked["q"]) | Q(external_id__icontains=asked["q"]))
    if "owner" in asked:
        rows = rows.filter(owner__username=asked["owner"])
    if "review_before" in asked:
        rows = rows.filter(review_on__lt=asked["review_before"])
    if "state" in asked:
        newest = Revision.objects.filter(document=OuterRef("pk")).order_by("-number").values("state")[:1]
        rows = rows.alias(newest_state=Subquery(newest)).filter(newest_state=asked["state"])
    if asked["in_force"] is not None:
        counting = Revision.objects.filter(valid__contains=timezone.localdate()).values("document")
        rows = rows.filter(pk__in=counting) if asked["in_force"] else rows.exclude(pk__in=counting)
    return rows


class OneDocument(MaruView):
    """One document."""

    def find(self, user: User, **ids: Any) -> None:
        """By its id; to change it one must manage it."""
        self.document = finding.document(user, ids["pk"], to_change=self.request.method in ("PATCH", "DELETE"))

    @extend_schema(operation_id="get_document", tags=TAG, summary="One document", responses=DocumentBody)
    def get(self, request: Request, pk: int) -> Response:
        """As it stands now."""
        return Response(DocumentBody(self.document).data)

    @extend_schema(
        operation_id="change_document",
        tags=TAG,
        summary="Change title, owner and day of review",
        request=DocumentPatch,
        responses=DocumentBody,
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Days belong to a revision: change them there."""
        wanted = DocumentPatch.sent(request, partial=True)
        held = self.document
        changes.describe(
            held,
            title=wanted.get("title"),
            owner=wanted.get("owner", held.owner),
            review_on=wanted.get("review_on", held.review_on),
        )
        return Response(DocumentBody(finding.document(self.person, pk)).data)

    @extend_schema(operation_id="delete_document", tags=TAG, summary="Move to the trash", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Found and answered from no more; `restore` brings it back whole. Twice is the same as once."""
        changes.delete(self.document, actor=self.person)
        return Response(status=204)


class RestoreDocument(MaruView):
    """Out of the trash."""

    def find(self, user: User, **ids: Any) -> None:
        """A document that one manages."""
        self.document = finding.document(user, ids["pk"], to_change=True)

    @extend_schema(
        operation_id="restore_document",
        tags=TAG,
        summary="Bring back from the trash",
        request=None,
        responses={200: DocumentBody, **problems(status_409="Another document took its place: `name_taken`.")},
    )
    def post(self, request: Request, pk: int) -> Response:
        """With its revisions and their days, as it was."""
        changes.restore(self.document, actor=self.person)
        return Response(DocumentBody(finding.document(self.person, pk)).data)
