"""What a request's body may be: a small JSON object, or a form with a file."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.http import RawPostDataException
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser, JSONParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from accounts.errors import BadRequest


class RequestTooLarge(BadRequest):
    """More bytes of JSON than any request needs."""

    code = "request_too_large"
    status = 413


class SmallJson(JSONParser):
    """A JSON object of at most DATA_UPLOAD_MAX_MEMORY_SIZE bytes; the framework's own parser reads without end."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """The object. Raises RequestTooLarge, and ParseError for anything else than an object."""
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        try:
            body = stream.read(most + 1)
        except (OSError, RawPostDataException) as error:
            raise ParseError(_("The request ended before it was whole.")) from error
        if len(body) > most:
            raise RequestTooLarge(
                _("The request is larger than %(most)s KB, which is more than Maru reads.") % {"most": most // 1024}
            )
        try:
            parsed = super().parse(io.BytesIO(body), media_type, parser_context)
        except RecursionError as error:
            raise ParseError(_("The JSON is nested too deeply.")) from error
        if not isinstance(parsed, dict):
            raise ParseError(_("The body must be a JSON object."))
        return parsed


class AlwaysJson(BaseContentNegotiation):
    """Answers are JSON whatever `Accept` says, so that an error is never another one about its own form."""

    def select_parser(self, request: Request, parsers: list[BaseParser]) -> BaseParser | None:  # type: ignore[override]
        """The parser of the body's content type; None leads to 415."""
        from rest_framework.negotiation import DefaultContentNegotiation

        return DefaultContentNegotiation().select_parser(request, parsers)

    def select_renderer(  # type: ignore[override]
        self, request: Request, renderers: list[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The only renderer."""
        return renderers[0], renderers[0].media_type
