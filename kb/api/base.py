"""The base of every view: authenticated, in the reader's language, and inside `as_user` from lookup to serialisation."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any, ClassVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation.trans_real import get_supported_language_variant, parse_accept_lang_header
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import as_user
from accounts.models import User
from kb.api.parsers import AlwaysJson, SmallJson
from kb.api.schema import MaruSchema


class MaruView(APIView):
    """A view whose handlers run inside `as_user`, so that an error undoes what they changed.

    `find` looks the view's thing up before any verb is looked at, and raises NotThere for what this person may not see:
    a forged id is 404 in every verb, also in those that there are not. A view that calls other processes sets
    `inside = False` and enters `as_user` itself, for as short as it can.
    """

    inside: ClassVar[bool] = True
    schema = MaruSchema()
    parser_classes = [SmallJson]
    content_negotiation_class = AlwaysJson

    def find(self, user: User, **ids: Any) -> None:
        """Look up what the address names. Raises NotThere."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Authenticate, look up, handle; every error becomes a problem outside the transaction."""
        self.args, self.kwargs = args, kwargs
        self.headers = self.default_response_headers
        self.request = asked = self.initialize_request(request, *args, **kwargs)
        with translation.override(translation.get_language()):
            response = self._answer(asked, *args, **kwargs)
            response.headers.setdefault("Content-Language", translation.get_language() or "ko")
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def _answer(self, asked: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            self.initial(asked, *args, **kwargs)
            speak_to(asked._request, self.person)
            with self._access():
                self.find(self.person, **kwargs)
                response = self._handler(asked)(asked, *args, **kwargs)
        except Exception as error:
            response = self.handle_exception(error)
        self.response = self.finalize_response(asked, response, *args, **kwargs)
        if isinstance(self.response, Response):
            self.response.render()  # in the reader's language
        return self.response

    def _access(self) -> AbstractContextManager[Any]:
        return as_user(self.person) if self.inside else nullcontext()

    def _handler(self, asked: Request) -> Any:
        name = (asked.method or "").lower()
        known = name in self.http_method_names
        return getattr(self, name, self.http_method_not_allowed) if known else self.http_method_not_allowed

    @property
    def person(self) -> User:
        """Who asks; only after `initial`."""
        user = self.request.user
        if not isinstance(user, User):
            raise TypeError("a view without authentication asked for its person")
        return user


class UploadView(MaruView):
    """A view that takes a file too."""

    parser_classes = [MultiPartParser, SmallJson]


def speak_to(request: HttpRequest, user: User) -> None:
    """Answer a program in the language that its request asks for, or else in its person's own; never by a cookie."""
    if "HTTP_AUTHORIZATION" in request.META:
        translation.activate(_asked_for(request.META.get("HTTP_ACCEPT_LANGUAGE", "")) or user.language)


def _asked_for(header: str) -> str | None:
    """The first language of an Accept-Language header that Maru speaks."""
    for code, _weight in parse_accept_lang_header(header):
        try:
            return get_supported_language_variant(code)
        except LookupError:
            continue
    return None
