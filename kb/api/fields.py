"""Fields that requests and answers share."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.request import Request

from kb.normalise import normalise


class Text(serializers.CharField):
    """Text as everything behind it expects it: NFKC, without controls and direction marks (kb/normalise.py)."""

    def to_internal_value(self, data: Any) -> str:
        """Normalise what came."""
        return normalise(super().to_internal_value(data)).strip()


class QuestionText(serializers.CharField):
    """A question as it was typed; kb/retrieval/question.py makes it ready and says what cannot be asked."""

    def __init__(self, **options: Any) -> None:
        super().__init__(trim_whitespace=False, allow_blank=True, **options)
        self.validators = []


class Strict(serializers.Serializer):
    """A request that refuses members it does not know: a misspelt one must not be silently without effect."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse what is unknown, by name."""
        unknown = sorted(set(self.initial_data) - set(self.fields))
        if unknown:
            raise serializers.ValidationError(
                {name: [ErrorDetail(_("Maru does not know this field."), "unknown")] for name in unknown}
            )
        return attrs

    @classmethod
    def of(cls, request: Request) -> dict[str, Any]:
        """What the request's address says, checked. Raises the framework's ValidationError."""
        asked = cls(data=request.query_params)
        asked.is_valid(raise_exception=True)
        return dict(asked.validated_data)

    @classmethod
    def sent(cls, request: Request, **options: Any) -> dict[str, Any]:
        """What the request's body says, checked. Raises the framework's ValidationError."""
        asked = cls(data=request.data, **options)
        asked.is_valid(raise_exception=True)
        return dict(asked.validated_data)


@extend_schema_field({"type": "array", "items": {"type": "string"}, "example": ["rules"]})
class Slugs(serializers.ListField):
    """Short names of collections; in an address they may also be separated by commas."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=serializers.SlugField(max_length=60), max_length=50, **kwargs)

    def to_internal_value(self, data: Any) -> list[str]:
        """A list, or one text with commas."""
        if isinstance(data, str):
            data = data.split(",")
        split = [part.strip() for each in data for part in (each.split(",") if isinstance(each, str) else [each])]
        return super().to_internal_value([part for part in split if part])


class DaysBody(serializers.Serializer):
    """Days on which a revision counts: from `from` on, until the day before `to`; null is without a limit."""

    def get_fields(self) -> dict[str, serializers.Field]:
        """`from` is a word of Python, so that the fields are named here."""
        return {"from": serializers.DateField(allow_null=True), "to": serializers.DateField(allow_null=True)}


class PageQuery(Strict):
    """Which page of a list."""

    limit = serializers.IntegerField(min_value=1, max_value=200, default=50, help_text="Rows of a page.")
    cursor = serializers.CharField(
        max_length=20, required=False, default="", help_text="From `next` of the page before; leave it out to begin."
    )
