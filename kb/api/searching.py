"""Search without a model: the passages that you may read, best first."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import as_user
from kb.api import finding
from kb.api.base import MaruView
from kb.api.examples import FOUND, SEARCH, example
from kb.api.fields import QuestionText, Slugs, Strict
from kb.api.schema import problems
from kb.retrieval.hits import Hit
from kb.retrieval.search import search

TAG = ["search"]
MOST = 50
_ERRORS = problems(
    status_404="There is no such collection for you: `unknown_collection`.",
    status_413="The question is too long: `question_too_long`.",
)


@extend_schema_serializer(examples=[example("A product code", SEARCH, request=True)])
class SearchQuery(Strict):
    """What is searched for, where, and as of which day."""

    question = QuestionText(help_text='In Korean or English; "…" finds a phrase.')
    collections = Slugs(required=False, default=list, help_text="Only in these; default: in all that you may read.")
    limit = serializers.IntegerField(min_value=1, max_value=MOST, default=10)
    day = serializers.DateField(required=False, default=None, help_text="What counted on this day; default: today.")


class HitBody(serializers.Serializer):
    """A passage that was found. `score` is comparable across questions; `dense` and `lexical` are its parts."""

    collection = serializers.SlugField(source="collection_slug")
    document = serializers.CharField(source="title")
    document_id = serializers.IntegerField(source="document")
    revision = serializers.IntegerField(source="revision_number", help_text="The revision's number.")
    revision_id = serializers.IntegerField(source="revision")
    chunk_id = serializers.IntegerField(source="chunk")
    page = serializers.IntegerField()
    heading = serializers.CharField(source="path")
    text = serializers.CharField()
    start = serializers.IntegerField(help_text="Code points of the revision's text.")
    end = serializers.IntegerField()
    score = serializers.SerializerMethodField()
    dense = serializers.SerializerMethodField(help_text="Cosine of the two vectors.")
    lexical = serializers.SerializerMethodField(help_text="Share of the question's words, by their weight.")

    def get_score(self, hit: Hit) -> float:
        """Rounded."""
        return round(hit.score, 4)

    def get_dense(self, hit: Hit) -> float:
        """Rounded."""
        return round(hit.dense, 4)

    def get_lexical(self, hit: Hit) -> float:
        """Rounded."""
        return round(hit.lexical, 4)


@extend_schema_serializer(examples=[example("One passage", FOUND)])
class FoundBody(serializers.Serializer):
    """What a search found."""

    question = serializers.CharField(help_text="As it was understood.")
    language = serializers.CharField()
    relevant = serializers.BooleanField(help_text="Whether the best passages are near enough to answer from.")
    hits = HitBody(many=True)
    index_version = serializers.IntegerField()
    ms = serializers.IntegerField()


class Search(MaruView):
    """Passages for a question."""

    inside = False  # the encoder is asked first; only the search statement runs inside as_user

    @extend_schema(
        operation_id="search",
        tags=TAG,
        summary="Search",
        parameters=[SearchQuery],
        responses={200: FoundBody, **_ERRORS},
    )
    def get(self, request: Request) -> Response:
        """For short questions; questions in an address end up in logs of proxies, those in a body do not."""
        return self._found(SearchQuery.of(request))

    @extend_schema(
        operation_id="search_by_post",
        tags=TAG,
        summary="Search, with the question in the body",
        request=SearchQuery,
        responses={200: FoundBody, **_ERRORS},
    )
    def post(self, request: Request) -> Response:
        """The same as GET."""
        return self._found(SearchQuery.sent(request))

    def _found(self, asked: dict[str, Any]) -> Response:
        with as_user(self.person):
            ids = finding.collection_ids(self.person, asked["collections"])
        found = search(self.person, asked["question"], collections=ids, day=asked["day"], limit=asked["limit"])
        return Response(FoundBody(found).data)
