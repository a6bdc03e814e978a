"""How the API describes itself: every operation with its errors, each as a problem body."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

from kb.api.problems import CONTENT_TYPE

_ALWAYS = {
    401: "The token does not count, or there is none.",
    503: "A part that is needed does not answer now; `Retry-After` says when to ask again.",
}
_WITH_BODY = {400: "The request cannot be used; `errors` names the fields."}
_WITH_ID = {404: "It is not there, or not open to you: both look the same, in every verb."}


def problems(**sentences: str) -> dict[int, OpenApiResponse]:
    """Further problem answers of an operation: `problems(status_409="…")`."""
    return {int(name.removeprefix("status_")): problem(text) for name, text in sentences.items()}


def problem(sentence: str) -> OpenApiResponse:
    """One problem answer."""
    from kb.api.bodies import ProblemBody

    return OpenApiResponse(ProblemBody, sentence)


class MaruSchema(AutoSchema):
    """The framework's schema of a view, with the answers that every operation of its kind can give."""

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        expected = dict(_ALWAYS)
        if self.method in ("POST", "PATCH") or self.get_override_parameters():
            expected |= _WITH_BODY
        if "{" in self.path:
            expected |= _WITH_ID
        for status, sentence in expected.items():
            if str(status) not in bodies:
                bodies[str(status)] = self._get_response_for_code(problem(sentence), str(status), None, direction)
        for code, body in bodies.items():
            if int(code) >= 400 and body.get("content"):
                media = next(iter(body["content"].values()))
                if code != "409":
                    media.pop("examples", None)  # the example is a 409
                body["content"] = {CONTENT_TYPE: media}
        return dict(sorted(bodies.items()))


class TokenScheme(OpenApiAuthenticationExtension):
    """The token as OpenAPI calls it."""

    target_class = "kb.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """A bearer token."""
        return {"type": "http", "scheme": "bearer", "bearerFormat": "maru_…"}


class SessionScheme(OpenApiAuthenticationExtension):
    """The portal's session as OpenAPI calls it."""

    target_class = "kb.api.authentication.Session"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """The session's cookie; what changes something needs the CSRF token too."""
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}


def listing(name: str, row: type[serializers.Serializer]) -> type[serializers.Serializer]:
    """The serializer of a page of rows, for the schema."""
    fields = {
        "__doc__": "A page of a list.",
        "results": row(many=True),
        "next": serializers.URLField(allow_null=True, help_text="The next page's address; null at the end."),
    }
    return type(name, (serializers.Serializer,), fields)
