"""Collections: which there are for you."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from kb.api import finding
from kb.api.base import MaruView
from kb.api.bodies import CollectionBody
from kb.api.fields import PageQuery
from kb.api.paging import listed, page_of
from kb.api.schema import listing


class Collections(MaruView):
    """The collections that you may read or whose documents your department keeps."""

    @extend_schema(
        operation_id="list_collections",
        tags=["collections"],
        summary="List collections",
        parameters=[PageQuery],
        responses=listing("CollectionList", CollectionBody),
    )
    def get(self, request: Request) -> Response:
        """By their age, the oldest first."""
        asked = PageQuery.of(request)
        page = page_of(request, finding.collections(self.person), "id", asked["limit"], asked["cursor"])
        return Response(listed(page, lambda row: CollectionBody(row).data))


class OneCollection(MaruView):
    """One collection."""

    def find(self, user: User, **ids: Any) -> None:
        """By its short name."""
        self.collection = finding.collection(user, ids["slug"])

    @extend_schema(
        operation_id="get_collection", tags=["collections"], summary="One collection", responses=CollectionBody
    )
    def get(self, request: Request, slug: str) -> Response:
        """As it stands now."""
        return Response(CollectionBody(self.collection).data)
